import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { type AthenaOf, athena } from './client.ts';

interface Call {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Athena's API: a statement is looked at `looks` times until it ends as `status` and `statistics` say. */
async function world(looks: number, execution: object, of: Partial<AthenaOf> = {}) {
  const calls: Call[] = [];
  const pauses: number[] = [];
  let left = looks;
  const answers: Readonly<Record<string, () => object>> = {
    StartQueryExecution: () => ({ QueryExecutionId: 'q-1' }),
    StopQueryExecution: () => ({}),
    GetQueryExecution: () => ({
      QueryExecution: left-- > 1 ? { Status: { State: 'RUNNING' } } : { StatementType: 'DML', ...execution },
    }),
    GetQueryResults: () => ({
      ResultSet: {
        Rows: [{ Data: [{ VarCharValue: 'n' }] }, { Data: [{ VarCharValue: '7' }] }],
        ResultSetMetadata: { ColumnInfo: [{ Name: 'n', Type: 'integer' }] },
      },
    }),
  };
  const server = createServer((incoming, answer) => {
    const operation = String(incoming.headers['x-amz-target']).replace('AmazonAthena.', '');
    void textOf(incoming).then((body) => {
      calls.push({ operation, input: JSON.parse(body) });
      answer.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
      answer.end(JSON.stringify(answers[operation]?.()));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'none' });
  const runner = athena({
    aws: {
      ...{ region: 'us-east-1', roleArn: undefined, externalId: undefined, sessionName: 'spendlight' },
      ...{ endpoint: undefined, kmsKeyId: undefined, sourceRoles: [] },
    },
    ...{ workgroup: 'finops', database: 'finops_db', reuseMinutes: 60, usdPerTb: '5' },
    random: { id: () => '12345678-1234-1234-1234-123456789012' },
    pause: async (ms) => void pauses.push(Math.round(ms)),
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...of,
  });
  onTestFinished(async () => {
    await runner.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { runner, calls, pauses };
}

const DONE = { Status: { State: 'SUCCEEDED' }, Statistics: { DataScannedInBytes: 11_000_000 } };

it('looks at a statement in pauses that grow up to three seconds, then reads its answer', async () => {
  const { runner, calls, pauses } = await world(12, DONE);
  expect(await runner.run('SELECT 7 AS n')).toEqual({
    columns: [{ name: 'n', type: 'integer' }],
    rows: [[7]],
    scannedBytes: 11_000_000,
  });
  expect(pauses).toEqual([100, 150, 225, 338, 506, 759, 1139, 1709, 2563, 3000, 3000, 3000]);
  expect(calls.map(({ operation }) => operation)).toEqual([
    'StartQueryExecution',
    ...pauses.map(() => 'GetQueryExecution'),
    'GetQueryResults',
  ]);
  expect(calls[0]?.input).toEqual({
    QueryString: 'SELECT 7 AS n',
    ClientRequestToken: '12345678-1234-1234-1234-123456789012',
    WorkGroup: 'finops',
    QueryExecutionContext: { Catalog: 'AwsDataCatalog', Database: 'finops_db' },
  });
});

it.each([
  ['allowed, and as old as the setting says', 60, true, { Enabled: true, MaxAgeInMinutes: 60 }],
  ['not allowed', 60, false, undefined],
  ['switched off', 0, true, undefined],
])('an earlier answer is taken where that is %s', async (_, reuseMinutes, mayReuse, expected) => {
  const { runner, calls } = await world(1, DONE, { reuseMinutes });
  await runner.run('SELECT 7 AS n', { mayReuse });
  expect(calls[0]?.input.ResultReuseConfiguration).toEqual(
    expected && { ResultReuseByAgeConfiguration: expected },
  );
});

it.each([
  ['a statement', DONE, 11_534_336],
  ['a reused answer', { ...DONE, Statistics: { ResultReuseInformation: { ReusedPreviousResult: true } } }, 0],
  ['a definition', { ...DONE, StatementType: 'DDL' }, 0],
  ['a failure', { ...DONE, Status: { State: 'FAILED', StateChangeReason: 'no' } }, 0],
  ['one that was stopped', { ...DONE, Status: { State: 'CANCELLED', StateChangeReason: 'no' } }, 11_534_336],
])('%s is billed as Athena bills it', async (_, execution, billedBytes) => {
  const { runner } = await world(1, execution);
  await runner.run('SELECT 7 AS n').catch(() => undefined);
  expect(runner.cost()).toMatchObject({ queries: 1, billedBytes });
});

it('who closes it stops what runs, and begins nothing more', async () => {
  const { runner, calls } = await world(Number.POSITIVE_INFINITY, DONE, {
    async pause() {
      if (calls.length === 4) void runner.close();
    },
  });
  await expect(runner.run('SELECT 7 AS n')).rejects.toMatchObject({ code: 'ENGINE_STOPPED' });
  expect(calls.at(-1)).toEqual({ operation: 'StopQueryExecution', input: { QueryExecutionId: 'q-1' } });
  await expect(runner.run('SELECT 8 AS n')).rejects.toMatchObject({ code: 'ENGINE_STOPPED' });
  expect(calls.filter(({ operation }) => operation === 'StartQueryExecution')).toHaveLength(1);
});
