import type { OuLight } from '../../core/budget/light.ts';
import { compare, ratio } from '../../core/money/money.ts';
import { accountsByOu } from '../../sql/overview/shares.ts';
import { type Asked, count } from '../digest/asked.ts';
import { aboutOf, exact, exactOrNull } from './about.ts';
import { factsOf } from './facts.ts';
import { changeOf } from './overview.ts';
import { type CostRequest, settle } from './question.ts';
import type { Served } from './served.ts';
import { type Sparks, sparks } from './sparks.ts';

/** Every OU's month with its light, dearest first, and all of them together. */
export async function lights(served: Served, request: CostRequest) {
  const question = settle(served, request);
  const about = aboutOf(served, question);
  if (question.judged === undefined) return { about, rows: [], total: null };
  const facts = factsOf(served, question, question.judged);
  const { lights: lit, totalLight } = await facts.month();
  const around = await facts.ask('lights', async (of) => ({
    accounts: await accountsOf(of),
    lines: await sparks(
      of,
      'ou',
      lit.map(({ ou }) => ou),
    ),
  }));
  const row = (light: OuLight, spark: (lines: Sparks) => number[], accounts: number) => ({
    ou: light.ou,
    accounts,
    monthToDate: exact(light.monthToDate),
    share: ratio(light.monthToDate, totalLight.monthToDate) ?? null,
    planToDate: exactOrNull(light.planToDate),
    againstPlan: changeOf(light.monthToDate, light.planToDate),
    forecast: exactOrNull(light.forecast),
    budget: exactOrNull(light.budget),
    light: light.light,
    ofBudget: light.ofBudget ?? null,
    reason: light.reason,
    incomplete: light.reason.includes('not arrived'),
    spark: spark(around.lines),
  });
  const rows = [...lit]
    .sort((a, b) => compare(b.monthToDate, a.monthToDate) || (a.ou < b.ou ? -1 : 1))
    .map((light) => row(light, (lines) => lines.of(light.ou), around.accounts.get(light.ou) ?? 0));
  const all = [...around.accounts.values()].reduce((sum, accounts) => sum + accounts, 0);
  return { about, rows, total: row(totalLight, (lines) => lines.total, all) };
}

async function accountsOf({ engine, toDate }: Asked): Promise<ReadonlyMap<string, number>> {
  const rows = await engine.rows(accountsByOu(toDate));
  return new Map(rows.map(([ou, accounts]) => [String(ou), count(accounts)]));
}
