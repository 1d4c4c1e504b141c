import type { UserError } from '../core/errors/user-error.ts';
import { currency, exactText, type Money, money, plus, zero } from '../core/money/money.ts';
import type { ToldCost } from '../core/query-cost/query-cost.ts';
import type { ControlTotal, DeliveryRef, Exclusion, Load } from '../lake/catalog-types.ts';
import { METRICS, type Metric } from '../sql/schema.ts';
import type { ChosenEngine } from './engine-choice.ts';

/** What `ingest` answers. Amounts are exact decimal texts. */
export interface IngestReport {
  readonly lakeVersion: number;
  readonly deliveries: readonly DeliveryReport[];
  /** Deliveries that were not loaded, each with its reason; the others were. */
  readonly refused: readonly RefusedDelivery[];
  /** What was asked of an engine that bills by what it reads, where there was one. */
  readonly queries?: ToldCost;
}

export interface RefusedDelivery {
  readonly files: readonly string[];
  readonly error: UserError;
  /** Set where rejected rows were the reason. */
  readonly rejects: RejectsReport | undefined;
}

/** One delivery: loaded, or found to be in the lake already. */
export interface DeliveryReport {
  readonly outcome: 'loaded' | 'unchanged';
  readonly source: string;
  readonly format: string;
  /** For people: "FOCUS 1.2, AWS". */
  readonly label: string;
  readonly files: readonly string[];
  readonly delivery: Omit<DeliveryRef, 'raw'>;
  readonly periods: readonly PeriodReport[];
  /** Account months of these billing periods that another source counts for. */
  readonly exclusions: readonly Exclusion[];
  /** What read and wrote it, where there was a choice, and why. */
  readonly engine?: ChosenEngine;
  readonly rejects: RejectsReport | undefined;
  readonly unknownColumns: readonly string[];
  readonly notes: readonly string[];
  /** Seconds from the first byte read to the commit. */
  readonly seconds: number;
}

export interface RejectsReport {
  readonly rows: number;
  /** Where the rows lie to be mended; it holds at most the first 10,000. */
  readonly file: string;
}

/** One source and billing period of a delivery. */
export interface PeriodReport {
  readonly source: string;
  readonly billingPeriod: string;
  readonly scope: Load['scope'];
  readonly load: string;
  readonly firstDate: string | undefined;
  readonly lastDate: string | undefined;
  readonly watermark: string | undefined;
  readonly lines: ControlTotal['rows'];
  /** currency → charge category → metric → exact sum of what was loaded, null where every amount is unknown; `total` holds all categories. */
  readonly totals: Totals;
  /** Lines whose amount of a metric is unknown, where there are any. */
  readonly unknown: Partial<Record<Metric, number>>;
  readonly controlTotals: readonly ControlTotal[];
  /** What a delivery that was replaced had said; empty for a first one. */
  readonly restated: readonly Restated[];
}

type Totals = Record<string, Record<string, Record<string, string | null>>>;

interface Restated {
  readonly currency: string;
  readonly metric: Metric;
  readonly before: string;
  readonly after: string;
}

/** The report of a load, and of what it replaced in its source and period. */
export function periodReport(load: Load, replaced: readonly Load[]): PeriodReport {
  const before = replaced.filter(
    (other) => other.source === load.source && other.billingPeriod === load.billingPeriod,
  );
  return {
    source: load.source,
    billingPeriod: load.billingPeriod,
    scope: load.scope,
    load: load.id,
    firstDate: load.firstDate,
    lastDate: load.lastDate,
    watermark: load.watermark,
    lines: linesOf(load),
    totals: totalsOf(load),
    unknown: unknownOf(load),
    controlTotals: load.totals,
    restated: before.length === 0 ? [] : restatedBy(before, load),
  };
}

/** Rows are counted once a metric; BilledCost is never without a count. */
function linesOf({ totals }: Load): ControlTotal['rows'] {
  const lines = { read: 0, loaded: 0, rejected: 0, dropped: 0, generated: 0 };
  for (const { metric, rows } of totals) {
    if (metric !== 'BilledCost') continue;
    for (const what of ['read', 'loaded', 'rejected', 'dropped', 'generated'] as const) {
      lines[what] += rows[what];
    }
  }
  return lines;
}

function totalsOf({ totals }: Load): Totals {
  const sums = new Map<string, Money | null>();
  for (const total of totals) {
    if (total.rows.loaded === 0) continue;
    const of = currency(total.currency);
    for (const category of [total.chargeCategory, 'total']) {
      const key = JSON.stringify([total.currency, category, total.metric]);
      const so = sums.get(key) ?? null;
      // An amount that nobody knows is not 0: where all are unknown, so is the sum.
      const isKnown = total.unknown < total.rows.loaded;
      sums.set(key, isKnown ? plus(so ?? zero(of), money(total.amount.loaded, of)) : so);
    }
  }
  const result: Totals = {};
  for (const [key, amount] of [...sums].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [code = '', category = '', metric = ''] = JSON.parse(key) as string[];
    const ofCurrency = result[code] ?? {};
    const text = amount === null ? null : exactText(amount);
    result[code] = { ...ofCurrency, [category]: { ...ofCurrency[category], [metric]: text } };
  }
  return result;
}

function unknownOf({ totals }: Load): Partial<Record<Metric, number>> {
  const counts: Partial<Record<Metric, number>> = {};
  for (const { metric, unknown } of totals) {
    if (unknown > 0) counts[metric] = (counts[metric] ?? 0) + unknown;
  }
  return counts;
}

function restatedBy(before: readonly Load[], load: Load): Restated[] {
  const amountOf = (loads: readonly Load[], code: string, metric: Metric): Money => {
    const of = currency(code);
    return loads
      .flatMap(({ totals }) => totals)
      .filter((total) => total.currency === code && total.metric === metric)
      .reduce((so, total) => plus(so, money(total.amount.loaded, of)), zero(of));
  };
  const codes = [...new Set([...before, load].flatMap(({ totals }) => totals.map((t) => t.currency)))].sort();
  return codes.flatMap((code) =>
    METRICS.map((metric) => ({
      currency: code,
      metric,
      before: exactText(amountOf(before, code, metric)),
      after: exactText(amountOf([load], code, metric)),
    })).filter(({ before: was, after }) => was !== after),
  );
}
