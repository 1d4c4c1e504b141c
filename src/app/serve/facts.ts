import type { BillingDate } from '../../core/calendar/billing-date.ts';
import { builtInTags } from '../../core/rules/rules.ts';
import type { DayRow, DigestFacts, Spikes } from '../../delivery/digest/facts.ts';
import type { Asker } from '../../ports/engine.ts';
import { type Asked, asked } from '../digest/asked.ts';
import { type DayAnswer, dayAnswer, noWhy } from '../digest/day.ts';
import { arrivingDays, freshnessOf, troublesOf } from '../digest/freshness.ts';
import { apartAnswer, kindsAnswer, type MoneyAnswer } from '../digest/money.ts';
import { type MonthAnswer, monthAnswer } from '../digest/month.ts';
import { spikesOf } from '../digest/spikes.ts';
import { whyOf } from '../digest/why.ts';
import type { Question } from './question.ts';
import type { Reads, Served } from './served.ts';

/** Why the cost of a service in an account moved; undefined where the lines tell no single cause. */
export interface Cause {
  readonly service: string;
  readonly account: DayRow['account'];
  readonly why: string | undefined;
}

/**
 * The digest's facts about a part of the costs, by the digest's own questions, each asked once per version however many
 * answers need it. `judged` is the judged day.
 */
export interface PartFacts {
  readonly judged: BillingDate;
  month(): Promise<MonthAnswer>;
  /** Without causes. */
  day(): Promise<DayAnswer>;
  /** Why each mover of the day moved; read from lines, which takes longer than all the rest. */
  causes(): Promise<readonly Cause[]>;
  /** Without causes. */
  spikes(): Promise<Spikes>;
  money(): Promise<MoneyAnswer>;
  /** The questions of others, for this part: `work` is told what is asked about, and reads no more than it says. */
  ask<T>(name: string, work: (about: Asked) => Promise<T>, reads?: Reads): Promise<T>;
  /** Everything that the digest's sentences say, for this part. */
  digest(clockNow: number): Promise<DigestFacts>;
}

export function factsOf(served: Served, { filters, scope }: Question, judged: BillingDate): PartFacts {
  const about = (engine: Asker): Asked =>
    asked({
      engine,
      lake: served.lake,
      state: served.state,
      complete: served.complete,
      // The digest's question about tag keys reads a month of lines; no answer here tells of keys.
      tagRules: builtInTags({ requiredTagKeys: [] }),
      currency: served.currency,
      part: { filters, ownMetric: scope.metric === scope.costMetric },
      judged,
    });
  const ask = <T>(name: string, work: (about: Asked) => Promise<T>, reads: Reads = 'accounts'): Promise<T> =>
    served.remembered.get(JSON.stringify([name, judged, scope]), () =>
      served.ask(scope, (session) => work(about(session)), reads),
    ) as Promise<T>;
  const month = () => ask('month', monthAnswer);
  const day = async () => {
    const answer = await month();
    return ask('day', (of) => dayAnswer(of, answer, noWhy));
  };
  const causes = async () => {
    const { movers } = await day();
    const rows = movers?.rows ?? [];
    const why = await ask('causes', (of) => whyOf(of, rows), 'lines');
    return rows.map(({ service, account }, i) => ({ service, account, why: why[i] }));
  };
  const spikes = () => ask('spikes', (of) => spikesOf(of, () => undefined), 'places');
  const money = async () => ({
    ...(await ask('kinds', kindsAnswer, 'places')),
    ...(await ask('told apart', apartAnswer)),
  });
  return {
    judged,
    month,
    day,
    causes,
    spikes,
    money,
    ask,
    async digest(now) {
      const [monthly, daily, spiking, moneyParts] = [
        await month(),
        await day(),
        await spikes(),
        await money(),
      ];
      const arriving = await ask('arriving', (of) => arrivingDays(of, monthly));
      return {
        ...moneyParts,
        ...daily,
        simulated: served.lake.identity.simulated,
        runDate: served.today,
        madeAt: served.state.committedAt,
        metric: scope.metric,
        currency: served.currency,
        freshness: freshnessOf(served.complete),
        missingSources: served.complete.late,
        recipients: { group: 'page', address: undefined, setting: '' },
        publicUrl: undefined,
        month: monthly.month,
        calendar: monthly.calendar,
        lights: monthly.lights,
        totalLight: monthly.totalLight,
        spikes: spiking,
        bridge: undefined,
        failures: [],
        withoutBudget: [],
        arriving,
        proof: {
          csvTotal: undefined,
          lakeTotal: undefined,
          csvRows: daily.headline.rows,
          accountsSeen: 0,
          accountsKnown: 0,
          deliveries: [],
          lakeVersion: served.version,
          versions: served.state.inputs,
          ledgerHead: served.ledgerHead,
        },
        trouble: troublesOf(served.complete, moneyParts, now),
        attachment: {
          kind: 'none',
          fileName: '',
          rows: daily.headline.rows,
          archiveKey: undefined,
          reason: undefined,
        },
      };
    },
  };
}
