import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Alerts } from '../../../src/api/schemas/blocks.ts';
import { alertsOf, csvAddress, type Scope } from '../api/questions.ts';
import { useFilter } from '../app/use-scope.ts';
import { shortDay } from '../format/days.ts';
import { decimalsOf } from '../format/figures.ts';
import { Block } from '../parts/block.tsx';
import { Figure } from '../parts/figure.tsx';
import { CsvLink, Section } from '../parts/section.tsx';
import { TableSkeleton } from '../parts/skeleton.tsx';
import { Light } from '../parts/status.tsx';
import { WhyEmpty } from '../parts/why-empty.tsx';
import { useWhy, type Why } from './causes.ts';

/** Rows that fit the first screen. */
const ROWS = 4;
const KINDS = { budget: 'Budget', anomaly: 'Anomaly', feed: 'Feed' } as const;

/** What somebody should look at. */
export function AlertsBlock({ scope }: { scope: Scope }) {
  const asked = useQuery(alertsOf(scope));
  const [all, setAll] = useState(false);
  const rows = asked.data?.rows.length ?? 0;
  const why = useWhy(scope);
  return (
    <Section
      className="sec"
      title="Open alerts"
      about={asked.data === undefined ? undefined : <span className="in">{rows}</span>}
      actions={
        <>
          {rows > ROWS && (
            <button type="button" aria-expanded={all} onClick={() => setAll(!all)}>
              {all ? `First ${ROWS}` : `All ${rows}`}
            </button>
          )}
          <CsvLink address={csvAddress('alerts', scope)} of="open alerts" />
        </>
      }
    >
      <Block asked={asked} skeleton={<TableSkeleton rows={ROWS} label="open alerts" />}>
        {(alerts) =>
          alerts.rows.length === 0 ? (
            <WhyEmpty because="Nothing is open: no budget at risk, no anomaly, no late feed." />
          ) : (
            <AlertsTable alerts={alerts} rows={all ? rows : ROWS} why={why} />
          )
        }
      </Block>
    </Section>
  );
}

interface TableOf {
  alerts: Alerts;
  rows: number;
  why: ReturnType<typeof useWhy>;
}

function AlertsTable({ alerts, rows, why }: TableOf) {
  const filter = useFilter();
  const shown = alerts.rows.slice(0, rows);
  const decimals = decimalsOf(shown.map(({ impact }) => impact));
  return (
    <table className="tb al">
      <caption className="vh">Open alerts</caption>
      <colgroup>
        <col className="a1" />
        <col />
        <col className="a3" />
        <col className="a4" />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">Alert</th>
          <th scope="col">What</th>
          <th scope="col" className="r">
            Impact
          </th>
          <th scope="col" className="r">
            Since
          </th>
        </tr>
      </thead>
      <tbody>
        {shown.map((row) => (
          <tr key={row.id}>
            <td>
              <Light of={row.level}>{KINDS[row.kind]}</Light>
            </td>
            <th scope="row">
              {row.ou === null && row.account === null ? (
                <span title={row.what}>{row.what}</span>
              ) : (
                <button
                  type="button"
                  className="cell"
                  title={whole(row, why(row.service, row.account?.id))}
                  onClick={() => filter(focusOf(row))}
                >
                  <bdi>{row.what}</bdi>
                </button>
              )}
            </th>
            <td className="r">
              <Figure
                amount={row.impact}
                currency={alerts.about.currency}
                decimals={decimals}
                change="signed"
                because="what has not arrived is not known"
              />
            </td>
            <td className="r mu">{row.since === null ? '–' : shortDay(row.since)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const whole = ({ kind, what }: Alerts['rows'][number], why: Why): string =>
  kind === 'anomaly' && typeof why === 'string' ? `${what}: ${why}` : what;

/** The part of the costs that an alert is about. */
const focusOf = ({ kind, ou, service, account }: Alerts['rows'][number]): Scope => ({
  ...(kind === 'budget' && ou !== null ? { ou } : {}),
  ...(service === null ? {} : { service }),
  ...(account === null || account.id === '' ? {} : { account: account.id }),
});
