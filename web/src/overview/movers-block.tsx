import { useQuery } from '@tanstack/react-query';
import type { Movers } from '../../../src/api/schemas/blocks.ts';
import { csvAddress, moversOf, type Scope } from '../api/questions.ts';
import { useFilter } from '../app/use-scope.ts';
import { dayName, longWeekday } from '../format/days.ts';
import { decimalsOf, full, plain } from '../format/figures.ts';
import { togetherIfKnown } from '../format/together.ts';
import { Block } from '../parts/block.tsx';
import { Figure } from '../parts/figure.tsx';
import { Name } from '../parts/name.tsx';
import { CsvLink, Section } from '../parts/section.tsx';
import { TableSkeleton } from '../parts/skeleton.tsx';
import { WhyEmpty } from '../parts/why-empty.tsx';
import { useWhy } from './causes.ts';

/** Rows that fit the first screen. */
const ROWS = 5;

/** What moved on the judged day, and why. */
export function MoversBlock({ scope }: { scope: Scope }) {
  const asked = useQuery(moversOf(scope));
  const { data } = asked;
  const why = useWhy(scope);
  return (
    <Section
      title="Top movers"
      about={
        data?.day != null &&
        data.weeks > 0 &&
        `${dayName(data.day)} vs mean of ${data.weeks} ${longWeekday(data.day)}s`
      }
      actions={<CsvLink address={csvAddress('movers', scope)} of="top movers" />}
    >
      <Block asked={asked} skeleton={<TableSkeleton rows={7} label="top movers" />}>
        {(movers) =>
          movers.emptyBecause === null ? (
            <MoversTable movers={movers} why={why} />
          ) : (
            <WhyEmpty because={movers.emptyBecause} />
          )
        }
      </Block>
    </Section>
  );
}

interface TableOf {
  movers: Movers;
  why: ReturnType<typeof useWhy>;
}

function MoversTable({ movers: { rows: all, others, total, about }, why }: TableOf) {
  const filter = useFilter();
  const rows = all.slice(0, ROWS);
  const decimals = decimalsOf(rows.map(({ change }) => change));
  const isWhole = others !== null && all.length <= ROWS;
  const printed = togetherIfKnown(
    [...rows.map(({ change }) => change), ...(isWhole ? [others.change] : [])],
    isWhole ? total?.change : undefined,
    decimals,
  );
  return (
    <table className="tb mov">
      <caption className="vh">Top movers against the mean of the same weekdays before</caption>
      <colgroup>
        <col className="m1" />
        <col className="m2" />
        <col />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">Service · account</th>
          <th scope="col" className="r">
            Change
          </th>
          <th scope="col" className="wy">
            Why
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row, i) => {
          const text = `${row.service} · ${row.account.name ?? row.account.id}`;
          const cause = why(row.service, row.account.id);
          return (
            <tr key={`${row.service} ${row.account.id}`}>
              <th scope="row">
                <button
                  type="button"
                  className="cell"
                  title={`${text}, ${row.ou}`}
                  onClick={() =>
                    filter({
                      service: row.service,
                      account: row.account.id === '' ? undefined : row.account.id,
                    })
                  }
                >
                  <Name text={text} />
                </button>
              </th>
              <td className="r">
                <Figure
                  amount={row.change}
                  currency={about.currency}
                  decimals={decimals}
                  printed={printed[i]}
                  change="signed"
                />
              </td>
              <td className="mu wy" title={cause ?? undefined}>
                {cause === undefined ? '' : (cause ?? 'no single cause found')}
              </td>
            </tr>
          );
        })}
        {others !== null && others.rows > 0 && all.length <= ROWS && (
          <tr>
            <th scope="row">
              <span className="mu">{others.rows} others</span>
            </th>
            <td className="r">
              <Figure
                amount={others.change}
                currency={about.currency}
                decimals={decimals}
                printed={printed[rows.length]}
                change="signed"
              />
            </td>
            <td className="mu wy">largest of them {plain(others.largest, decimals)}</td>
          </tr>
        )}
      </tbody>
      {total !== null && (
        <tfoot>
          <tr>
            <th scope="row">All changes</th>
            <td className="r">
              <Figure amount={total.change} currency={about.currency} decimals={decimals} change="signed" />
            </td>
            <td
              className="mu wy"
              title={`${full(total.now, about.currency)} against ${full(total.usual, about.currency)}`}
            >
              {plain(total.now, decimalsOf([total.now]))} against{' '}
              {plain(total.usual, decimalsOf([total.now]))}
            </td>
          </tr>
        </tfoot>
      )}
    </table>
  );
}
