import { lastDay, type Period } from '../core/calendar/billing-date.ts';
import { periodOf } from '../core/calendar/billing-period.ts';
import { currency as currencyOf, exactText, type Money, money, sum } from '../core/money/money.ts';
import type { Load } from '../lake/catalog-types.ts';
import { readLedger } from '../lake/ledger.ts';
import type { Row } from '../ports/engine.ts';
import { withoutRate } from '../sql/digest/month-money.ts';
import { rowsBehind } from '../sql/explain.ts';
import { costTotal } from '../sql/overview/cost-days.ts';
import { CHARGE_KINDS, type Metric } from '../sql/schema.ts';
import { amount, count } from './digest/asked.ts';
import { figureOf } from './explain/figure.ts';
import { howToCheck } from './explain/how-to-check.ts';
import type { ExplainedDelivery, ExplainRequest, Explanation } from './explain-types.ts';
import { lines as linesOf } from './serve/pages.ts';
import { type Question, settle } from './serve/question.ts';
import type { Served } from './serve/served.ts';

/**
 * What stands behind a figure: by the questions that answer for it everywhere else, the rows of the rollup and the lines
 * that it is the sum of, the deliveries that they came with, and how to see the same elsewhere.
 * @throws UserError `DAY_NOT_COMPLETE`, `NOT_FOUND`, `DATE_INVALID`, `PERIOD_INVALID`
 */
export async function explain(served: Served, request: ExplainRequest): Promise<Explanation> {
  const question = settle(served, request);
  const { entries } = await readLedger(served.lake.store);
  const found = await figureOf[request.figure]({ served, question, request, entries });
  const { period } = found;
  const { scope, filters } = question;
  const behind = await served.ask(scope, (session) =>
    session.rows(rowsBehind({ period, metric: scope.metric })),
  );
  const ofLines = await linesOf(served, {
    ...request,
    from: period.from,
    to: lastDay(period),
    limit: Math.max(1, request.lines ?? 1),
  });
  const costs = reported(behind, served);
  const { inputs, committedAt, version } = served.state;
  return {
    figure: request.figure,
    title: found.title,
    value: found.value === undefined ? null : exactText(found.value),
    why: found.why ?? null,
    currency: served.currency,
    metric: scope.metric,
    formula: found.formula,
    period: { from: period.from, to: lastDay(period) },
    filters: Object.entries(filters).flatMap(([name, value]) =>
      value === undefined ? [] : [`${NAMES[name] ?? name} = ${value}`],
    ),
    lakeVersion: version,
    committedAt,
    simulated: served.lake.identity.simulated,
    inputs: { accounts: inputs.accounts, budgets: inputs.budgets, rates: inputs.rates, rules: inputs.rules },
    charges: CHARGE_KINDS.map((kind) => {
      const rows = behind.filter(([of]) => of === kind);
      return { kind, amount: exactText(reported(rows, served)), lines: linesIn(rows) };
    }),
    costs: exactText(costs),
    parts:
      found.parts ??
      CHARGE_KINDS.map((kind) => ({
        what: kind,
        amount: exactText(
          reported(
            behind.filter(([of]) => of === kind),
            served,
          ),
        ),
      })),
    leftOut: await leftOut(served, question, period),
    rows: await tied(served, question, period, behind, ofLines, costs),
    deliveries: deliveriesIn(served, period, scope.metric),
    howToCheck: howToCheck(served, question, period),
    dearest:
      request.lines === undefined
        ? []
        : ofLines.rows.map((line) => ({
            date: line.BillingDate,
            account: line.SubAccountId,
            service: line.Service,
            region: line.RegionId,
            resource: line.ResourceId,
            category: line.ChargeCategory ?? '',
            description: line.ChargeDescription,
            amount: line.Cost ?? 'unknown',
            currency: line.BillingCurrency ?? '',
          })),
  };
}

const NAMES: Readonly<Record<string, string>> = {
  ou: 'OU',
  account: 'account',
  service: 'service',
  region: 'region',
  tag: 'tag state',
};

const reported = (rows: readonly Row[], served: Served): Money =>
  sum(
    rows.map((row) => amount(row[5], served.currency)),
    served.currency,
  );

const linesIn = (rows: readonly Row[]): number => rows.reduce((lines, row) => lines + count(row[3]), 0);

/** Money that no rate converts, lines whose metric nobody knows, and accounts that another source counts. */
async function leftOut(
  served: Served,
  { scope, filters }: Question,
  period: Period,
): Promise<Explanation['leftOut']> {
  const unconverted = await served.ask(scope, (session) =>
    session.rows(withoutRate({ period, costMetric: scope.metric })),
  );
  const [total] = await served.ask(scope, (session) => session.rows(costTotal(period)));
  const unknown = count(total?.[2] ?? 0);
  const isPart = [filters.ou, filters.service, filters.region, filters.tag].some(
    (value) => value !== undefined,
  );
  const [first, last] = [periodOf(period.from), periodOf(lastDay(period))];
  const excluded = served.state.exclusions.filter(
    ({ billingPeriod, subAccountId }) =>
      billingPeriod >= first && billingPeriod <= last && (filters.account ?? subAccountId) === subAccountId,
  );
  return [
    ...unconverted.map(([code, of, lines]) => ({
      what: `${code}: no rate is known`,
      amount: `${of} ${code}`,
      lines: count(lines),
    })),
    ...(unknown === 0 ? [] : [{ what: `${scope.metric} is unknown`, amount: null, lines: unknown }]),
    ...(isPart ? [] : excluded).flatMap(({ source, billingPeriod, subAccountId, insteadOf, totals }) =>
      totals
        .filter(({ metric }) => metric === scope.metric)
        .map((of) => ({
          what: `${source}, account ${subAccountId || 'none'}, billing period ${billingPeriod}: counted from ${insteadOf}`,
          amount: `${of.amount} ${of.currency}`,
          lines: 0,
        })),
    ),
  ];
}

/** The same money where it lies: in the rollup's rows and in the lines, currency by currency; and by the figure's own question. */
async function tied(
  served: Served,
  { scope }: Question,
  period: Period,
  behind: readonly Row[],
  lines: {
    readonly count: number;
    readonly totals: readonly { readonly currency: string; readonly amount: string }[];
  },
  costs: Money,
): Promise<Explanation['rows']> {
  const own = new Map<string, Money>();
  for (const [, code, , , of] of behind) {
    const key = String(code ?? '');
    own.set(
      key,
      sum([own.get(key) ?? amount(null, served.currency), amount(of, served.currency)], served.currency),
    );
  }
  const inLines = new Map(
    lines.totals.map((total) => [total.currency, money(total.amount, served.currency)]),
  );
  const sameLines = [...new Set([...own.keys(), ...inLines.keys()])].every(
    (code) => (own.get(code)?.units ?? 0n) === (inLines.get(code)?.units ?? 0n),
  );
  const [total] = await served.ask(scope, (session) => session.rows(costTotal(period)));
  const only = [...inLines.keys()].every((code) => code === served.currency);
  return {
    rollupRows: behind.reduce((rows, row) => rows + count(row[2]), 0),
    rollupSum: exactText(costs),
    lines: lines.count,
    lineSum: only ? exactText(inLines.get(served.currency) ?? amount(null, served.currency)) : null,
    ties: sameLines && amount(total?.[0], served.currency).units === costs.units,
  };
}

/** Deliveries with a line in the period. An amount of theirs is of all their lines. */
const deliveriesIn = (served: Served, period: Period, metric: Metric): readonly ExplainedDelivery[] =>
  served.state.loads
    .filter(
      ({ firstDate, lastDate }) =>
        firstDate !== undefined &&
        lastDate !== undefined &&
        firstDate < period.until &&
        lastDate >= period.from,
    )
    .map((load) => ({
      source: load.source,
      billingPeriod: load.billingPeriod,
      delivery: load.delivery.id,
      deliveredAt: load.delivery.deliveredAt,
      load: load.id,
      totals: totalsOf(load, metric),
      raw: load.delivery.raw.map(({ key, bytes, sha256 }) => ({ key, bytes, sha256 })),
    }));

function totalsOf({ totals }: Load, metric: Metric): ExplainedDelivery['totals'] {
  const of = totals.filter((total) => total.metric === metric);
  const groups = [
    ...new Set(of.map(({ currency, chargeCategory }) => JSON.stringify([currency, chargeCategory]))),
  ].sort();
  return groups.map((group) => {
    const [code = '', chargeCategory = ''] = JSON.parse(group) as string[];
    const some = of.filter((total) => total.currency === code && total.chargeCategory === chargeCategory);
    const add = (amounts: readonly string[]): string => {
      const unit = currencyOf(code);
      return exactText(
        sum(
          amounts.map((each) => money(each, unit)),
          unit,
        ),
      );
    };
    return {
      currency: code,
      chargeCategory,
      rows: some.reduce((rows, total) => rows + total.rows.loaded, 0),
      read: add(some.map((total) => total.amount.read)),
      loaded: add(some.map((total) => total.amount.loaded)),
    };
  });
}
