import { expect, it } from 'vitest';
import { billingDate, days } from '../../src/core/calendar/billing-date.ts';
import { BUILT_IN_LOW_VALUE, builtInSpikes, builtInTags } from '../../src/core/rules/rules.ts';
import { eventsSql } from '../../src/simulator/events-sql.ts';
import { breakdownCsv } from '../../src/sql/breakdown-csv.ts';
import {
  accountSpans,
  linesPerAccountDay,
  thinAccountDays,
  thinDaysWithin,
} from '../../src/sql/completeness.ts';
import { costLines } from '../../src/sql/cost-lines.ts';
import { costOf, largestChanges } from '../../src/sql/digest/bridge.ts';
import { dayRows, dayTotals } from '../../src/sql/digest/day-rows.ts';
import { monthMoney, tagKeyMoney } from '../../src/sql/digest/month-money.ts';
import { notYetBooked, ouDays } from '../../src/sql/digest/ou-days.ts';
import { daySpikes } from '../../src/sql/digest/spikes.ts';
import { whyMoved } from '../../src/sql/digest/why.ts';
import { costEvents, eventsDaily, eventsMonthly } from '../../src/sql/events.ts';
import { rowsBehind } from '../../src/sql/explain.ts';
import { ouBreakdown } from '../../src/sql/ou-breakdown.ts';
import type { Query } from '../../src/sql/query.ts';
import { billedCells } from '../../src/sql/reconcile.ts';
import { arrived } from '../../src/sql/restatements/arrivals.ts';
import { breakdownDays, changedDays } from '../../src/sql/restatements/changed-days.ts';
import { lastChanges } from '../../src/sql/restatements/last-changes.ts';
import { restated } from '../../src/sql/restatements/restated.ts';
import { restatements } from '../../src/sql/restatements/restatements.ts';
import {
  dayChanges,
  dayLargest,
  dayNow,
  restatedBy,
  restatedRows,
  restatedTotal,
  restatingCommits,
} from '../../src/sql/restatements/told.ts';
import { rollup } from '../../src/sql/rollup.ts';
import { spikes } from '../../src/sql/rules/c1.ts';
import { lowValueRecurring } from '../../src/sql/rules/c3.ts';
import { DAILY_COST_COLUMNS, type Metric } from '../../src/sql/schema.ts';
import { joined, name, sql } from '../../src/sql/sql.ts';
import { usageDays } from '../../src/sql/usage-days.ts';
import {
  breakdownOfCsv,
  breakdownsDiffer,
  breakdownTotals,
  dayHistory,
  rollupsDiffer,
  rollupTotals,
} from '../../src/sql/verify.ts';
import { unportable } from '../portable/tokens.ts';

const day = billingDate('2026-11-17');
const period = days(billingDate('2026-11-01'), day);
const lake = {
  costMetric: 'BilledCost' as Metric,
  reportingCurrency: 'USD',
  tagRules: builtInTags({ requiredTagKeys: ['Environment', 'CostCenter'] }),
};

const ROLLUP = DAILY_COST_COLUMNS.map((column) => name(column.name));

const QUESTIONS: readonly Query[] = [
  { name: 'rollup', sql: rollup({ ...lake, lines: 'load_lines', sourceId: 'focus-main', ouLevel: 2 }) },
  {
    name: 'cost_lines',
    sql: costLines('pinned_lines', { ouLevel: 1, rules: '1', judgedUntil: '2026-11-18' }),
  },
  { name: 'cost_events', sql: costEvents({ ...lake, lowValue: BUILT_IN_LOW_VALUE, lastDay: day }) },
  { name: 'events_daily_summary', sql: eventsDaily },
  { name: 'events_monthly_summary', sql: eventsMonthly },
  { name: 'sim_events', sql: eventsSql(day) },
  ouBreakdown({ period }),
  breakdownCsv({ period }),
  usageDays({}),
  thinAccountDays([{ source: 'focus-main', date: day }]),
  thinDaysWithin(days(billingDate('2026-11-16'), day)),
  linesPerAccountDay(period),
  accountSpans({}),
  lastChanges(period),
  spikes({
    period,
    reportingCurrency: 'USD',
    rules: builtInSpikes({ anomalyThreshold: 0.2, anomalyMinImpact: '10' }),
    rulesVersion: 1,
  }),
  lowValueRecurring({ lastDay: day, reportingCurrency: 'USD', rules: BUILT_IN_LOW_VALUE }),
  ouDays(period),
  notYetBooked({ before: days(billingDate('2026-10-01'), billingDate('2026-10-31')), month: period }),
  dayRows({ day, weeks: 4 }),
  dayTotals({ day, weeks: 3 }),
  monthMoney(period),
  tagKeyMoney({ ...lake, period }),
  daySpikes(day),
  {
    name: 'restated',
    sql: restated({
      period,
      reportingCurrency: 'USD',
      lakeVersion: 412,
      delivery: 'd-1',
      cause: { sources: ['focus-main'], there: 'delivery', elsewhere: 'precedence' },
    }),
  },
  { name: 'arrived', sql: arrived({ period, lakeVersion: 412, delivery: 'd-1' }) },
  { name: 'restatements', sql: restatements() },
  restatingCommits({ from: day, to: day, after: 7, since: '2026-11-19 07:00:00.000', rows: 25 }),
  restatedTotal({}),
  restatedRows({ from: day, rows: 25 }),
  restatedBy({ by: 'OU', rows: 25 }),
  dayChanges({ day, ou: 'Platform', service: 'AmazonS3', account: '' }),
  dayLargest({ day, rows: 3 }),
  dayNow({ day, ou: 'Platform' }),
  changedDays({}),
  breakdownDays({}),
  costOf(period),
  largestChanges({ period, day, rows: 3 }),
  whyMoved({
    day,
    weeks: 2,
    costMetric: 'BilledCost',
    movers: [{ service: 'AmazonS3', account: '012345678901' }],
  }),
  rowsBehind({ period, metric: 'BilledCost' }),
  billedCells({ billingPeriod: '2026-11', source: 'focus-main' }),
  rollupTotals('verify_costs'),
  breakdownTotals('archived_csv'),
  { name: 'verify_breakdown_of_csv', sql: breakdownOfCsv('archived_csv_text') },
  breakdownsDiffer({ first: 'archived_csv', second: 'archived_parquet' }),
  dayHistory(7),
  rollupsDiffer({ made: sql`SELECT ${joined(ROLLUP)} FROM made_rollup`, stored: 'stored_costs', rows: 20 }),
];

it.each(QUESTIONS)(
  '$name is the text that was agreed, and the same on every engine',
  async ({ name, sql }) => {
    expect(unportable(sql.text)).toEqual([]);
    await expect(`${sql.text.trim()}\n`).toMatchFileSnapshot(`files/sql/${name}.sql`);
  },
);
