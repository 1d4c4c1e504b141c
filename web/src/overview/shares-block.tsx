import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Shares } from '../../../src/api/schemas/blocks.ts';
import { csvAddress, type Scope, sharesOf } from '../api/questions.ts';
import { useFilter } from '../app/use-scope.ts';
import { dayOfMonth, rangeName } from '../format/days.ts';
import { decimalsOf, drawn, percent, signedPercent } from '../format/figures.ts';
import { togetherIfKnown } from '../format/together.ts';
import { Block } from '../parts/block.tsx';
import { Figure } from '../parts/figure.tsx';
import { Chevron } from '../parts/icons.tsx';
import { Name } from '../parts/name.tsx';
import { CsvLink, Section } from '../parts/section.tsx';
import { ShareBar } from '../parts/share-bar.tsx';
import { TableSkeleton } from '../parts/skeleton.tsx';
import { Sparkline } from '../parts/sparkline.tsx';
import { Shape } from '../parts/status.tsx';
import { WhyEmpty } from '../parts/why-empty.tsx';

const FEW = 8;
const MANY = 500;
const WORDS = {
  service: { title: 'Services', one: 'Service', many: 'services' },
  account: { title: 'Accounts', one: 'Account', many: 'accounts' },
} as const;

/** Who has how much of the period's cost. */
export function SharesBlock({ scope, by }: { scope: Scope; by: 'service' | 'account' }) {
  const [rows, setRows] = useState(FEW);
  const asked = useQuery(sharesOf(scope, by, rows));
  const { data } = asked;
  const { title, many } = WORDS[by];
  return (
    <Section
      title={title}
      about={
        data !== undefined &&
        `share of ${rangeName(data.about.period, data.about.period.to)}${compared(data)}`
      }
      actions={
        <>
          {data !== undefined && data.count > FEW && (
            <button
              type="button"
              aria-expanded={rows !== FEW}
              onClick={() => setRows(rows === FEW ? MANY : FEW)}
            >
              {rows === FEW ? `All ${data.count}` : `First ${FEW}`}
            </button>
          )}
          <CsvLink address={csvAddress(many, scope)} of={many} />
        </>
      }
    >
      <Block asked={asked} skeleton={<TableSkeleton rows={FEW + 2} label={many} />}>
        {(shares) =>
          shares.rows.length === 0 ? (
            <WhyEmpty
              because="Nothing was charged in these days."
              next="Choose other days or take a filter away."
            />
          ) : (
            <SharesTable shares={shares} by={by} />
          )
        }
      </Block>
    </Section>
  );
}

const compared = ({ about: { comparedWith, period } }: Shares): string =>
  comparedWith === null ? '' : `, vs ${rangeName(comparedWith, period.to)}`;

function SharesTable({ shares, by }: { shares: Shares; by: 'service' | 'account' }) {
  const filter = useFilter();
  const { rows, others, total, about } = shares;
  const columns = {
    currency: about.currency,
    decimals: decimalsOf([total.amount]),
    largest: Math.max(...rows.map(({ amount }) => Math.abs(drawn(amount)))),
    current: dayOfMonth(about.period.to),
  };
  const chosen = about.filters[by];
  const listed = others === null ? rows : [...rows, others];
  const amounts = togetherIfKnown(
    listed.map(({ amount }) => amount),
    total.amount,
    columns.decimals,
  );
  const changes = togetherIfKnown(
    listed.map(({ change }) => change),
    total.change,
    columns.decimals,
  );
  const printed = (i: number) => ({ amount: amounts[i], change: changes[i] });
  return (
    <table className="tb sh">
      <caption className="vh">{WORDS[by].one} shares of the period</caption>
      <colgroup>
        <col />
        <col className="c2" />
        <col className="c3" />
        <col className="c4 x" />
        <col className="c5 x" />
        <col className="c6 x" />
        <col className="c7 x" />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">
            {WORDS[by].one} {by === 'account' && <span className="mu">· OU</span>}
          </th>
          <th scope="col" className="r" aria-sort="descending">
            Cost <Chevron />
          </th>
          <th scope="col" className="r">
            Share
          </th>
          <th scope="col" className="r x">
            vs before
          </th>
          <th scope="col" className="r x">
            Change
          </th>
          <th scope="col" className="r x">
            Alerts
          </th>
          <th scope="col" className="x">
            90 days
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row, i) => (
          <tr key={row.key}>
            <th scope="row">
              {by === 'service' && <Swatch colour={row.colour} />}
              <button
                type="button"
                className="cell"
                aria-pressed={chosen === row.key}
                onClick={() => filter({ [by]: chosen === row.key ? undefined : row.key })}
              >
                <Name text={row.name} />
              </button>{' '}
              {row.ou !== null && <span className="mu">{row.ou}</span>}
            </th>
            <Cells
              row={row}
              {...columns}
              printed={printed(i)}
              colour={by === 'service' ? row.colour : undefined}
            />
          </tr>
        ))}
        {others !== null && others.rows > 0 && (
          <tr>
            <th scope="row">
              {by === 'service' && <Swatch colour={0} />}Other, {others.rows} {WORDS[by].many}
            </th>
            <Cells row={others} {...columns} printed={printed(rows.length)} largest={Number.NaN} />
          </tr>
        )}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">Total</th>
          <Cells row={total} {...columns} largest={Number.NaN} />
        </tr>
      </tfoot>
    </table>
  );
}

const Swatch = ({ colour }: { colour: number }) => (
  <span className="sw" style={{ background: colour === 0 ? 'var(--other)' : `var(--s${colour})` }} />
);

interface CellsOf {
  readonly row: Omit<Shares['total'], 'key' | 'name'>;
  readonly currency: string;
  readonly decimals: number;
  readonly largest: number;
  readonly current: number;
  readonly colour?: number | undefined;
  /** As the columns were rounded; alone where nothing is given. */
  readonly printed?: { readonly amount: string | undefined; readonly change: string | undefined };
}

function Cells({ row, currency, decimals, largest, current, colour, printed }: CellsOf) {
  return (
    <>
      <td className="amt">
        <ShareBar part={drawn(row.amount) / largest} colour={colour} />
        <Figure amount={row.amount} currency={currency} decimals={decimals} printed={printed?.amount} />
      </td>
      <td className="r mu">{percent(row.share)}</td>
      <td className="r x">
        <Figure
          amount={row.change}
          currency={currency}
          decimals={decimals}
          printed={printed?.change}
          change="signed"
          because="there is nothing to compare with"
        />
      </td>
      <td className="r x">{signedPercent(row.changeShare)}</td>
      <td className="r x">
        {row.alerts === 0 ? (
          <span className="mu">0</span>
        ) : (
          <span className="st risk light">
            <Shape of="at risk" size={9} />
            {row.alerts}
          </span>
        )}
      </td>
      <td className="sp x">
        <Sparkline points={row.spark} current={current} />
      </td>
    </>
  );
}
