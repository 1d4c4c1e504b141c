import { addDays, type BillingDate } from '../../core/calendar/billing-date.ts';
import { addMonths, daysOf, periodOf } from '../../core/calendar/billing-period.ts';
import { type Dimension, values } from '../../sql/overview/shares.ts';
import { nameOf } from '../digest/asked.ts';
import { proofOf } from '../digest/freshness.ts';
import { aboutOf, exactOrNull } from './about.ts';
import { factsOf } from './facts.ts';
import { type CostRequest, type Question, settle } from './question.ts';
import type { Served } from './served.ts';
import { readsOf } from './shares.ts';

/**
 * What stands behind the judged day: its CSV against the lines' own sum, accounts, deliveries, versions. The lines are added
 * up for the whole in the lake's metric; what stands behind a part are its lines.
 */
export async function proof(served: Served, request: CostRequest) {
  const question = settle(served, request);
  const about = aboutOf(served, question);
  const versions = served.state.inputs;
  const of = {
    versions: {
      rules: versions.rules,
      accounts: versions.accounts,
      budgets: versions.budgets,
      rates: versions.rates,
    },
    ledgerHead: served.ledgerHead ?? null,
  };
  if (question.judged === undefined) {
    const nothing = { csvTotal: null, lakeTotal: null, csvRows: 0, accountsSeen: 0, accountsKnown: 0 };
    return { about, day: null, proof: { ...of, ...nothing, deliveries: [] } };
  }
  const facts = factsOf(served, question, question.judged);
  const found = await facts.ask('proof', (asked) => proofOf(asked, served.ledgerHead), 'rollup');
  return {
    about,
    day: question.judged,
    proof: {
      ...of,
      csvTotal: exactOrNull(found.csvTotal),
      lakeTotal: isWhole(question) ? exactOrNull(found.lakeTotal) : null,
      csvRows: found.csvRows,
      accountsSeen: found.accountsSeen,
      accountsKnown: found.accountsKnown,
      deliveries: found.deliveries.map((delivery) => ({ ...delivery })),
    },
  };
}

/** No filter, and the metric of the lake. */
export const isWhole = ({ filters, scope }: Question): boolean =>
  scope.metric === scope.costMetric && Object.values(filters).every((value) => value === undefined);

/** What the filters can be set to: what the last 13 months have, whatever else is filtered; dearest first. */
export async function choices(served: Served, request: CostRequest) {
  const question = settle(served, request);
  const { completeTo, newestDay, firstDay } = served.complete;
  const day = completeTo ?? newestDay ?? served.today;
  const found = (await served.remembered.get('choices', () => allValues(served, question, day))) as Awaited<
    ReturnType<typeof allValues>
  >;
  return {
    about: aboutOf(served, question),
    ...found,
    firstDay: firstDay ?? null,
    lastDay: newestDay ?? null,
  };
}

async function allValues(served: Served, { scope }: Question, day: BillingDate) {
  const { costMetric, reportingCurrency } = scope;
  const period = { from: daysOf(addMonths(periodOf(day), -12)).from, until: addDays(day, 32) };
  const of = (by: Dimension) =>
    served.ask(
      { metric: costMetric, costMetric, reportingCurrency },
      (session) => session.rows(values({ by, period, day })),
      readsOf(by),
    );
  const names = (rows: Awaited<ReturnType<typeof of>>) => rows.map(([key]) => String(key));
  return {
    ous: names(await of('ou')),
    accounts: (await of('account')).map(([id, name]) => ({ id: String(id), name: nameOf(name) ?? null })),
    services: names(await of('service')),
    regions: names(await of('region')),
  };
}
