import {
  addDays,
  type BillingDate,
  billingDate,
  daysBetween,
  eachDay,
  weekday,
} from '../core/calendar/billing-date.ts';
import { type BillingPeriod, daysOf, periodOf } from '../core/calendar/billing-period.ts';
import type { UserError } from '../core/errors/user-error.ts';
import { currency, money, sum } from '../core/money/money.ts';
import type { BillFacts, Changes, CurrencyTotals, Finding, Part, PeekFacts } from '../delivery/peek/facts.ts';
import type { Engine } from '../ports/engine.ts';
import { discover } from '../sources/discover.ts';
import { type DaySlice, type Glance, glance, type Slice } from '../sources/glance.ts';

export interface PeekRequest {
  readonly paths: readonly string[];
  /** As for `ingest`: `auto`, `focus`, `cur2`, `mapping:FILE`. */
  readonly format: string;
  /** An empty folder for what has to be staged. */
  readonly scratch: string;
}

/** The first minute with a bill of one's own: what it is, what it says, what looks wrong. Needs no lake and writes none. */
export async function peek(engine: Engine, { paths, format, scratch }: PeekRequest): Promise<PeekFacts> {
  const { deliveries, notReady } = await discover(engine, paths);
  const bills: BillFacts[] = [];
  for (const found of deliveries) {
    const seen = await glance(engine, found, { format, scratch });
    try {
      bills.push(await factsOf(seen, bills.length === 0 ? notReady : []));
    } finally {
      await seen.close();
    }
  }
  return { bills };
}

async function factsOf(seen: Glance, notReady: readonly UserError[]): Promise<BillFacts> {
  const days = [...new Set(seen.days.map(({ value }) => value))].map(billingDate);
  const [firstDay, lastDay] = [days[0], days.at(-1)];
  const periods = periodsOf(seen.days);
  return {
    files: seen.files,
    format: seen.format,
    label: seen.label,
    source: seen.source,
    lines: seen.days.reduce((lines, day) => lines + day.lines, 0),
    periods,
    firstDay,
    lastDay,
    totals: totalsOf(seen),
    changes: await changesOf(seen, days),
    findings: findingsOf(
      seen,
      days,
      periods.map(({ period }) => period),
      notReady,
    ),
  };
}

function periodsOf(days: readonly DaySlice[]): BillFacts['periods'] {
  const lines = new Map<BillingPeriod, number>();
  for (const day of days) {
    const period = periodOf(billingDate(day.periodStart));
    lines.set(period, (lines.get(period) ?? 0) + day.lines);
  }
  return [...lines]
    .map(([period, count]) => ({ period, lines: count }))
    .sort((a, b) => (a.period < b.period ? -1 : 1));
}

function totalsOf(seen: Glance): readonly CurrencyTotals[] {
  const codes = [...new Set(seen.categories.map((slice) => slice.currency))].sort();
  return codes.map((code) => {
    const of = currency(code);
    const parts = (slices: readonly Slice[]): Part[] =>
      slices
        .filter((slice) => slice.currency === code)
        .map(({ value, billed, lines }) => ({ name: value, amount: money(billed, of), lines }));
    const categories = parts(seen.categories);
    return {
      currency: code,
      total: sum(
        categories.map(({ amount }) => amount),
        of,
      ),
      lines: categories.reduce((lines, part) => lines + part.lines, 0),
      categories,
      services: parts(seen.services),
      accounts: parts(seen.accounts),
      days: daysTogether(parts(seen.days)),
    };
  });
}

/** A day may be charged in two billing periods: one row for both. */
function daysTogether(days: readonly Part[]): readonly Part[] {
  const together = new Map<string | null, Part>();
  for (const day of days) {
    const before = together.get(day.name);
    const amount = before === undefined ? day.amount : sum([before.amount, day.amount], day.amount.currency);
    together.set(day.name, { name: day.name, amount, lines: day.lines + (before?.lines ?? 0) });
  }
  return [...together.values()];
}

/** A week is full if each of its days has lines; the last day of a bill is mostly half a day, so it has to be over. */
async function changesOf(seen: Glance, days: readonly BillingDate[]): Promise<Changes> {
  const last = days.at(-1);
  const known = new Set(days);
  const isFull = (monday: BillingDate): boolean =>
    Array.from({ length: 7 }, (_, i) => addDays(monday, i)).every((day) => known.has(day));
  if (last === undefined) return { weeks: undefined, why: 'there is not one day' };
  for (
    let now = addDays(last, 1 - weekday(last) - 7 * (weekday(last) === 7 ? 0 : 1));
    now >= (days[0] ?? now);
    now = addDays(now, -7)
  ) {
    const before = addDays(now, -7);
    if (!isFull(now) || !isFull(before)) continue;
    const rows = await seen.changes(before, now);
    return {
      weeks: [before, now],
      rows: rows.map((row) => {
        const of = currency(row.currency);
        return {
          service: row.service,
          account: row.account,
          before: money(row.before, of),
          now: money(row.now, of),
        };
      }),
    };
  }
  return { weeks: undefined, why: 'there are no two full weeks, Monday to Sunday, one after the other' };
}

const EXAMPLES_MAX = 5;

function findingsOf(
  seen: Glance,
  days: readonly BillingDate[],
  periods: readonly BillingPeriod[],
  notReady: readonly UserError[],
): readonly Finding[] {
  const findings: Finding[] = notReady.map((error) => ({
    kind: 'not-ready',
    what: error.what,
    examples: [error.remedy],
  }));
  if (seen.rejectedRows > 0) {
    const examples = seen.rejects
      .slice(0, EXAMPLES_MAX)
      .map(({ file, line, column, reason }) => `${file}, line ${line}, ${column}: ${reason}`);
    findings.push({
      kind: 'rejects',
      count: seen.rejectedRows,
      what: `${rows(seen.rejectedRows)} cannot be loaded and would be rejected`,
      examples,
    });
  }
  const { lines: repeated, onlyOn } = seen.repeatedLines;
  if (repeated > 0) {
    const where = onlyOn === undefined ? '' : ` (of ${onlyOn}, the day that was compared)`;
    findings.push({
      kind: 'repeated-lines',
      count: repeated,
      what: `${rows(repeated)}${where} just like another: did a part come twice?`,
      examples: [],
    });
  }
  const codes = [...new Set(seen.categories.map((slice) => slice.currency))].sort();
  if (codes.length > 1) {
    findings.push({
      kind: 'mixed-currencies',
      count: codes.length,
      what: `${codes.length} currencies (${codes.join(', ')}): each is totalled by itself, rates are needed for one sum`,
      examples: [],
    });
  }
  findings.push(...missingDays(days, periods), ...outsidePeriod(seen.days));
  if (seen.unknownColumns.length > 0) {
    findings.push({
      kind: 'unknown-columns',
      count: seen.unknownColumns.length,
      what: `Columns that Spendlight does not read: ${seen.unknownColumns.join(', ')}`,
      examples: [],
    });
  }
  return [...findings, ...seen.notes.map((what): Finding => ({ kind: 'note', what, examples: [] }))];
}

const rows = (count: number): string => `${count} ${count === 1 ? 'row' : 'rows'}`;

/** Days without one line between the first and the last that a bill's months have. */
function missingDays(days: readonly BillingDate[], periods: readonly BillingPeriod[]): readonly Finding[] {
  const known = new Set(days);
  const last = days.at(-1);
  const missing = periods.flatMap((period) =>
    [...eachDay(daysOf(period))].filter((day) => !known.has(day) && last !== undefined && day < last),
  );
  if (missing.length === 0) return [];
  const what =
    missing.length === 1
      ? `No line is charged on ${missing[0] ?? ''}`
      : `No line is charged on ${missing.length} days: ${runs(missing).join(', ')}`;
  return [{ kind: 'missing-days', count: missing.length, what, examples: [] }];
}

/** `2026-05-03 to 2026-05-09` for days one after another. */
function runs(days: readonly BillingDate[]): string[] {
  const found: [BillingDate, BillingDate][] = [];
  for (const day of days) {
    const run = found.at(-1);
    if (run !== undefined && daysBetween(run[1], day) === 1) run[1] = day;
    else found.push([day, day]);
  }
  return found.map(([from, to]) => (from === to ? from : `${from} to ${to}`));
}

/** Allowed (late corrections look like this), and worth knowing: the day and the invoice tell different months. */
function outsidePeriod(days: readonly DaySlice[]): readonly Finding[] {
  const outside = days.filter(({ value, periodStart }) => value.slice(0, 7) !== periodStart.slice(0, 7));
  const lines = outside.reduce((sum, day) => sum + day.lines, 0);
  if (lines === 0) return [];
  const examples = outside
    .slice(0, EXAMPLES_MAX)
    .map((day) => `charged ${day.value}, billed in ${day.periodStart.slice(0, 7)}: ${rows(day.lines)}`);
  return [
    {
      kind: 'outside-period',
      count: lines,
      what: `${rows(lines)} charged on a day outside the billing period`,
      examples,
    },
  ];
}
