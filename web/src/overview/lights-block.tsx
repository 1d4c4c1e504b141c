import { useQuery } from '@tanstack/react-query';
import type { Lights } from '../../../src/api/schemas/blocks.ts';
import { csvAddress, lightsOf, type Scope } from '../api/questions.ts';
import { useFilter } from '../app/use-scope.ts';
import { dayOfMonth } from '../format/days.ts';
import { decimalsOf, drawn, percent, signedPercent, THIN } from '../format/figures.ts';
import { together } from '../format/together.ts';
import { Block } from '../parts/block.tsx';
import { Figure } from '../parts/figure.tsx';
import { Chevron } from '../parts/icons.tsx';
import { Name } from '../parts/name.tsx';
import { CsvLink, Section } from '../parts/section.tsx';
import { ShareBar } from '../parts/share-bar.tsx';
import { TableSkeleton } from '../parts/skeleton.tsx';
import { Sparkline } from '../parts/sparkline.tsx';
import { Light } from '../parts/status.tsx';
import { WhyEmpty } from '../parts/why-empty.tsx';

/** Each OU's month against its budget. */
export function LightsBlock({ scope }: { scope: Scope }) {
  const asked = useQuery(lightsOf(scope));
  return (
    <Section
      title="By OU"
      about={
        <>
          light from forecast ÷ budget
          <span className="x"> · 90 days: 7-day mean, each ± 25{THIN}% of its own mean</span>
        </>
      }
      actions={<CsvLink address={csvAddress('lights', scope)} of="OUs" />}
    >
      <Block asked={asked} skeleton={<TableSkeleton rows={14} label="OUs" />}>
        {(lights) =>
          lights.rows.length === 0 ? (
            <WhyEmpty
              because="No OU has cost in these days."
              next="Choose other days or take a filter away."
            />
          ) : (
            <LightsTable lights={lights} />
          )
        }
      </Block>
    </Section>
  );
}

type Row = Lights['rows'][number];

/** Knows nothing of loading. */
function LightsTable({ lights: { rows, total, about } }: { lights: Lights }) {
  const filter = useFilter();
  const columns = {
    currency: about.currency,
    decimals: decimalsOf(rows.map(({ monthToDate }) => monthToDate)),
    largest: Math.max(...rows.map(({ monthToDate }) => Math.abs(drawn(monthToDate)))),
    current: dayOfMonth(about.period.to),
  };
  const printed = together(
    rows.map(({ monthToDate }) => monthToDate),
    total?.monthToDate,
    columns.decimals,
  );
  return (
    <table className="tb ou">
      <caption className="vh">
        Cost by organisational unit, month to date, with plan, forecast, budget and light
      </caption>
      <Columns />
      <thead>
        <tr>
          <th scope="col">
            OU <span className="mu">· accounts</span>
          </th>
          <th scope="col" className="r" aria-sort="descending">
            MTD <Chevron />
          </th>
          <th scope="col" className="r x">
            Share
          </th>
          <th scope="col" className="r x">
            vs plan
          </th>
          <th scope="col" className="r x">
            Forecast
          </th>
          <th scope="col" className="r x">
            Budget
          </th>
          <th scope="col">Light</th>
          <th scope="col" className="r">
            of budget
          </th>
          <th scope="col" className="x">
            Reason
          </th>
          <th scope="col" className="x">
            90 days
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row, i) => (
          <tr key={row.ou}>
            <th scope="row">
              <button
                type="button"
                className="cell"
                aria-pressed={about.filters.ou === row.ou}
                onClick={() => filter({ ou: about.filters.ou === row.ou ? undefined : row.ou })}
              >
                <Name text={row.ou} />
              </button>{' '}
              <span className="mu">{row.accounts}</span>
            </th>
            <Cells row={row} printed={printed[i]} {...columns} />
          </tr>
        ))}
      </tbody>
      {total !== null && (
        <tfoot>
          <tr>
            <th scope="row">
              Total <span className="mu">{total.accounts}</span>
            </th>
            <Cells row={total} {...columns} largest={Number.NaN} />
          </tr>
        </tfoot>
      )}
    </table>
  );
}

const Columns = () => (
  <colgroup>
    <col />
    <col className="c2" />
    <col className="c3 x" />
    <col className="c4 x" />
    <col className="c5 x" />
    <col className="c6 x" />
    <col className="c7" />
    <col className="c8" />
    <col className="c9 x" />
    <col className="c10 x" />
  </colgroup>
);

/** The head of a reason, as far as a cell has room; all of it is its title. */
const short = (reason: string): string =>
  reason.replace(/^run-rate /, '').replace(/(?: of [\d,]+$| \(.*| of [\d,]+;.*|[:;] .*)/, '');

interface CellsOf {
  readonly row: Row;
  /** Month to date as its column was rounded. */
  readonly printed?: string | undefined;
  readonly currency: string;
  readonly decimals: number;
  readonly largest: number;
  readonly current: number;
}

function Cells({ row, printed, currency, decimals, largest, current }: CellsOf) {
  const figure = (amount: string | null, because?: string, rounded?: string) => {
    const shown = (
      <Figure amount={amount} currency={currency} decimals={decimals} printed={rounded} because={because} />
    );
    return row.incomplete && amount !== null ? (
      <em>
        ≈{THIN}
        {shown}
      </em>
    ) : (
      shown
    );
  };
  return (
    <>
      <td className="amt">
        <ShareBar part={drawn(row.monthToDate) / largest} />
        {figure(row.monthToDate, undefined, printed)}
      </td>
      <td className="r x mu">{percent(row.share)}</td>
      <td className="r x" title={row.againstPlan === null ? 'no budget, so no plan' : undefined}>
        {signedPercent(row.againstPlan)}
      </td>
      <td className="r x">{figure(row.forecast, row.reason)}</td>
      <td className="r x">
        <Figure amount={row.budget} currency={currency} decimals={decimals} because="no budget is imported" />
      </td>
      <td className="lt">
        <Light of={row.light} />
      </td>
      <td className="r">{percent(row.ofBudget)}</td>
      <td className="mu x" title={row.reason}>
        {short(row.reason)}
      </td>
      <td className="sp x">
        <Sparkline points={row.spark} current={current} />
      </td>
    </>
  );
}
