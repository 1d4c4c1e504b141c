import type { BillingDate } from '../../core/calendar/billing-date.ts';
import type { DigestFacts, Spikes } from '../../delivery/digest/facts.ts';
import type { Engine } from '../../ports/engine.ts';
import { type Asked, asked } from '../digest/asked.ts';
import { type DayAnswer, dayAnswer, noWhy } from '../digest/day.ts';
import { arrivingDays, freshnessOf, troublesOf } from '../digest/freshness.ts';
import { type MoneyAnswer, moneyAnswer } from '../digest/money.ts';
import { type MonthAnswer, monthAnswer } from '../digest/month.ts';
import { spikesOf } from '../digest/spikes.ts';
import type { Question } from './question.ts';
import type { Served } from './served.ts';

/**
 * The digest's facts about a part of the costs, by the digest's own questions, each asked once per version however many
 * answers need it. `judged` is the judged day.
 */
export interface PartFacts {
  readonly judged: BillingDate;
  month(): Promise<MonthAnswer>;
  /** Without causes, which are read from lines. */
  day(): Promise<DayAnswer>;
  /** With causes. */
  explainedDay(): Promise<DayAnswer>;
  /** With causes where they are those of a mover. */
  spikes(): Promise<Spikes>;
  money(): Promise<MoneyAnswer>;
  /** The questions of others, for this part: `work` is told what is asked about. */
  ask<T>(name: string, work: (about: Asked) => Promise<T>): Promise<T>;
  /** Everything that the digest's sentences say, for this part. */
  digest(clockNow: number): Promise<DigestFacts>;
}

export function factsOf(served: Served, { filters, scope }: Question, judged: BillingDate): PartFacts {
  const about = (engine: Engine): Asked =>
    asked({
      engine,
      lake: served.lake,
      state: served.state,
      complete: served.complete,
      // The digest's question about tag keys reads a month of lines; no answer here tells of keys.
      requiredTagKeys: [],
      currency: served.currency,
      part: { filters, ownMetric: scope.metric === scope.costMetric },
      judged,
    });
  const ask = <T>(name: string, work: (about: Asked) => Promise<T>): Promise<T> =>
    served.remembered.get(JSON.stringify([name, judged, scope]), () =>
      served.ask(scope, (session) => work(about(session))),
    ) as Promise<T>;
  const month = () => ask('month', monthAnswer);
  const day = async () => {
    const answer = await month();
    return ask('day', (of) => dayAnswer(of, answer, noWhy));
  };
  const explainedDay = async () => {
    const answer = await month();
    return ask('explained day', (of) => dayAnswer(of, answer));
  };
  const spikes = async () => {
    const { movers } = await explainedDay();
    return ask('spikes', (of) =>
      spikesOf(
        of,
        (service, account) =>
          movers?.rows.find((row) => row.service === service && row.account.id === account)?.why,
      ),
    );
  };
  const plainSpikes = () => ask('plain spikes', (of) => spikesOf(of, () => undefined));
  const money = () => ask('money', moneyAnswer);
  return {
    judged,
    month,
    day,
    explainedDay,
    spikes,
    money,
    ask,
    async digest(now) {
      const [monthly, daily, spiking, moneyParts] = [
        await month(),
        await day(),
        await plainSpikes(),
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
