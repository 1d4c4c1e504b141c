import { type MouseEvent, useState } from 'react';
import type { Calendar } from '../../../src/api/schemas/pipeline.ts';
import { dayName, dayOfMonth, shortMonth, shortWeekday } from '../format/days.ts';
import { Name } from '../parts/name.tsx';
import { nameOf, STATE_WORDS, type Stroke, strokesOf, whyOf } from './calendar-model.ts';

/** In the drawing's own units: a day is 10 wide, the drawing as wide as there is room. */
const DAY = 10;
const ROW = 14;
const BAR = 10;

type Row = Calendar['rows'][number];
interface Pointed {
  readonly row: Row;
  readonly index: number;
}

/** A bar a day: quiet where all is there, hatched while lines arrive, a triangle where it is late, a square where it is missing. */
export function CalendarGrid({ calendar, rows }: { calendar: Calendar; rows: readonly Row[] }) {
  const [pointed, setPointed] = useState<Pointed>();
  const { days } = calendar;
  const at = (row: Row) => (event: MouseEvent<SVGSVGElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    setPointed({
      row,
      index: Math.min(days.length - 1, Math.floor(((event.clientX - left) / width) * days.length)),
    });
  };
  return (
    <div className="cal" role="img" aria-label={summaryOf(calendar)}>
      <div className="calrow head" aria-hidden="true">
        <span />
        <Axis days={days} />
      </div>
      <div className="calrow settled" aria-hidden="true">
        <span className="mu">all accounts</span>
        <svg
          viewBox={`0 0 ${days.length * DAY} 6`}
          preserveAspectRatio="none"
          height="6"
          aria-label="All accounts together"
          role="img"
        >
          {days.map(({ date, state, why }, i) => (
            <rect key={date} x={i * DAY} y="1" width={DAY - 1} height="4" className={`day ${state}`}>
              <title>{`${dayName(date)}: ${state}, ${why}`}</title>
            </rect>
          ))}
        </svg>
      </div>
      {rows.map((row) => (
        <div className="calrow" key={`${row.source} ${row.account}`} aria-hidden="true">
          <span title={row.source}>
            <Name text={nameOf(row)} />
          </span>
          <svg
            viewBox={`0 0 ${days.length * DAY} ${ROW}`}
            preserveAspectRatio="none"
            height={ROW}
            role="img"
            aria-label={nameOf(row)}
            onMouseMove={at(row)}
            onMouseLeave={() => setPointed(undefined)}
          >
            {strokesOf(row).map((stroke) => (
              <Mark key={stroke.from} stroke={stroke} />
            ))}
          </svg>
        </div>
      ))}
      <p className="mu told" aria-hidden="true">
        {pointed === undefined ? (
          <Legend />
        ) : (
          <>
            <b className="in">{nameOf(pointed.row)}</b>, {toldOf(pointed, calendar)}
          </>
        )}
      </p>
    </div>
  );
}

function toldOf({ row, index }: Pointed, { days }: Calendar): string {
  const day = days[index];
  if (day === undefined) return '';
  const [stroke] = strokesOf(row).filter(({ from, days: many }) => from <= index && index < from + many);
  const why = whyOf(row, day.date);
  return `${dayName(day.date)}: ${STATE_WORDS[stroke?.state ?? 'skipped']}${why === undefined ? '' : `, ${why}`}`;
}

function Mark({ stroke: { from, days, state } }: { stroke: Stroke }) {
  const x = from * DAY;
  const y = (ROW - BAR) / 2;
  if (state === 'late') return <path className="c late" d={`M${x + 4.5} ${y}L${x + 9} ${y + BAR}H${x}z`} />;
  if (state === 'missing')
    return <rect className="c missing" x={x + 0.5} y={y + 0.5} width={DAY - 2} height={BAR - 1} />;
  if (state === 'provisional')
    return (
      <path
        className="c provisional"
        d={`M${x + 0.75} ${y + 0.75}h${DAY - 2.5}v${BAR - 1.5}h${2.5 - DAY}zM${x + 1} ${y + BAR - 1}L${x + DAY - 2} ${y + 1}`}
      />
    );
  return <rect className="c present" x={x} y={y} width={days * DAY - 1} height={BAR} />;
}

/** A number for each Monday, the month where it begins. */
const Axis = ({ days }: { days: Calendar['days'] }) => (
  <div className="calaxis">
    {days.map(({ date }, i) => {
      const isFirst = isNamed(date, i);
      if (!isFirst && shortWeekday(date) !== 'Mon') return null;
      // The name of a month takes the room of three days.
      const near = days.some((day, at) => isNamed(day.date, at) && at !== i && Math.abs(at - i) < 3);
      if (!isFirst && near) return null;
      return (
        <span key={date} style={{ left: `${(100 * i) / days.length}%` }}>
          {isFirst ? `${dayOfMonth(date)} ${shortMonth(date)}` : dayOfMonth(date)}
        </span>
      );
    })}
  </div>
);

const isNamed = (date: string, at: number): boolean => at === 0 || dayOfMonth(date) === 1;

const Legend = () => (
  <>
    Bar: lines are there. Outlined: still arriving. Triangle: late. Square: missing. Nothing: none were due.
    The thin row: the whole day is final (dark), settled, provisional or missing.
  </>
);

function summaryOf({ rows, counts, from, to }: Calendar): string {
  return (
    `Completeness of ${rows.length} accounts from ${from} to ${to}: ${counts.present} account days present, ` +
    `${counts.provisional} provisional, ${counts.late} late, ${counts.missing} missing. The table says the same in words.`
  );
}
