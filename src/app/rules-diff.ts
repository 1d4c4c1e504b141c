import { addDays, type BillingDate, earlier, lastDay, type Period } from '../core/calendar/billing-date.ts';
import { type Currency, currency, type Money } from '../core/money/money.ts';
import type { RuleSettings, Rules } from '../core/rules/rules.ts';
import type { Lake } from '../lake/lake.ts';
import { openLake } from '../lake/lake.ts';
import { pinLake } from '../lake/pin.ts';
import type { Clock } from '../ports/clock.ts';
import type { Engine, Row } from '../ports/engine.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { spikes } from '../sql/rules/c1.ts';
import { lowValueRecurring } from '../sql/rules/c3.ts';
import { classesUnder, reclassifiedDays, tagsUnder } from '../sql/rules/diff.ts';
import type { Metric } from '../sql/schema.ts';
import { completeDays } from './complete-days.ts';
import { amount, count } from './digest/asked.ts';
import { namedRules } from './rules.ts';

export interface RulesDiffTools {
  readonly engine: Engine;
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly settings: RuleSettings;
}

export interface RulesDiffOf {
  /** A version, or the path of a file that nobody has imported. */
  readonly before: string;
  readonly after: string;
  readonly period: Period;
}

/** Lines under one name before and another (or the same) after, and their money. */
export interface Moved {
  readonly before: string;
  readonly after: string;
  readonly lines: number;
  readonly amount: Money;
}

/** What a change of rules would reclassify. All money is in the lake's metric and reporting currency, C3's is EffectiveCost. */
export interface RulesDiff {
  readonly lakeVersion: number;
  readonly metric: Metric;
  readonly before: string;
  readonly after: string;
  readonly from: BillingDate;
  readonly to: BillingDate;
  /** C2; `notCounted`: lines whose amount is unknown or has no rate. */
  readonly tags: readonly (Moved & { readonly notCounted: number })[];
  readonly classes: {
    /** The last day that is complete; undefined where none of the days is, and nothing is judged. */
    readonly judgedTo: BillingDate | undefined;
    /** `spike`, or `normal` with its reason. */
    readonly rows: readonly (Moved & { readonly seriesDays: number })[];
    /** Days of series that become a spike or stop to be one, dearest first, at most twenty. */
    readonly examples: readonly (Moved & SeriesDay)[];
  };
  /** C3: things that are listed by one of the two and not by the other, or with other money. */
  readonly lowValue: readonly LowValueMoved[];
}

export interface SeriesDay {
  readonly date: string;
  readonly ou: string;
  readonly service: string;
  readonly account: string;
  readonly region: string;
}

export interface LowValueMoved {
  readonly ou: string;
  readonly service: string;
  readonly account: string;
  readonly before: LowValue | undefined;
  readonly after: LowValue | undefined;
}

interface LowValue {
  readonly things: number;
  /** Of the 30 days. */
  readonly amount: Money;
}

const EXAMPLES = 20;

/** Compares two versions of the rules on what the lake holds, and changes nothing. @throws UserError `VERSION_UNKNOWN`, `RULES_INVALID` */
export async function rulesDiff(tools: RulesDiffTools, of: RulesDiffOf): Promise<RulesDiff> {
  const { engine, store, clock, settings } = tools;
  const lake = await openLake(store);
  const state = await lake.head();
  const [before, after] = [
    await namedRules(lake, of.before, settings),
    await namedRules(lake, of.after, settings),
  ];
  await pinLake(engine, lake, state);
  const { completeTo } = await completeDays(engine, state, clock.now());
  const to = lastDay(of.period);
  const judgedTo =
    completeTo === undefined || completeTo < of.period.from ? undefined : earlier(completeTo, to);
  const compare: Comparing = { engine, lake, before: before.rules, after: after.rules };
  return {
    lakeVersion: state.version,
    metric: lake.identity.costMetric,
    before: before.name,
    after: after.name,
    from: of.period.from,
    to,
    tags: await tagsMoved(compare, of.period),
    classes: {
      judgedTo,
      ...(judgedTo === undefined
        ? { rows: [], examples: [] }
        : await classesMoved(compare, { from: of.period.from, until: addDays(judgedTo, 1) })),
    },
    lowValue: judgedTo === undefined ? [] : await lowValueMoved(compare, judgedTo),
  };
}

interface Comparing {
  readonly engine: Engine;
  readonly lake: Lake;
  readonly before: Rules;
  readonly after: Rules;
}

async function tagsMoved({ engine, lake, before, after }: Comparing, period: Period) {
  const { costMetric, reportingCurrency } = lake.identity;
  const rows = await engine.rows(
    tagsUnder({ period, costMetric, reportingCurrency, before: before.tags, after: after.tags }),
  );
  return rows.map(([was, is, lines, cost, notCounted]) => ({
    before: String(was),
    after: String(is),
    lines: count(lines),
    amount: amount(cost, moneyOf(lake)),
    notCounted: count(notCounted),
  }));
}

async function classesMoved({ engine, lake, before, after }: Comparing, period: Period) {
  const { reportingCurrency } = lake.identity;
  const sides = { verdicts_before: before, verdicts_after: after };
  for (const [relation, { spikes: rules }] of Object.entries(sides)) {
    await engine.keep(relation, spikes({ period, reportingCurrency, rules, rulesVersion: 0 }).sql);
  }
  const rows = await engine.rows(classesUnder(period));
  const examples = await engine.rows(reclassifiedDays({ period, rows: EXAMPLES }));
  for (const relation of Object.keys(sides)) await engine.drop(relation);
  return {
    rows: rows.map(([was, why, is, whyNow, seriesDays, lines, cost]) => ({
      before: className(was, why),
      after: className(is, whyNow),
      seriesDays: count(seriesDays),
      lines: count(lines),
      amount: amount(cost, moneyOf(lake)),
    })),
    examples: examples.map(([date, ou, service, account, region, was, is, lines, cost]) => ({
      date: String(date),
      ou: String(ou),
      service: String(service),
      account: String(account),
      region: String(region),
      before: String(was),
      after: String(is),
      lines: count(lines),
      amount: amount(cost, moneyOf(lake)),
    })),
  };
}

const className = (name: Row[number] | undefined, reason: Row[number] | undefined): string =>
  name === reason ? String(name) : `${name}, ${reason}`;

async function lowValueMoved(
  { engine, lake, before, after }: Comparing,
  day: BillingDate,
): Promise<readonly LowValueMoved[]> {
  const { reportingCurrency } = lake.identity;
  const listed = async ({ lowValue: rules }: Rules) =>
    new Map(
      (await engine.rows(lowValueRecurring({ lastDay: day, reportingCurrency, rules }))).map((row) => [
        JSON.stringify(row.slice(0, 3)),
        { things: count(row[3]), amount: amount(row[4], moneyOf(lake)) },
      ]),
    );
  const [was, is] = [await listed(before), await listed(after)];
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter((key) => was.get(key)?.amount.units !== is.get(key)?.amount.units)
    .map((key) => {
      const [ou, service, account]: string[] = JSON.parse(key);
      return {
        ou: String(ou),
        service: String(service),
        account: String(account),
        before: was.get(key),
        after: is.get(key),
      };
    });
}

const moneyOf = ({ identity }: Lake): Currency => currency(identity.reportingCurrency);
