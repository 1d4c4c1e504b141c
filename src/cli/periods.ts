import { Command } from 'commander';
import type { PeriodEntry, PeriodLedger } from '../app/period-ledger.ts';
import type { Doors } from './doors.ts';
import { asTable } from './shape.ts';

/** `periods`: which months are open, closing, invoiced or reopened. */
export const periodsCommand = (doors: Doors): Command =>
  new Command('periods')
    .summary('which billing months are open, closing, invoiced or reopened, and what they come to')
    .description(
      'The ledger of billing periods: the state of every bill with its totals and its deliveries. A month is invoiced when\n' +
        'every line that was billed carries an invoice; where a source names none, once nothing changed for 15 days\n' +
        '("assumed"). Ends with exit code 1 while a month is reopened: a delivery changed it after it was invoiced.',
    )
    .action(async () => {
      const { openLake } = await import('../lake/lake.ts');
      const { periodLedger } = await import('../app/period-ledger.ts');
      const lake = await openLake(await doors.store());
      const ledger = await periodLedger(lake, await lake.head(), doors.clock.now());
      doors.answer(() => asText(ledger), ledger);
      if (ledger.periods.some(({ state }) => state === 'reopened')) doors.notFine();
    });

function asText({ lakeVersion, periods }: PeriodLedger): string {
  if (periods.length === 0)
    return 'No delivery is in the lake: bring in a bill with "spendlight ingest <files>".\n';
  return [
    `Billing periods of lake version ${lakeVersion}; billed and effective cost as the deliveries say them`,
    '',
    asTable(
      [
        'period',
        'source',
        'billing account',
        'state',
        'since',
        'currency',
        'billed',
        'effective',
        'deliveries',
      ],
      periods.flatMap(rowsOf),
      ['left', 'left', 'left', 'left', 'left', 'left', 'right', 'right', 'right'],
    ),
    ...periods.flatMap(reopenings),
  ].join('\n');
}

const rowsOf = ({ period, bills }: PeriodEntry): readonly (readonly string[])[] =>
  bills.flatMap(({ source, billingAccount, state, assumed, since, totals, deliveries }) => {
    const about = [
      period,
      source,
      billingAccount,
      assumed ? `${state} (assumed)` : state,
      since.slice(0, 10),
    ];
    const count = String(deliveries.length);
    return totals.length === 0
      ? [[...about, '–', '0.00', '0.00', count]]
      : totals.map(({ currency, billed, effective }) => [...about, currency, billed, effective, count]);
  });

const reopenings = ({ period, bills }: PeriodEntry): readonly string[] =>
  bills.flatMap(({ source, billingAccount, state, why }) =>
    state === 'reopened'
      ? [
          `! ${period} of ${source}${billingAccount === '' ? '' : ` (${billingAccount})`}: ${why}`,
          `  do  See what changed: spendlight restatements --from ${period}-01`,
          '',
        ]
      : [],
  );
