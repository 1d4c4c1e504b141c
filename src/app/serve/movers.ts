import { aboutOf, exact, exactOrNull } from './about.ts';
import { factsOf } from './facts.ts';
import { type CostRequest, settle } from './question.ts';
import type { Served } from './served.ts';

/** What moved most on the judged day against the same weekdays before. */
export async function movers(served: Served, request: CostRequest) {
  const question = settle(served, request);
  const about = aboutOf(served, question);
  const empty = { rows: [], others: null, total: null };
  if (question.judged === undefined) {
    return { about, day: null, weeks: 0, ...empty, emptyBecause: 'No day is complete yet.' };
  }
  const { headline, movers: moved } = await factsOf(served, question, question.judged).day();
  const usual = headline.usualWeekday;
  const of = { about, day: headline.date, weeks: usual?.days ?? 0 };
  if (moved === undefined || usual === undefined) {
    return { ...of, ...empty, emptyBecause: 'The lake has no earlier day of this weekday to compare with.' };
  }
  return {
    ...of,
    rows: moved.rows.map((row) => ({
      service: row.service,
      account: { id: row.account.id, name: row.account.name ?? null },
      ou: row.ou,
      amount: exact(row.amount),
      usual: exactOrNull(row.usual),
      change: exactOrNull(row.change),
    })),
    others: {
      rows: moved.others.rows,
      largest: exact(moved.others.largest),
      change: exact(moved.others.change),
    },
    total: { change: exact(moved.total), now: exact(headline.comparable), usual: exact(usual.mean) },
    emptyBecause: moved.rows.length === 0 ? 'Nothing moved against the same weekdays before.' : null,
  };
}

/** Why the movers moved. */
export async function causes(served: Served, request: CostRequest) {
  const question = settle(served, request);
  const { judged } = question;
  const found = judged === undefined ? [] : await factsOf(served, question, judged).causes();
  return {
    about: aboutOf(served, question),
    day: judged ?? null,
    rows: found.map(({ service, account, why }) => ({
      service,
      account: { id: account.id, name: account.name ?? null },
      why: why ?? null,
    })),
  };
}
