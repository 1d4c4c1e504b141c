import type { OuLight } from '../../core/budget/light.ts';
import { minus, zero } from '../../core/money/money.ts';
import type { Spike } from '../../delivery/digest/facts.ts';
import { freshnessOf } from '../digest/freshness.ts';
import { aboutOf, exact } from './about.ts';
import { factsOf } from './facts.ts';
import { type CostRequest, settle } from './question.ts';
import type { Served } from './served.ts';

/** What somebody should look at: budgets that are or will be passed, spikes that run, feeds that are late. */
export async function alerts(served: Served, request: CostRequest) {
  const question = settle(served, request);
  const about = aboutOf(served, question);
  const feeds = feedsOf(served);
  if (question.judged === undefined) {
    return { about, rows: feeds, anomalies: { open: 0, excess: exact(zero(served.currency)) } };
  }
  const facts = factsOf(served, question, question.judged);
  const { lights } = await facts.month();
  const spikes = await facts.spikes();
  const lit = (light: OuLight['light']) =>
    lights
      .filter((of) => of.light === light && of.budget !== undefined)
      .map((of) => budgetAlert(of, facts.judged));
  return {
    about,
    rows: [...lit('over'), ...lit('at risk'), ...spikes.rows.map(anomaly), ...feeds],
    anomalies: { open: spikes.rows.length + spikes.rest.count, excess: exact(spikes.excess) },
  };
}

const budgetAlert = ({ ou, light, forecast, budget, reason }: OuLight, judged: string) => ({
  id: `budget/${ou}`,
  kind: 'budget' as const,
  level: light,
  what: `${ou}: ${reason}`,
  ou,
  service: null,
  account: null,
  impact: forecast === undefined || budget === undefined ? null : exact(minus(forecast, budget)),
  since: judged,
});

const anomaly = (spike: Spike) => ({
  id: `anomaly/${spike.id}`,
  kind: 'anomaly' as const,
  level: 'at risk' as const,
  what: `${spike.service}, ${spike.account.name ?? spike.account.id}`,
  ou: spike.ou,
  service: spike.service,
  account: { id: spike.account.id, name: spike.account.name ?? null },
  impact: exact(minus(spike.actual, spike.expected)),
  since: spike.since,
});

function feedsOf({ complete }: Served) {
  const { sources, quiet } = freshnessOf(complete);
  const feed = {
    kind: 'feed' as const,
    level: 'unknown' as const,
    ou: null,
    service: null,
    impact: null,
  };
  return [
    ...sources
      .filter(({ late }) => late)
      .map(({ source, watermark }) => ({
        ...feed,
        id: `feed/${source}`,
        what: `${source}: nothing since ${watermark ?? 'ever'}`,
        account: null,
        since: watermark?.slice(0, 10) ?? null,
      })),
    ...quiet.map(({ account, since }) => ({
      ...feed,
      id: `feed/account/${account.id}`,
      what: `${account.name ?? account.id}: quiet`,
      account: { id: account.id, name: account.name ?? null },
      since,
    })),
  ];
}
