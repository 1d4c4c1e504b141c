import type { OuLight } from '../core/budget/light.ts';
import { dayOf } from '../core/calendar/billing-date.ts';
import { currency as currencyOf } from '../core/money/money.ts';
import type { Attachment, DigestFacts, Spikes } from '../delivery/digest/facts.ts';
import type { LakeState } from '../lake/catalog-types.ts';
import type { Lake } from '../lake/lake.ts';
import { tagRules } from '../lake/rules.ts';
import type { Asker } from '../ports/engine.ts';
import { type CompleteDays, completeDays } from './complete-days.ts';
import { asked } from './digest/asked.ts';
import { bridgeOf, type LastDigest } from './digest/bridge.ts';
import { dayAnswer } from './digest/day.ts';
import { arrivingDays, freshnessOf, proofOf, troublesOf } from './digest/freshness.ts';
import { moneyAnswer, withoutBudgetOf } from './digest/money.ts';
import { monthAnswer } from './digest/month.ts';
import { spikesOf } from './digest/spikes.ts';

/** What a digest is made from, and for whom. */
export interface DigestOf {
  /** Has the relations of `state` pinned, its verdicts too. */
  readonly engine: Asker;
  readonly lake: Lake;
  readonly state: LakeState;
  /** Milliseconds since 1970: the moment the digest is made, by which days are complete. */
  readonly now: number;
  /** The UTC day of the run; by default that of `now`. */
  readonly runDate?: DigestFacts['runDate'] | undefined;
  readonly requiredTagKeys: readonly string[];
  readonly recipients: DigestFacts['recipients'];
  /** How the CSV travels, decided once the headline day is known. */
  readonly attachment: (headline: DigestFacts['runDate'] | undefined, rows: number) => Attachment;
  readonly publicUrl?: string | undefined;
  readonly ledgerHead?: string | undefined;
  /** The digest before this one, to build the bridge from; undefined where there was none, or none is wanted. */
  readonly last?: LastDigest | undefined;
  /** What is wrong with data and sources besides what the lake says, most important first. */
  readonly trouble?: readonly string[] | undefined;
  /** What of the run has failed. */
  readonly failures?: DigestFacts['failures'] | undefined;
  /** Where the caller has judged the days already. */
  readonly complete?: CompleteDays | undefined;
  /** The headline day, where it is not the latest complete one but one before it. */
  readonly day?: DigestFacts['runDate'] | undefined;
  readonly isRerun?: boolean | undefined;
}

/**
 * Everything a digest says about the latest complete day of the pinned lake: a handful of questions on the rollup, each
 * answered by at most a screen of rows, and three on lines (why the top movers moved, which tag keys are missing, the
 * proof). Every part adds up to its total exactly. Where no day is complete, the digest says why.
 */
export async function digestFacts(of: DigestOf): Promise<DigestFacts> {
  const { engine, lake, state, now } = of;
  const complete = of.complete ?? (await completeDays(engine, state, now));
  const currency = currencyOf(lake.identity.reportingCurrency);
  const always = {
    simulated: lake.identity.simulated,
    runDate: of.runDate ?? dayOf(now),
    madeAt: new Date(now).toISOString(),
    metric: lake.identity.costMetric,
    currency,
    freshness: freshnessOf(complete),
    missingSources: complete.late,
    recipients: of.recipients,
    publicUrl: of.publicUrl,
    isRerun: of.isRerun,
    failures: (of.failures ?? []).map(({ what, remedy }) => ({ what, remedy })),
  };
  const { completeTo } = complete;
  const judged = of.day ?? completeTo;
  if (judged === undefined || completeTo === undefined) return { ...always, ...nothingYet(of, complete) };

  const about = asked({
    engine,
    lake,
    state,
    complete,
    tagRules: await tagRules(lake, state, of),
    currency,
    judged,
  });
  const month = await monthAnswer(about);
  const day = await dayAnswer(about, month);
  const money = await moneyAnswer(about);
  const why = (service: string, account: string) =>
    day.movers?.rows.find((row) => row.service === service && row.account.id === account)?.why;
  const spikes = await spikesOf(about, why);
  const bridge = of.last === undefined ? undefined : await bridgeOf(about, of.last);
  return {
    ...always,
    ...money,
    ...day,
    month: month.month,
    calendar: month.calendar,
    lights: month.lights.map((light) => withCause(light, spikes)),
    totalLight: month.totalLight,
    spikes,
    bridge,
    withoutBudget: await withoutBudgetOf(about, month.withoutBudget),
    arriving: (await arrivingDays(about, month)).filter(({ date }) => date > completeTo),
    proof: await proofOf(about, of.ledgerHead),
    trouble: [...(of.trouble ?? []), ...troublesOf(complete, money, now)],
    attachment: of.attachment(judged, day.headline.rows),
  };
}

/** A light that needs a look names the service that spiked most in its OU, where one did. */
function withCause(light: OuLight, { rows }: Spikes): OuLight {
  const spike = rows.find(({ ou }) => ou === light.ou);
  const needsLook = light.light === 'over' || light.light === 'at risk';
  return needsLook && spike !== undefined
    ? { ...light, reason: `${light.reason}; ${spike.service} spike` }
    : light;
}

/** A digest before the first complete day: no figure, and the reason. */
function nothingYet(of: DigestOf, complete: CompleteDays) {
  return {
    headline: undefined,
    month: undefined,
    calendar: [],
    lights: [],
    totalLight: undefined,
    top: undefined,
    movers: undefined,
    spikes: undefined,
    withoutBudget: [],
    tags: undefined,
    unmapped: undefined,
    kinds: undefined,
    bridge: undefined,
    amortised: undefined,
    arriving: [],
    proof: {
      csvTotal: undefined,
      lakeTotal: undefined,
      csvRows: 0,
      accountsSeen: 0,
      accountsKnown: 0,
      deliveries: [],
      lakeVersion: of.state.version,
      versions: of.state.inputs,
      ledgerHead: of.ledgerHead,
    },
    trouble: [...(of.trouble ?? []), ...troublesOf(complete, undefined, of.now)],
    withoutRate: [],
    unknownLines: 0,
    attachment: of.attachment(undefined, 0),
  };
}
