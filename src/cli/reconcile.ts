import { Command } from 'commander';
import type { ReconcileReport } from '../app/reconcile.ts';
import { type BillingDate, billingDate } from '../core/calendar/billing-date.ts';
import { addMonths, type BillingPeriod, billingPeriod, periodOf } from '../core/calendar/billing-period.ts';
import type { Doors } from './doors.ts';
import { asTable } from './shape.ts';

interface ReconcileFlags {
  readonly against: string;
  readonly period?: BillingPeriod;
  readonly source?: string;
  readonly invoiceDate?: BillingDate;
}

/** Differences that are listed for people. */
const TOLD = 20;

/** `reconcile`: an invoice against the lake. */
export const reconcileCommand = (doors: Doors): Command =>
  new Command('reconcile')
    .summary('set an invoice against the lake and explain the remainder to the cent')
    .description(
      'Compares an invoice file (CSV with amount and currency, and as far as known account, service, charge_type and\n' +
        "invoice_date; or AWS's own invoice file) with what the lake counts of the billing period. Known causes are named with\n" +
        'their amounts; what remains is unexplained, and ends the command with exit code 1. See docs/proof.md.',
    )
    .requiredOption('--against <file>', 'the invoice, CSV')
    .option('--period <month>', 'billing period, YYYY-MM (default: the last one that is over)', billingPeriod)
    .option('--source <id>', 'only what this source delivered')
    .option('--invoice-date <date>', 'when the invoice was written, where the file does not say', billingDate)
    .action(async ({ against, period, source, invoiceDate }: ReconcileFlags) => {
      const { reconcileInvoice } = await import('../app/reconcile.ts');
      const { openLake } = await import('../lake/lake.ts');
      const lake = await openLake(await doors.store());
      const now = doors.clock.now();
      const today = billingDate(new Date(now).toISOString().slice(0, 10));
      const report = await reconcileInvoice(
        await doors.asker(),
        lake,
        await lake.head(),
        { against, period: period ?? addMonths(periodOf(today), -1), source, invoiceDate },
        now,
      );
      doors.answer(() => asText(report), report);
      if (!report.explained) doors.notFine();
    });

function asText({
  invoice,
  period,
  source,
  lakeVersion,
  invoiceDate,
  lateUnknown,
  currencies,
}: ReconcileReport): string {
  const written = invoiceDate === null ? '' : `, written ${invoiceDate}`;
  return [
    `${invoice}${written}, against billing period ${period} of lake version ${lakeVersion}${source === null ? '' : `, source ${source}`}; BilledCost`,
    ...(lateUnknown === null ? [] : [`Lines that came after the invoice are not told apart: ${lateUnknown}`]),
    '',
    ...currencies.flatMap((block) => [
      asTable(
        ['', block.currency],
        [
          ['invoice', block.invoice],
          ['lake', block.lake],
          ['remainder', block.remainder],
          ...block.causes.map(({ cause, amount }) => [`  ${cause}`, amount]),
          ['unexplained', block.unexplained],
        ],
        ['left', 'right'],
      ),
      ...block.differing
        .slice(0, TOLD)
        .map((at) => `  ${at.name}: invoice ${at.invoice}, lake ${at.lake}, difference ${at.difference}`),
      '',
    ]),
  ].join('\n');
}
