import { queryOptions, useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import type { Explanation } from '../../../src/api/schemas/explain.ts';
import { client, read } from '../api/client.ts';
import type { Scope } from '../api/questions.ts';
import { bytesText } from '../format/bytes.ts';
import { moment, rangeName } from '../format/days.ts';
import { count, full } from '../format/figures.ts';
import { Block } from '../parts/block.tsx';
import { Command } from '../parts/command.tsx';
import { Figure } from '../parts/figure.tsx';
import { TableSkeleton } from '../parts/skeleton.tsx';
import { Light } from '../parts/status.tsx';
import type { Figure as Name } from './prove.tsx';

/** The dearest lines that are listed. */
const LINES = '10';

const explanationOf = (figure: Name, scope: Scope) =>
  queryOptions({
    queryKey: ['costs', 'explain', figure, scope],
    queryFn: ({ signal }) =>
      read<Explanation>(
        client.explain.$get({ query: { ...scope, figure, lines: LINES } }, { init: { signal } }),
      ),
  });

interface DrawerOf {
  readonly figure: Name;
  readonly scope: Scope;
  readonly close: () => void;
}

/** What stands behind a figure: formula, charges in and out, rows and their sum, deliveries, and how to see it elsewhere. */
export function ExplainDrawer({ figure, scope, close }: DrawerOf) {
  const host = useRef<HTMLDialogElement>(null);
  const title = useId();
  const asked = useQuery(explanationOf(figure, scope));
  useEffect(() => {
    host.current?.showModal();
  }, []);
  return (
    <dialog ref={host} className="drawer" aria-labelledby={title} onClose={close}>
      <div className="hd">
        <h2 id={title}>{asked.data?.title ?? 'What stands behind it'}</h2>
        <button type="button" className="btn" onClick={() => host.current?.close()}>
          Close
        </button>
      </div>
      <Block asked={asked} skeleton={<TableSkeleton rows={12} label="the proof" />}>
        {(of) => <Told of={of} />}
      </Block>
    </dialog>
  );
}

function Told({ of }: { of: Explanation }) {
  return (
    <>
      <p className="big" data-exact={of.value ?? undefined}>
        {of.value === null ? '–' : full(of.value, of.currency)}
      </p>
      {of.why !== null && <p className="told">{of.why}</p>}
      <dl className="facts">
        <Fact name="Formula">{of.formula}</Fact>
        <Fact name="Metric, days">
          {of.metric}, {rangeName(of.period)} (UTC)
        </Fact>
        <Fact name="Filters">{of.filters.length === 0 ? 'none: everything' : of.filters.join(', ')}</Fact>
        <Fact name="Lake version">
          {of.lakeVersion}, committed {moment(of.committedAt)}; accounts {of.inputs.accounts}, budgets{' '}
          {of.inputs.budgets}, rates {of.inputs.rates}, rules {of.inputs.rules}
        </Fact>
        <Fact name="Rows behind it">
          <Light of={of.rows.ties ? 'on plan' : 'over'}>{of.rows.ties ? 'Ties' : 'Does not tie'}</Light>:{' '}
          {count(of.rows.rollupRows)} rows of the rollup, {full(of.rows.rollupSum, of.currency)};{' '}
          {count(of.rows.lines)} lines
          {of.rows.lineSum === null
            ? ', some in other currencies'
            : `, ${full(of.rows.lineSum, of.currency)}`}
        </Fact>
      </dl>
      {of.parts.some(({ what }, i) => what !== of.charges[i]?.kind) && <Parts of={of} />}
      <Charges of={of} />
      <Deliveries of={of} />
      <Dearest of={of} />
      <h3>See the same elsewhere</h3>
      <ol className="how">
        {of.howToCheck.map((step) => (
          <li key={step}>{stepOf(step)}</li>
        ))}
      </ol>
    </>
  );
}

/** Where a step names a command, it can be copied. */
function stepOf(step: string): ReactNode {
  const at = step.indexOf(': spendlight ');
  return at < 0 ? (
    step
  ) : (
    <>
      {step.slice(0, at + 2)}
      <Command text={step.slice(at + 2)} />
    </>
  );
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </>
);

const Parts = ({ of: { parts, currency } }: { of: Explanation }) => (
  <>
    <h3>What it is made of</h3>
    <table className="tb">
      <caption className="vh">Parts of the figure</caption>
      <tbody>
        {parts.map(({ what, amount }) => (
          <tr key={what}>
            <th scope="row" className="wrapped">
              {what}
            </th>
            <td className="r">
              <Figure amount={amount} currency={currency} decimals={2} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </>
);

const Charges = ({ of: { charges, costs, leftOut, currency } }: { of: Explanation }) => (
  <>
    <h3>Charge types in it</h3>
    <table className="tb">
      <caption className="vh">Charge types in the figure, and what is left out</caption>
      <tbody>
        {charges.map(({ kind, amount, lines }) => (
          <tr key={kind}>
            <th scope="row">{kind}</th>
            <td className="r mu">{count(lines)} lines</td>
            <td className="r">
              <Figure amount={amount} currency={currency} decimals={2} />
            </td>
          </tr>
        ))}
        {leftOut.map(({ what, amount, lines }) => (
          <tr key={what}>
            <th scope="row" className="wrapped">
              not in it: {what}
            </th>
            <td className="r mu">{count(lines)} lines</td>
            <td className="r mu">{amount ?? 'unknown'}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">All of them</th>
          <td />
          <td className="r">
            <Figure amount={costs} currency={currency} decimals={2} />
          </td>
        </tr>
      </tfoot>
    </table>
  </>
);

const Deliveries = ({ of: { deliveries } }: { of: Explanation }) => (
  <>
    <h3>Deliveries that it came with</h3>
    <table className="tb">
      <caption className="vh">Deliveries with lines in these days</caption>
      <tbody>
        {deliveries.map((of) => (
          <tr key={`${of.load} ${of.delivery}`}>
            <th scope="row">
              {of.source} {of.billingPeriod}
            </th>
            <td className="mu">{moment(of.deliveredAt)}</td>
            <td className="r mu" title={of.raw.map(({ key, sha256 }) => `${key} ${sha256}`).join('\n')}>
              {of.raw.length} {of.raw.length === 1 ? 'file' : 'files'},{' '}
              {bytesText(of.raw.reduce((sum, { bytes }) => sum + bytes, 0))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </>
);

const Dearest = ({ of: { dearest } }: { of: Explanation }) =>
  dearest.length === 0 ? null : (
    <>
      <h3>Its dearest lines</h3>
      <table className="tb dear">
        <caption className="vh">The dearest lines behind the figure</caption>
        <colgroup>
          <col />
          <col className="d2" />
          <col className="d3" />
        </colgroup>
        <tbody>
          {dearest.map((line, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines may be alike in all that is shown
            <tr key={i}>
              <th scope="row" title={line.description ?? undefined}>
                {line.service}{' '}
                <span className="mu">{line.resource ?? line.description ?? line.category}</span>
              </th>
              <td className="mu">{line.date}</td>
              <td className="r">
                <Figure
                  amount={line.amount === 'unknown' ? null : line.amount}
                  currency={line.currency}
                  decimals={2}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
