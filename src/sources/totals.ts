import { billingDate } from '../core/calendar/billing-date.ts';
import { type BillingPeriod, periodOf } from '../core/calendar/billing-period.ts';
import type { Row } from '../ports/engine.ts';
import { METRICS } from '../sql/schema.ts';
import type { SourceTotal } from './contract.ts';
import { decimalText, unitsOf } from './decimal.ts';
import type { Survey } from './surveyed.ts';

/** Where the source names no currency: ISO 4217's code for "no currency". Such rows are rejected, and still counted. */
const NO_CURRENCY = 'XXX';
const AMOUNT_SCALE = 15;
const RESIDUE_SCALE = 25;

/** Counts and exact sums of one (period, currency, line-item type, charge category). */
interface Group {
  readonly period: BillingPeriod;
  readonly currency: string;
  readonly lineItemType: string;
  readonly chargeCategory: string;
  readonly rows: { read: number; rejected: number; dropped: number; generated: number };
  /** One entry a metric. */
  readonly sums: { read: bigint; rejected: bigint; dropped: bigint; generated: bigint; residue: bigint }[];
}

/**
 * The survey from its two result sets: rows of the big grouping (period text, its start, currency, type, category, rows,
 * rejected, dropped, then read, rejected, dropped, residue of each metric) and of the generated rows (start, currency,
 * type, category, rows, one amount a metric). Rows whose period cannot be read count with the period of most rows.
 */
export function totalled(read: readonly Row[], generated: readonly Row[]): Survey {
  const periods = countedPeriods(read);
  const main = periods[0]?.period;
  const groups = new Map<string, Group>();
  for (const row of read) {
    const group = groupFor(groups, monthOf(row[1]) ?? main, row.slice(2, 5));
    if (group !== undefined) addRead(group, row.slice(5));
  }
  for (const row of generated) {
    const group = groupFor(groups, monthOf(row[0]), row.slice(1, 4));
    if (group !== undefined) addGenerated(group, row.slice(4));
  }
  const all = [...groups.values()];
  const sumOf = (pick: (group: Group) => number): number => all.reduce((sum, group) => sum + pick(group), 0);
  return {
    totals: all.flatMap(totalsOf),
    periods,
    periodValues: valuesByPeriod(read),
    hasAmounts: read.some((row) => METRICS.some((_, i) => row[8 + 4 * i] !== null)),
    rows: read.reduce((sum, row) => sum + Number(row[5]), 0),
    rejectedRows: read.reduce((sum, row) => sum + Number(row[6]), 0),
    generatedRows: sumOf(({ rows }) => rows.generated),
  };
}

/** Months with their rows that can be loaded, most rows first; equal numbers by month. */
function countedPeriods(read: readonly Row[]): { period: BillingPeriod; rows: number }[] {
  const counts = new Map<BillingPeriod, number>();
  for (const row of read) {
    const period = monthOf(row[1]);
    const rows = Number(row[5]) - Number(row[6]);
    if (period !== undefined && rows > 0) counts.set(period, (counts.get(period) ?? 0) + rows);
  }
  return [...counts]
    .map(([period, rows]) => ({ period, rows }))
    .sort((a, b) => b.rows - a.rows || (a.period < b.period ? -1 : 1));
}

function valuesByPeriod(read: readonly Row[]): Map<BillingPeriod, string[]> {
  const values = new Map<BillingPeriod, Set<string>>();
  for (const [value, start] of read) {
    const period = monthOf(start);
    if (period === undefined || value === null) continue;
    values.set(period, (values.get(period) ?? new Set()).add(String(value)));
  }
  return new Map([...values].map(([period, texts]) => [period, [...texts].sort()]));
}

const monthOf = (start: unknown): BillingPeriod | undefined =>
  typeof start === 'string' ? periodOf(billingDate(start.slice(0, 10))) : undefined;

function groupFor(
  groups: Map<string, Group>,
  period: BillingPeriod | undefined,
  keys: Row,
): Group | undefined {
  if (period === undefined) return undefined;
  const [currency = NO_CURRENCY, lineItemType = '', chargeCategory = ''] = keys.map((key) => key?.toString());
  const key = JSON.stringify([period, currency, lineItemType, chargeCategory]);
  const found = groups.get(key);
  if (found !== undefined) return found;
  const sums = METRICS.map(() => ({ read: 0n, rejected: 0n, dropped: 0n, generated: 0n, residue: 0n }));
  const rows = { read: 0, rejected: 0, dropped: 0, generated: 0 };
  const made: Group = { period, currency, lineItemType, chargeCategory, rows, sums };
  groups.set(key, made);
  return made;
}

function addRead({ rows, sums }: Group, [read, rejected, dropped, ...amounts]: Row): void {
  rows.read += Number(read);
  rows.rejected += Number(rejected);
  rows.dropped += Number(dropped);
  for (const [i, sum] of sums.entries()) {
    const [r, bad, away, residue] = amounts.slice(4 * i, 4 * i + 4);
    sum.read += unitsOf(r, AMOUNT_SCALE);
    sum.rejected += unitsOf(bad, AMOUNT_SCALE);
    sum.dropped += unitsOf(away, AMOUNT_SCALE);
    sum.residue += BigInt(residue ?? 0);
  }
}

function addGenerated({ rows, sums }: Group, [made, ...amounts]: Row): void {
  rows.generated += Number(made);
  for (const [i, sum] of sums.entries()) sum.generated += unitsOf(amounts[i], AMOUNT_SCALE);
}

const totalsOf = ({ period, currency, lineItemType, chargeCategory, rows, sums }: Group): SourceTotal[] =>
  METRICS.map((metric, i) => {
    const { read = 0n, rejected = 0n, dropped = 0n, generated = 0n, residue = 0n } = sums[i] ?? {};
    const text = (units: bigint): string => decimalText(units, AMOUNT_SCALE);
    const amount = {
      read: text(read),
      rejected: text(rejected),
      dropped: text(dropped),
      generated: text(generated),
    };
    return {
      period,
      currency,
      metric,
      lineItemType,
      chargeCategory,
      rows,
      amount,
      residue: decimalText(residue, RESIDUE_SCALE),
    };
  });
