import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Calendar } from '../../../src/api/schemas/pipeline.ts';
import { calendarOf, type When } from '../api/pipeline.ts';
import { rangeName } from '../format/days.ts';
import { Block } from '../parts/block.tsx';
import { Command } from '../parts/command.tsx';
import { Section } from '../parts/section.tsx';
import { TableSkeleton } from '../parts/skeleton.tsx';
import { Light } from '../parts/status.tsx';
import { WhyEmpty } from '../parts/why-empty.tsx';
import { CalendarGrid } from './calendar-grid.tsx';
import { nameOf, STATE_WORDS, sortedRows, wrongs } from './calendar-model.ts';

/** Accounts drawn unless all are asked for. */
const ROWS = 14;
/** Days that the page asks for: as many as fit a screen. */
const SHOWN = 12;

/** Which days of which accounts are there: drawn, as a table, and what to do about what is not. */
export function CalendarBlock({ when }: { when: When }) {
  const asked = useQuery(calendarOf(when, {}));
  const [twin, setTwin] = useState(false);
  const [all, setAll] = useState(false);
  const count = asked.data?.rows.length ?? 0;
  return (
    <Section
      className="sec"
      title="Completeness"
      about={asked.data === undefined ? 'account by day' : aboutOf(asked.data)}
      actions={
        <>
          {count > ROWS && (
            <button type="button" aria-expanded={all} onClick={() => setAll(!all)}>
              {all ? `First ${ROWS}` : `All ${count} accounts`}
            </button>
          )}
          <button type="button" aria-pressed={twin} onClick={() => setTwin(!twin)}>
            {twin ? 'Drawing' : 'Table'}
          </button>
        </>
      }
    >
      <Block asked={asked} skeleton={<TableSkeleton rows={ROWS} label="completeness" />}>
        {(calendar) =>
          calendar.emptyBecause === null ? (
            <Drawn calendar={calendar} twin={twin} rows={all ? count : ROWS} />
          ) : (
            <WhyEmpty because={calendar.emptyBecause} />
          )
        }
      </Block>
    </Section>
  );
}

const aboutOf = ({ from, to, counts }: Calendar): string => {
  const parts = (['late', 'missing', 'provisional'] as const)
    .filter((state) => counts[state] > 0)
    .map((state) => `${counts[state]} ${state}`);
  return `account by day, ${rangeName({ from, to }, to)} (UTC) · ${parts.length === 0 ? 'all that was due is there' : parts.join(', ')}`;
};

function Drawn({ calendar, twin, rows }: { calendar: Calendar; twin: boolean; rows: number }) {
  const shown = sortedRows(calendar.rows).slice(0, rows);
  const wrong = wrongs(calendar.rows);
  return (
    <>
      {twin ? <Twin calendar={calendar} rows={shown} /> : <CalendarGrid calendar={calendar} rows={shown} />}
      {wrong.length > 0 && (
        <ul className="mend">
          {wrong.slice(0, SHOWN).map(({ row, stretch }) => (
            <li key={`${row.source} ${row.account} ${stretch.from}`}>
              <Light of={stretch.state === 'late' ? 'at risk' : 'over'}>
                {stretch.state === 'late' ? 'Late' : 'Missing'}
              </Light>{' '}
              <bdi>{nameOf(row)}</bdi>, {rangeName(stretch, stretch.to)}: {stretch.why}.{' '}
              {stretch.mend !== null && <Command text={stretch.mend} />}
            </li>
          ))}
          {wrong.length > SHOWN && (
            <li className="mu">{wrong.length - SHOWN} more: spendlight calendar lists them all.</li>
          )}
        </ul>
      )}
    </>
  );
}

/** The same by words: every account with each stretch of days that is not simply there. */
const Twin = ({ calendar, rows }: { calendar: Calendar; rows: Calendar['rows'] }) => (
  <table className="tb twin">
    <caption className="vh">
      Completeness by account, {rangeName({ from: calendar.from, to: calendar.to })}
    </caption>
    <thead>
      <tr>
        <th scope="col">Account</th>
        <th scope="col">Source</th>
        <th scope="col" className="r">
          Days present
        </th>
        <th scope="col">What is not</th>
      </tr>
    </thead>
    <tbody>
      {rows.map((row) => (
        <tr key={`${row.source} ${row.account}`}>
          <th scope="row">
            <bdi>{nameOf(row)}</bdi>
          </th>
          <td>{row.source}</td>
          <td className="r">{[...row.cells].filter((letter) => letter === '+').length}</td>
          <td className="wrapped">
            {row.stretches.length === 0
              ? 'nothing'
              : row.stretches
                  .map(
                    ({ from, to, state, why }) =>
                      `${rangeName({ from, to }, to)} ${STATE_WORDS[state]}: ${why}`,
                  )
                  .join('; ')}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);
