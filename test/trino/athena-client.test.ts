// The client of Athena against Athena's own API, a real Trino behind it, and what may go wrong in between.
import { AthenaClient, CreateWorkGroupCommand } from '@aws-sdk/client-athena';
import { afterAll, beforeAll, beforeEach, expect, inject, it, onTestFinished } from 'vitest';
import { type AthenaOf, athena, type EndedQuery } from '../../src/adapters/athena/client.ts';
import { readSettings } from '../../src/config.ts';
import { known } from '../../src/core/errors/invariant.ts';
import { machine } from '../../src/openers/machine.ts';
import { BENCH, freshBucket } from '../aws/support/buckets.ts';
import { environment } from '../aws/support/lake-desk.ts';
import { type AthenaBridge, athenaBridge, type BridgeFault } from './support/athena-bridge.ts';

let bridge: AthenaBridge;
beforeAll(async () => {
  bridge = await athenaBridge(inject('emulator'), inject('trino').server);
  Object.assign(process.env, environment(bridge.url));
  const OutputLocation = `s3://${await freshBucket(inject('emulator'))}/athena-results/`;
  const api = new AthenaClient({ endpoint: inject('emulator'), region: 'us-east-1', credentials: BENCH });
  await api.send(
    new CreateWorkGroupCommand({
      Name: 'plenty',
      Configuration: { ResultConfiguration: { OutputLocation } },
    }),
  );
  api.destroy();
});
beforeEach(() => {
  bridge.fault = () => undefined;
});
afterAll(() => bridge.close());

/** A client whose pauses take a turn of the loop, and what it was told of. */
function opened(of: Partial<AthenaOf> = {}) {
  const ended: EndedQuery[] = [];
  const pauses: number[] = [];
  const runner = athena({
    ...{
      aws: readSettings({}).aws,
      workgroup: 'plenty',
      database: 'default',
      reuseMinutes: 60,
      usdPerTb: '5',
    },
    random: machine.random,
    async pause(ms, until) {
      pauses.push(ms);
      await machine.pause(Math.min(ms, 20), until);
    },
    onEnded: (query) => ended.push(query),
    endpoint: bridge.url,
    ...of,
  });
  onTestFinished(() => runner.close());
  return { runner, ended, pauses };
}

/** Does `fault` to the first `times` calls of `operation`. */
function faulty(operation: string, fault: BridgeFault, times = 1): void {
  let left = times;
  bridge.fault = (called) => (called === operation && left-- > 0 ? fault : undefined);
}

it('gives every value as the port says', async () => {
  const { runner } = opened();
  const { columns, rows } = await runner.run(`
    SELECT true AS flag, 42 AS n, 9007199254740993 AS big, 1.5e-7 AS x, CAST('0.3' AS decimal(38,15)) AS cost,
      CAST(0 AS decimal(38,15)) AS none, DATE '2026-01-31' AS day, TIMESTAMP '2026-01-31 10:00:00.120' AS moment,
      'a''b' AS text, '' AS empty, CAST(NULL AS varchar) AS nothing`);
  expect(rows).toEqual([
    [
      ...[true, 42, '9007199254740993', 1.5e-7, '0.300000000000000', '0.000000000000000'],
      ...['2026-01-31', '2026-01-31 10:00:00.12', "a'b", '', null],
    ],
  ]);
  expect(columns[4]).toEqual({ name: 'cost', type: 'decimal(38,15)' });
});

it('reads answers of many pages in order, and none of the header', async () => {
  const { runner } = opened();
  const { rows } = await runner.run('SELECT n FROM UNNEST(sequence(1, 2500)) AS t(n) ORDER BY n');
  expect(rows.map(([n]) => n)).toEqual(Array.from({ length: 2_500 }, (_, i) => i + 1));
  expect((await runner.run('SELECT 1 AS n WHERE false')).rows).toEqual([]);
});

it('a map is refused, for its text cannot be read back', async () => {
  const { runner } = opened();
  await expect(runner.run("SELECT map(ARRAY['a'], ARRAY['b, c=d']) AS Tags")).rejects.toMatchObject({
    code: 'ENGINE_REFUSED',
    what: expect.stringMatching(/Tags/i),
  });
});

it('the same text is answered again without reading, where that was allowed', async () => {
  const { runner, ended } = opened();
  const text = `SELECT name FROM (VALUES 'reuse ${machine.random.id()}') AS t(name)`;
  const first = await runner.run(text, { mayReuse: true });
  const again = await runner.run(text, { mayReuse: true });
  await runner.run(text);
  expect(again.rows).toEqual(first.rows);
  expect(ended.map(({ cost }) => [cost.reused, cost.billedBytes])).toEqual([
    [0, 10_485_760],
    [1, 0],
    [0, 10_485_760],
  ]);
  expect(runner.cost()).toMatchObject({ queries: 3, reused: 1, billedBytes: 2 * 10_485_760 });
  const { runner: never, ended: anew } = opened({ reuseMinutes: 0 });
  await never.run(text, { mayReuse: true });
  expect(anew[0]?.cost.reused).toBe(0);
});

it.each([
  ['StartQueryExecution', { refuse: 'TooManyRequestsException', message: 'Rate exceeded' }],
  ['GetQueryExecution', { refuse: 'ThrottlingException', message: 'Rate exceeded' }],
  ['GetQueryResults', { refuse: 'InternalServerException', message: 'again', status: 500 }],
  ['StartQueryExecution', 'lose the answer'],
  ['GetQueryExecution', 'lose the answer'],
  ['GetQueryResults', 'lose the answer'],
] as const)(
  '%s that fails in passing (%j) is called again, and the statement begun once',
  async (operation, fault) => {
    const { runner, pauses } = opened();
    const [before, text] = [bridge.queries.length, `SELECT '${machine.random.id()}' AS id`];
    faulty(operation, fault, 2);
    expect((await runner.run(text)).rows).toHaveLength(1);
    expect(bridge.queries.length - before).toBe(1);
    expect(pauses.length).toBeGreaterThan(2);
  },
);

const REFUSALS: readonly (readonly [string, string, BridgeFault])[] = [
  ['ENGINE_BUSY', 'StartQueryExecution', { refuse: 'TooManyRequestsException', message: 'Rate exceeded' }],
  [
    'ENGINE_DENIED',
    'StartQueryExecution',
    { refuse: 'AccessDeniedException', message: 'not authorized to perform: athena:StartQueryExecution' },
  ],
  [
    'CREDENTIALS_EXPIRED',
    'GetQueryExecution',
    { refuse: 'ExpiredTokenException', message: 'The security token is expired' },
  ],
  [
    'ENGINE_UNREACHABLE',
    'GetQueryResults',
    { refuse: 'InternalServerException', message: 'down', status: 500 },
  ],
  ['ENGINE_STOPPED', 'StartQueryExecution', { ends: 'CANCELLED', reason: 'Query cancelled by user' }],
  [
    'ENGINE_SCAN_LIMIT',
    'StartQueryExecution',
    { ends: 'CANCELLED', reason: 'Query cancelled! : Bytes scanned limit was exceeded' },
  ],
  [
    'ENGINE_DENIED',
    'StartQueryExecution',
    { ends: 'FAILED', reason: 'Access Denied (Service: Amazon S3; Status Code: 403)', category: 2 },
  ],
  [
    'ENGINE_FAILED',
    'StartQueryExecution',
    { ends: 'FAILED', reason: 'Query exhausted resources at this scale factor', category: 1 },
  ],
];

it.each(REFUSALS)('%s: %s %j', async (code, operation, fault) => {
  const { runner } = opened();
  faulty(operation, fault, 100);
  await expect(runner.run('SELECT 1')).rejects.toMatchObject({ code, remedy: expect.stringMatching(/\./) });
});

it('what the engine says against a statement is told', async () => {
  const { runner } = opened();
  await expect(runner.run('SELECT 1 / (n - 1) FROM (VALUES 1) AS t(n)')).rejects.toMatchObject({
    code: 'ENGINE_REFUSED',
    what: expect.stringContaining('DIVISION_BY_ZERO'),
  });
});

it('a workgroup that is not there is named', async () => {
  const { runner } = opened({ workgroup: 'nobody-made-it' });
  await expect(runner.run('SELECT 1')).rejects.toMatchObject({
    code: 'ENGINE_WORKGROUP_MISSING',
    remedy: expect.stringContaining('nobody-made-it'),
  });
});

it('who closes the client stops what runs, and waits for nobody', async () => {
  const { runner, ended } = opened();
  faulty('StartQueryExecution', 'hang');
  const asked = expect(runner.run('SELECT 1')).rejects.toMatchObject({ code: 'ENGINE_STOPPED' });
  while (!bridge.calls.slice(-2).every((call) => call === 'GetQueryExecution')) await machine.pause(5);
  await runner.close();
  await asked;
  expect(known(bridge.queries.at(-1), 'a statement').Status?.State).toBe('CANCELLED');
  expect(ended).toEqual([]);
});
