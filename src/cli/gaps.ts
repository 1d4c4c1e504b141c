import { Command } from 'commander';
import type { GapsReport } from '../app/gaps-report.ts';
import { type BillingDate, billingDate } from '../core/calendar/billing-date.ts';
import type { Doors } from './doors.ts';

interface GapsFlags {
  readonly from?: BillingDate;
  readonly to?: BillingDate;
}

/** `gaps`: what is missing, and what mends it. */
export const gapsCommand = (doors: Doors): Command =>
  new Command('gaps')
    .summary('days, archives, mails and deliveries that are missing, and what mends them')
    .description(
      'Days of a source without lines, or with fewer than half of what the same weekday has in the four weeks around; complete\n' +
        'days without an archive; run dates without a digest; months without a delivery. Exit code 1 if there is any.',
    )
    .option('--from <date>', 'first billing day, UTC (default: the first with a line)', billingDate)
    .option('--to <date>', 'last billing day, inclusive (default: the latest complete one)', billingDate)
    .action(async (range: GapsFlags) => {
      const { gaps } = await import('../app/gaps.ts');
      const tools = {
        engine: await doors.asker(),
        store: await doors.store(),
        clock: doors.clock,
        tables: await doors.tables(),
      };
      const report = await gaps(tools, range);
      doors.answer(() => asText(report), report);
      if (report.gaps.length > 0) doors.notFine();
    });

function asText({ looked, gaps, lakeVersion }: GapsReport): string {
  if (looked === undefined) {
    return `None of these days is complete in lake version ${lakeVersion}, so none can be missing: spendlight status says how far it reaches.\n`;
  }
  const range = `${looked.from} to ${looked.to}, lake version ${lakeVersion}`;
  if (gaps.length === 0) return `Nothing is missing from ${range}.\n`;
  return [
    `${gaps.length === 1 ? 'One gap' : `${gaps.length} gaps`} from ${range}:`,
    ...gaps.flatMap(({ what, command }) => [`! ${what}`, `  do  ${command}`]),
    '',
  ].join('\n');
}
