import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { currency, exactText, money, sum } from '../../src/core/money/money.ts';
import { type Desk, desk } from '../support/program.ts';

const RULES = `
spikes: { threshold: 0.05, deviations: 1, min_impact: 1, min_impact_by_ou: { Unmapped: 1000000 } }
tags: { required: [Environment], allowed: { Environment: [production] } }
`;
const DAYS = ['--from', '2026-11-01', '--to', '2026-11-18'];
const IN_DAYS = `BillingDate BETWEEN DATE '2026-11-01' AND DATE '2026-11-18'`;
const STATES = `SELECT x_TagState, sum(DailyCost) AS amount FROM daily_costs WHERE ${IN_DAYS} GROUP BY 1 ORDER BY 1`;
const SPIKES = `SELECT CAST(count(*) AS bigint) AS spikes, max(rules_version) AS version FROM verdicts
  WHERE x_CostClass = 'spike' AND ${IN_DAYS}`;
const LINES = `SELECT DISTINCT rules_version FROM cost_lines`;

interface Diff {
  readonly tags: readonly { readonly after: string; readonly amount: { readonly amount: string } }[];
  readonly classes: {
    readonly rows: readonly {
      readonly before: string;
      readonly after: string;
      readonly seriesDays: number;
    }[];
  };
}

let place: Desk;
const run = async (...args: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await place.run([
    '--lake',
    'lake',
    '--now',
    '2026-11-21T07:00:00Z',
    ...args,
  ]);
  expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
  return stdout;
};
const json = async <T>(...args: readonly string[]): Promise<T> => JSON.parse(await run('--json', ...args));

beforeAll(async () => {
  place = await desk();
  await writeFile(join(place.folder, 'rules.yaml'), RULES);
  await run('demo', '--days', '45', '--accounts', '5', '--lines-per-day', '150');
  await run('run');
}, 60_000);
afterAll(() => place.clear());

const USD = currency('USD');
const added = (amounts: readonly string[]): string =>
  exactText(
    sum(
      amounts.map((amount) => money(amount, USD)),
      USD,
    ),
  );
const seriesDays = (
  rows: Diff['classes']['rows'],
  was: boolean | undefined,
  is: boolean | undefined,
): number =>
  rows
    .filter(({ before }) => was === undefined || (before === 'spike') === was)
    .filter(({ after }) => is === undefined || (after === 'spike') === is)
    .reduce((all, row) => all + row.seriesDays, 0);

it('tells what new rules would reclassify, and that is what they do once they are in force', async () => {
  const told = await json<Diff>('rules', 'diff', '1', 'rules.yaml', ...DAYS);
  const before = await json<[{ spikes: number }]>('query', SPIKES);
  const breakdown = await run('breakdown', ...DAYS);
  expect(await json('rules', 'import', 'rules.yaml')).toMatchObject({ outcome: 'imported', version: 2 });

  const states = await json<{ x_TagState: string; amount: string }[]>('query', STATES);
  expect(states.map(({ x_TagState, amount }) => [x_TagState, added([amount])])).toEqual(
    [...new Set(told.tags.map(({ after }) => after))]
      .sort()
      .map((state) => [
        state,
        added(told.tags.filter(({ after }) => after === state).map(({ amount }) => amount.amount)),
      ]),
  );
  const after = await json<[{ spikes: number; version: string }]>('query', SPIKES);
  const { rows } = told.classes;
  expect([seriesDays(rows, true, undefined), seriesDays(rows, undefined, true)]).toEqual([
    before[0].spikes,
    after[0].spikes,
  ]);
  expect(seriesDays(rows, false, true)).toBeGreaterThan(0);
  expect([after[0].version, await json('query', LINES)]).toEqual(['2', [{ rules_version: '2' }]]);
  expect(await run('breakdown', ...DAYS)).toBe(breakdown);
  expect(await json('query', `SELECT DISTINCT Cause FROM restatements WHERE Cause = 'rules'`)).toEqual([]);
});

it('keeps earlier verdicts and tag states readable, and versions named', async () => {
  const versions = await json<{ version: number; inForce: boolean; file?: string }[]>('rules', 'list');
  expect(versions.map(({ version, inForce, file }) => [version, inForce, file])).toEqual([
    [1, false, undefined],
    [2, true, 'rules.yaml'],
  ]);
  const { lakeVersion } = await json<{ lakeVersion: number }>('rules', 'diff', '1', '2', ...DAYS);
  const then = ['--as-of', String(lakeVersion - 1)];
  const [was, is] = [
    await json<[{ spikes: number; version: string }]>('query', SPIKES, ...then),
    await json<[{ spikes: number }]>('query', SPIKES),
  ];
  expect(was[0].version).toBe('1');
  expect(was[0].spikes).not.toBe(is[0].spikes);
  expect(await json('query', LINES, ...then)).toEqual([{ rules_version: '1' }]);
  expect(await json('query', STATES, ...then)).not.toEqual(await json('query', STATES));
  expect(await json<unknown[]>('rules', 'list', ...then)).toHaveLength(1);
});

it('changes nothing for rules that say the same, that make no sense, or as of an earlier moment', async () => {
  expect(await json('rules', 'import', 'rules.yaml')).toMatchObject({ outcome: 'unchanged', version: 2 });
  await writeFile(join(place.folder, 'wrong.yaml'), 'tags: { reqired: [Owner] }\n');
  const refused = async (...args: readonly string[]) => {
    const { code, stderr } = await place.run(['--lake', 'lake', '--now', '2026-11-21T07:00:00Z', ...args]);
    return [code, stderr];
  };
  expect(await refused('rules', 'import', 'wrong.yaml')).toEqual([
    2,
    expect.stringContaining('There is no rule "tags.reqired"  (RULES_INVALID)'),
  ]);
  expect(await refused('rules', 'import', 'rules.yaml', '--as-of', '3')).toEqual([
    2,
    expect.stringContaining('AS_OF_READS_ONLY'),
  ]);
  expect(await refused('rules', 'diff', '1', '9', ...DAYS)).toEqual([
    2,
    expect.stringContaining('There is no version 9 of the rules'),
  ]);
  expect(await json<unknown[]>('rules', 'list')).toHaveLength(2);
});
