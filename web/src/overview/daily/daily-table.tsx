import type { Trend } from '../../../../src/api/schemas/blocks.ts';
import { useFilter } from '../../app/use-scope.ts';
import { lastOfMonth } from '../../format/days.ts';
import { decimalsOf, drawn, signedPercent } from '../../format/figures.ts';
import { exactSum } from '../../format/sums.ts';
import { Figure } from '../../parts/figure.tsx';
import { byMonth, type MonthRow } from './daily-model.ts';

/** The chart's table twin: cost and budget by month, and the days of the month asked for. */
export function DailyTable({ trend }: { trend: Trend }) {
  const { currency } = trend.about;
  const filter = useFilter();
  const decimals = decimalsOf(byMonth(trend).map((row) => sumOf(row, 'total')));
  return (
    <table className="tb twin">
      <caption className="vh">Cost and budget by month, the table of the chart</caption>
      <thead>
        <tr>
          <th scope="col">Month</th>
          <th scope="col" className="r">
            Cost
          </th>
          <th scope="col" className="r">
            Budget
          </th>
          <th scope="col" className="r">
            vs budget
          </th>
          <th scope="col" className="r">
            Anomalies
          </th>
          <th scope="col">State</th>
        </tr>
      </thead>
      <tbody>
        {byMonth(trend).map((row) => {
          const cost = sumOf(row, 'total');
          const budget = sumOf(row, 'budget');
          return (
            <tr key={row.first}>
              <th scope="row">
                <button
                  type="button"
                  className="cell"
                  onClick={() => filter({ from: row.first, to: lastOfMonth(row.first) })}
                >
                  {row.month}
                </button>
              </th>
              <td className="r">
                <Figure amount={cost} currency={currency} decimals={decimals} because="nothing has arrived" />
              </td>
              <td className="r">
                <Figure amount={budget} currency={currency} decimals={decimals} because="no budget" />
              </td>
              <td className="r">
                {cost === null || budget === null || isRunning(row)
                  ? '–'
                  : signedPercent(drawn(cost) / drawn(budget) - 1)}
              </td>
              <td className="r">{row.days.reduce((sum, { spikes }) => sum + spikes, 0)}</td>
              <td className="mu">{stateOf(row)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function sumOf({ days }: MonthRow, of: 'total' | 'budget'): string | null {
  const known = days.flatMap((day) => day[of] ?? []);
  return known.length === 0 ? null : exactSum(known);
}

const isRunning = ({ days }: MonthRow): boolean =>
  days.some(({ state }) => state === 'ahead' || state === 'provisional');

function stateOf({ days }: MonthRow): string {
  const complete = days.filter(({ state }) => state === 'settled' || state === 'complete').length;
  const missing = days.filter(({ state }) => state === 'missing').length;
  if (complete === days.length) return 'complete';
  return `${complete} of ${days.length} days complete${missing > 0 ? `, ${missing} not arrived` : ''}`;
}
