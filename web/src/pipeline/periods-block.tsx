import { useQuery } from '@tanstack/react-query';
import { Fragment, useState } from 'react';
import type { Periods } from '../../../src/api/schemas/pipeline.ts';
import { periodsOf, type When } from '../api/pipeline.ts';
import { longMonth, moment, shortDay, yearOf } from '../format/days.ts';
import { decimalsOf } from '../format/figures.ts';
import { Block } from '../parts/block.tsx';
import { Command } from '../parts/command.tsx';
import { Disclosure } from '../parts/disclosure.tsx';
import { Figure } from '../parts/figure.tsx';
import { Section } from '../parts/section.tsx';
import { TableSkeleton } from '../parts/skeleton.tsx';
import { Light, type LightName } from '../parts/status.tsx';
import { WhyEmpty } from '../parts/why-empty.tsx';

type Period = Periods['periods'][number];
type Bill = Period['bills'][number];

const ROWS = 6;
const STATES: Record<Period['state'], { light: LightName; word: string }> = {
  open: { light: 'unknown', word: 'Open' },
  closing: { light: 'unknown', word: 'Closing' },
  invoiced: { light: 'on plan', word: 'Invoiced' },
  reopened: { light: 'at risk', word: 'Reopened' },
};

/** The ledger of billing periods. */
export function PeriodsBlock({ when }: { when: When }) {
  const asked = useQuery(periodsOf(when));
  const [all, setAll] = useState(false);
  const count = asked.data?.periods.length ?? 0;
  return (
    <Section
      title="Billing periods"
      about="as the deliveries say them, in their own currency"
      actions={
        count > ROWS && (
          <button type="button" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? `First ${ROWS}` : `All ${count}`}
          </button>
        )
      }
    >
      <Block asked={asked} skeleton={<TableSkeleton rows={ROWS} label="billing periods" />}>
        {({ periods, emptyBecause }) =>
          emptyBecause === null ? (
            <PeriodsTable periods={all ? periods : periods.slice(0, ROWS)} />
          ) : (
            <WhyEmpty because={emptyBecause} />
          )
        }
      </Block>
    </Section>
  );
}

function PeriodsTable({ periods }: { periods: readonly Period[] }) {
  const [open, setOpen] = useState<string>();
  const decimals = decimalsOf(periods.flatMap(({ totals }) => totals.map(({ billed }) => billed)));
  return (
    <table className="tb periods">
      <caption className="vh">Billing periods, newest first</caption>
      <thead>
        <tr>
          <th scope="col">Month</th>
          <th scope="col">State</th>
          <th scope="col" className="r">
            Billed
          </th>
          <th scope="col" className="r x">
            Effective
          </th>
          <th scope="col" className="r x">
            Deliveries
          </th>
        </tr>
      </thead>
      <tbody>
        {periods.map((of) => {
          const { light, word } = STATES[of.state];
          const name = `${longMonth(`${of.period}-01`)} ${yearOf(`${of.period}-01`)}`;
          const isOpen = open === of.period;
          return (
            <Fragment key={of.period}>
              <tr>
                <th scope="row">
                  <Disclosure open={isOpen} toggle={() => setOpen(isOpen ? undefined : of.period)}>
                    {name}
                  </Disclosure>
                </th>
                <td title={of.bills[0]?.why}>
                  <Light of={light}>{word}</Light>
                  {of.assumed && <span className="mu"> assumed</span>}
                </td>
                <Totals totals={of.totals} decimals={decimals} />
                <td className="r x">
                  {of.bills.reduce((sum, { deliveries }) => sum + deliveries.length, 0)}
                </td>
              </tr>
              {isOpen && (
                <tr className="more">
                  <td colSpan={5}>
                    {of.bills.map((bill) => (
                      <BillOf key={`${bill.source} ${bill.billingAccount}`} bill={bill} period={of.period} />
                    ))}
                  </td>
                </tr>
              )}
            </Fragment>
          );
        })}
      </tbody>
    </table>
  );
}

function Totals({ totals, decimals }: { totals: Period['totals']; decimals: 0 | 2 }) {
  const cell = (of: 'billed' | 'effective', className: string) => (
    <td className={className}>
      {totals.length === 0 ? '–' : null}
      {totals.map((total) => (
        <div key={total.currency}>
          <Figure amount={total[of]} currency={total.currency} decimals={decimals} />{' '}
          <span className="mu">{total.currency}</span>
        </div>
      ))}
    </td>
  );
  return (
    <>
      {cell('billed', 'r')}
      {cell('effective', 'r x')}
    </>
  );
}

function BillOf({ bill, period }: { bill: Bill; period: string }) {
  const { source, billingAccount, state, why, since, deliveries, reopenings } = bill;
  const decimals = 2;
  return (
    <>
      <p className="told">
        <b>
          {source}
          {billingAccount !== '' && `, ${billingAccount}`}
        </b>{' '}
        {STATES[state].word.toLowerCase()} since {shortDay(since.slice(0, 10))}: {why}.{' '}
        {state === 'reopened' && <Command text={`spendlight restatements --from ${period}-01`} />}
      </p>
      <table className="tb inner">
        <caption className="vh">
          Deliveries of {source} for {period}
        </caption>
        <thead>
          <tr>
            <th scope="col">Delivered</th>
            <th scope="col">Scope</th>
            <th scope="col" className="r">
              Lake version
            </th>
            <th scope="col" className="r">
              Billed
            </th>
            <th scope="col" className="x">
              Now
            </th>
          </tr>
        </thead>
        <tbody>
          {deliveries.map((of) => (
            <tr key={`${of.delivery} ${of.lakeVersion}`}>
              <th scope="row" title={`${of.delivery}, by ${of.ageFrom}`}>
                {moment(of.deliveredAt)}
              </th>
              <td>{of.scope}</td>
              <td className="r">{of.lakeVersion}</td>
              <td className="r">
                {of.totals.map((total) => (
                  <div key={total.currency}>
                    <Figure amount={total.billed} currency={total.currency} decimals={decimals} />{' '}
                    <span className="mu">{total.currency}</span>
                  </div>
                ))}
              </td>
              <td className="x mu">{of.current ? 'counts' : 'replaced'}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {reopenings.length > 0 && (
        <p className="told">
          Changed after it was invoiced by {reopenings.map(({ delivery }) => delivery).join(', ')}.
        </p>
      )}
    </>
  );
}
