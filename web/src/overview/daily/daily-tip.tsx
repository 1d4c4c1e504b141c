import type { Trend } from '../../../../src/api/schemas/blocks.ts';
import { dayName, yearOf } from '../../format/days.ts';
import { decimalsOf, drawn, percent, plain, signedPercent } from '../../format/figures.ts';
import type { TrendDay } from './daily-model.ts';

const WIDTH = 252;
const GAP = 14;

const DAY_STATES: Record<TrendDay['state'], string> = {
  settled: 'settled',
  complete: 'complete, not settled',
  provisional: 'provisional',
  missing: 'not arrived',
  ahead: 'ahead',
};

/** What a day cost, by service, against its budget. */
export function DailyTip({
  trend,
  day,
  x,
  width,
}: {
  trend: Trend;
  day: TrendDay;
  x: number;
  width: number;
}) {
  const index = trend.days.indexOf(day);
  const total = drawn(day.total);
  const decimals = decimalsOf([day.total ?? day.runRate]);
  const parts = trend.series
    .map(({ name, label, amounts }, i) => ({ name, label, amount: amounts[index] ?? '0.00', colour: i + 1 }))
    .filter(({ amount }) => drawn(amount) !== 0)
    .sort((a, b) => Number(a.name === '') - Number(b.name === '') || drawn(b.amount) - drawn(a.amount));
  const shareOf = (amount: string) => (total > 0 ? percent(drawn(amount) / total) : '');
  return (
    <div
      className="tip"
      style={{ left: x - WIDTH - GAP > 34 ? x - WIDTH - GAP : Math.min(x + GAP, width - WIDTH), top: 4 }}
    >
      <div className="h">
        {dayName(day.date)} {yearOf(day.date)}
        <span>{DAY_STATES[day.state]}</span>
      </div>
      <table>
        <caption className="vh">Cost of the day by service</caption>
        <tbody>
          {parts.map(({ name, label, amount, colour }) => (
            <tr key={name}>
              <td>
                <span
                  className="sw"
                  style={{ background: name === '' ? 'var(--other)' : `var(--s${colour})` }}
                />
                {label}
              </td>
              <td className="n">{plain(amount, decimals)}</td>
              <td className="p">{shareOf(amount)}</td>
            </tr>
          ))}
          <tr className="t">
            <td>Total</td>
            <td className="n">{plain(day.total, decimals)}</td>
            <td className="p" />
          </tr>
          {day.budget !== null && (
            <tr>
              <td className="mu">Budget</td>
              <td className="n mu">{plain(day.budget, decimals)}</td>
              <td className="p">{day.total === null ? '' : signedPercent(total / drawn(day.budget) - 1)}</td>
            </tr>
          )}
          {day.runRate !== null && (
            <tr>
              <td className="mu">Run-rate</td>
              <td className="n mu">{plain(day.runRate, decimals)}</td>
              <td className="p" />
            </tr>
          )}
        </tbody>
      </table>
      {day.spikes > 0 && (
        <div className="f">
          {day.spikes === 1 ? 'An anomaly' : `${day.spikes} anomalies`},{' '}
          {day.openSpikes > 0 ? 'open' : 'closed'}
        </div>
      )}
    </div>
  );
}
