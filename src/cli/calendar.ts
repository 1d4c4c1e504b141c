import { Command } from 'commander';
import type { CalendarRow, CompletenessCalendar } from '../app/completeness-calendar.ts';
import {
  addDays,
  type BillingDate,
  billingDate,
  dayOf,
  days,
  type Period,
} from '../core/calendar/billing-date.ts';
import type { Doors } from './doors.ts';
import { asTable } from './shape.ts';

/** Days that are shown unless asked for others: a month and what went before it. */
const DAYS_SHOWN = 35;

interface CalendarFlags {
  readonly from?: BillingDate;
  readonly to?: BillingDate;
}

/** `calendar`: which days of which accounts are there, and what is missing. */
export const calendarCommand = (doors: Doors): Command =>
  new Command('calendar')
    .summary('which days of which accounts are there, which are late or missing, and what mends them')
    .description(
      'Account × day: + present, p provisional (still arriving), l late, m missing, . none were due. Below it stands what is\n' +
        'not fine, with the command that mends it. Ends with exit code 1 where a day is late or missing.',
    )
    .option('--from <date>', 'first billing day, UTC (default: 35 days back)', billingDate)
    .option('--to <date>', 'last billing day, inclusive (default: yesterday)', billingDate)
    .action(async (flags: CalendarFlags) => {
      const { openLake } = await import('../lake/lake.ts');
      const { pinLake } = await import('../lake/pin.ts');
      const { completenessCalendar } = await import('../app/completeness-calendar.ts');
      const [engine, lake] = [await doors.asker(), await openLake(await doors.store())];
      const state = await lake.head();
      await pinLake(engine, lake, state);
      const now = doors.clock.now();
      const calendar = await completenessCalendar(engine, lake, state, periodOf(flags, now), now);
      doors.answer(() => asText(calendar), calendar);
      if (calendar.counts.late + calendar.counts.missing > 0) doors.notFine();
    });

function periodOf({ from, to }: CalendarFlags, now: number): Period {
  const last = to ?? addDays(dayOf(now), -1);
  return days(from ?? addDays(last, 1 - DAYS_SHOWN), last);
}

function asText(calendar: CompletenessCalendar): string {
  const { lakeVersion, from, to, rows, counts } = calendar;
  if (rows.length === 0)
    return 'No delivery is in the lake: bring in a bill with "spendlight ingest <files>".\n';
  const wrong = rows.flatMap(notFine);
  return [
    `Days ${from} to ${to} of lake version ${lakeVersion}: ${counts.present} present, ${counts.provisional} provisional, ` +
      `${counts.late} late, ${counts.missing} missing, ${counts.skipped} of which nothing was due`,
    '',
    asTable(
      ['account', 'name', 'source', `${from} …`],
      rows.map(({ account, name, source, cells }) => [account, name ?? '', source, cells]),
      ['left', 'left', 'left', 'left'],
    ),
    asTable(
      ['day', 'state', 'why'],
      calendar.days.slice(-14).map(({ date, state, why }) => [date, state, why]),
      ['left', 'left', 'left'],
    ),
    ...(wrong.length === 0 ? ['Nothing is late or missing.'] : wrong),
    '',
  ].join('\n');
}

const notFine = ({ source, account, name, stretches }: CalendarRow): readonly string[] =>
  stretches.flatMap(({ from, to, state, why, mend }) =>
    mend === undefined
      ? []
      : [
          `! ${name === undefined ? account : `${name} (${account})`} of ${source}, ${from === to ? from : `${from} to ${to}`}, ${state}: ${why}`,
          `  do  ${mend}`,
        ],
  );
