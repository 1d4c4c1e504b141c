// Questions over a lake on S3, asked of Athena's own API with a real Trino behind it, and of Trino itself.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { glueCatalog } from '../../src/adapters/glue/glue.ts';
import { machine } from '../../src/openers/machine.ts';
import { environment, good } from '../aws/support/lake-desk.ts';
import { type AthenaLake, athenaLake, INVOICE, NOW } from './support/athena-lake.ts';

let at: AthenaLake;
beforeAll(async () => {
  at = await athenaLake();
  Object.assign(process.env, environment(at.bridge.url));
}, 300_000);
afterAll(() => at.clear());

interface Line {
  readonly event: string;
  readonly [fact: string]: unknown;
}

const logged = (stderr: string, event: string): readonly Line[] =>
  stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line): Line => JSON.parse(line))
    .filter((line) => line.event === event);

const COMMANDS: readonly (readonly string[])[] = [
  ['query', 'SELECT * FROM ou_breakdown ORDER BY BillingDate, OU, Service, LinkedAccount', '--format', 'csv'],
  [
    'query',
    `SELECT SubAccountId, ServiceName, count(*) AS charges, sum(BilledCost) AS billed, min(ChargePeriodStart) AS first,
      max(element_at(Tags, 'Owner')) AS owner, avg(CAST(BilledCost AS double)) > 0 AS positive
     FROM cost_lines WHERE BillingDate = DATE '2026-11-16' GROUP BY SubAccountId, ServiceName ORDER BY SubAccountId, ServiceName`,
    '--format',
    'json',
  ],
  ['breakdown', '--from', '2026-11-10', '--to', '2026-11-18'],
  ['restatements', '--json'],
];

/** Trino is asked by the same asker: these are tried on Athena alone. */
const MORE: readonly (readonly string[])[] = [
  ['status', '--json'],
  ['gaps', '--json'],
  ['calendar', '--from', '2026-11-10', '--json'],
  ['explain', 'day', '2026-11-16', '--lines', '--json'],
  ['archive', 'replay', '2026-11-16', '--json'],
  ['reconcile', '--against', INVOICE, '--period', '2026-11', '--json'],
  ['verify', '--json'],
];

const OTHERS = ['athena', 'trino'];

it.each(
  [...COMMANDS, ...MORE].map((command) => ({
    typed: command.join(' '),
    command,
    engines: MORE.includes(command) ? ['athena'] : OTHERS,
  })),
)('$engines print what DuckDB prints: $typed', async ({ command, engines }) => {
  const ours = await at.run(NOW, command);
  expect(ours.stdout.length, ours.stderr).toBeGreaterThan(50);
  for (const engine of engines) {
    const theirs = await at.run(NOW, ['--engine', engine, ...command]);
    expect(theirs.stdout, `${engine}: ${theirs.stderr}`).toBe(ours.stdout);
    expect(theirs.code).toBe(ours.code);
    expect(logged(theirs.stderr, 'engine.cost'), theirs.stdout).toHaveLength(1);
  }
});

it('an as-of question is answered there as it was known then', async () => {
  const text =
    'SELECT BillingDate, sum(DailyCost) AS cost FROM daily_costs GROUP BY BillingDate ORDER BY BillingDate';
  const ask = async (...args: readonly string[]) => good(await at.run(NOW, [...args, 'query', text])).stdout;
  const [then, now] = [await ask('--as-of', '2026-11-17T08:00:00Z'), await ask()];
  expect(then).not.toBe(now);
  for (const engine of OTHERS)
    expect(await ask('--as-of', '2026-11-17T08:00:00Z', '--engine', engine), engine).toBe(then);
});

it.each([
  ['DROP TABLE daily_costs_loads', 'Only SELECT is answered here'],
  ['SELECT * FROM daily_costs_loads', 'is no relation of the lake'],
  ['SELECT * FROM system.runtime.queries', 'is no relation of the lake'],
])('Athena and Trino are not asked %s', async (text, why) => {
  for (const engine of OTHERS) {
    const refused = await at.run(NOW, ['--engine', engine, 'query', text]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('QUERY_INVALID');
    expect(refused.stderr).toContain(why);
  }
});

it('what writes is not done there', async () => {
  const refused = await at.run(NOW, ['--engine', 'trino', 'rates', 'import', 'rates.csv']);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('ENGINE_UNFIT');
});

it('bytes and dollars are told of every statement and of all', async () => {
  const { stderr } = good(
    await at.run(NOW, ['--engine', 'athena', 'query', 'SELECT sum(BilledCost) FROM cost_lines']),
  );
  const asked = logged(stderr, 'engine.asked');
  const [whole] = logged(stderr, 'engine.cost');
  expect(asked.length).toBeGreaterThan(1);
  for (const one of asked)
    expect(one).toMatchObject({ queries: 1, state: 'SUCCEEDED', query: expect.any(String) });
  const read = asked.reduce((sum, { scannedBytes }) => sum + Number(scannedBytes), 0);
  expect(read).toBeGreaterThan(1_000);
  // Ten megabytes a statement at five dollars a terabyte: 0.000047683715820 each.
  expect(whole).toMatchObject({
    queries: asked.length,
    scannedBytes: read,
    billedBytes: asked.length * 10_485_760,
    usd: (asked.length * 0.00004768371582).toFixed(15).replace(/0+$/, ''),
  });
});

it('a folder that Glue does not know is an error, not a smaller sum', async () => {
  const { glueDatabase: database = '' } = at.settings;
  const catalog = glueCatalog({ aws: at.settings.aws, database, ...machine });
  const all = await catalog.partitions('daily_costs_loads');
  await catalog.drop(
    'daily_costs_loads',
    all.map(({ values }) => values),
  );
  const asked = await at.run(NOW, ['--engine', 'athena', 'query', 'SELECT sum(DailyCost) FROM daily_costs']);
  await catalog.add('daily_costs_loads', all);
  expect(asked.code).toBe(1);
  expect(asked.stderr).toContain('TABLES_BEHIND');
});
