// The refresh of SPICE against a fake of QuickSight that holds every request and every answer against the SDK's own shapes.
import { randomUUID } from 'node:crypto';
import { CreateIngestionCommand, IngestionErrorType, QuickSightClient } from '@aws-sdk/client-quicksight';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { quickSight } from '../../src/adapters/quicksight/quicksight.ts';
import type { RefreshOf } from '../../src/ports/dashboard.ts';
import { AWS } from '../support/aws-settings.ts';
import { ACCOUNT, DATA_SET, fakeQuickSight, type Refusal } from './support/fake-quicksight.ts';
import { keysOf } from './support/identities.ts';
import { misfits } from './support/shapes.ts';

const NOW = Date.parse('2026-11-19T07:05:00Z');
const EARLIER = NOW - 3_600_000;

beforeAll(() => {
  process.env.AWS_ACCESS_KEY_ID = keysOf('digest').accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = keysOf('digest').secretAccessKey;
});
afterAll(() => {
  delete process.env.AWS_ACCESS_KEY_ID;
  delete process.env.AWS_SECRET_ACCESS_KEY;
});

async function opened({ dataSetId = DATA_SET, accountId = async () => ACCOUNT } = {}) {
  const fake = await fakeQuickSight(() => NOW);
  const pauses: number[] = [];
  const dashboard = quickSight({
    aws: AWS,
    accountId,
    dataSetId,
    endpoint: fake.url,
    pause: async (ms) => void pauses.push(ms),
    random: { id: () => randomUUID() },
  });
  onTestFinished(async () => {
    await fake.close();
    expect(fake.misfits).toEqual([]);
  });
  const refresh = (of: Partial<RefreshOf> = {}) =>
    dashboard.refresh({ name: 'daily-20261119', since: NOW, ...of });
  return { fake, pauses, refresh };
}

describe('a refresh of SPICE', () => {
  it('is one ingestion in full, waited for', async () => {
    const { fake, pauses, refresh } = await opened();
    fake.course = { looks: ['QUEUED', 'RUNNING', 'RUNNING', 'COMPLETED'], rows: 1196 };
    expect(await refresh()).toEqual({ id: 'daily-20261119', rows: 1196 });
    expect(fake.asked).toEqual(['PUT daily-20261119', ...Array(4).fill('GET daily-20261119')]);
    expect(pauses).toEqual([1000, 2000, 4000, 8000]);
  });

  it('is recognised when it is asked for again, and not begun twice', async () => {
    const { fake, refresh } = await opened();
    await refresh();
    fake.course = { looks: ['FAILED'] };
    expect(await refresh({ since: undefined })).toEqual({ id: 'daily-20261119', rows: 0 });
    expect(await refresh()).toEqual({ id: 'daily-20261119', rows: 0 });
    expect(fake.asked.filter((asked) => asked.startsWith('PUT'))).toEqual(
      Array(3).fill('PUT daily-20261119'),
    );
  });

  it('is recognised while it still runs', async () => {
    const { fake, refresh } = await opened();
    fake.began('backfill-20250910', NOW, { looks: ['RUNNING', 'RUNNING', 'COMPLETED'], rows: 7 });
    expect(await refresh({ name: 'backfill-20250910' })).toEqual({ id: 'backfill-20250910', rows: 7 });
  });

  it('takes the next number where that name has failed, or is older than what it is to show', async () => {
    const { fake, refresh } = await opened();
    fake.began('backfill-20250910', EARLIER, { looks: ['COMPLETED'] });
    fake.began('backfill-20250910-2', NOW, { looks: ['FAILED'] });
    expect(await refresh({ name: 'backfill-20250910' })).toEqual({ id: 'backfill-20250910-3', rows: 0 });
    expect(await refresh({ name: 'backfill-20250910', since: undefined })).toEqual({
      id: 'backfill-20250910',
      rows: 0,
    });
  });

  it('is begun once where the answer to its beginning is lost', async () => {
    const { fake, refresh } = await opened();
    const lost: Refusal[] = [{ lost: 'after' }];
    fake.refuse = () => lost.shift();
    expect(await refresh()).toEqual({ id: 'daily-20261119', rows: 0 });
    expect(fake.asked).toEqual(['PUT daily-20261119', 'PUT daily-20261119', 'GET daily-20261119']);
  });

  it('outlasts throttling, errors inside QuickSight and broken connections', async () => {
    const { fake, refresh } = await opened();
    const harm: Refusal[] = [
      { status: 429, code: 'ThrottlingException' },
      { status: 500, code: 'InternalFailureException' },
      { lost: 'before' },
    ];
    fake.refuse = () => harm.shift();
    expect(await refresh()).toEqual({ id: 'daily-20261119', rows: 0 });
  });

  it('is left to itself after some minutes, and said to go on', async () => {
    const { fake, pauses, refresh } = await opened();
    fake.course = { looks: ['RUNNING'] };
    await expect(refresh()).rejects.toMatchObject({
      code: 'DASHBOARD_STILL_REFRESHING',
      what: expect.stringContaining('after 3 minutes (ingestion daily-20261119)'),
    });
    const waited = pauses.reduce((all, ms) => all + ms, 0);
    expect(waited).toBeGreaterThanOrEqual(180_000);
    expect(waited).toBeLessThan(200_000);
  });
});

it('is not waited for by who has no time left', async () => {
  const { fake, pauses, refresh } = await opened();
  fake.course = { looks: ['RUNNING'] };
  await expect(refresh({ isTimeUp: () => pauses.length === 2 })).rejects.toMatchObject({
    code: 'DASHBOARD_STILL_REFRESHING',
  });
});

describe('a refresh that fails says why, and what mends it', () => {
  it.each([
    ['PERMISSION_DENIED', 'Access denied by S3', /Security and permissions/],
    ['SQL_TABLE_NOT_FOUND', 'no finops_daily_summary', /verify --repair/],
    ['ACCOUNT_CAPACITY_LIMIT_EXCEEDED', 'full', /SPICE capacity/],
    ['INTERNAL_SERVICE_ERROR', 'oops', /refresh history/],
  ] as const)('%s', async (Type, Message, remedy) => {
    const { fake, refresh } = await opened();
    fake.course = { looks: ['RUNNING', 'FAILED'], error: { Type, Message } };
    await expect(refresh()).rejects.toMatchObject({
      code: 'DASHBOARD_NOT_REFRESHED',
      what: `The QuickSight data set ${DATA_SET} was not refreshed: its ingestion daily-20261119 failed (${Type}: ${Message})`,
      remedy: expect.stringMatching(remedy),
    });
  });

  it('has a remedy of its own only for errors that QuickSight has', async () => {
    const { REMEDIES } = await import('../../src/adapters/quicksight/failures.ts');
    expect(Object.keys(REMEDIES).filter((type) => !(type in IngestionErrorType))).toEqual([]);
  });

  it('cancelled by hand', async () => {
    const { fake, refresh } = await opened();
    fake.course = { looks: ['CANCELLED'] };
    await expect(refresh()).rejects.toMatchObject({ what: expect.stringContaining('was cancelled') });
  });

  it.each<[string, Refusal, string, RegExp]>([
    [
      'a right that is missing',
      { status: 401, code: 'AccessDeniedException' },
      'DASHBOARD_NOT_REFRESHED',
      /CreateIngestion/,
    ],
    [
      'too many in a day',
      { status: 409, code: 'LimitExceededException' },
      'DASHBOARD_NOT_REFRESHED',
      /24 hours/,
    ],
    [
      'throttling without an end',
      { status: 429, code: 'ThrottlingException' },
      'DASHBOARD_NOT_REFRESHED',
      /next run/,
    ],
    [
      'errors without an end',
      { status: 500, code: 'InternalFailureException' },
      'DASHBOARD_NOT_REFRESHED',
      /next run/,
    ],
    ['nobody there', { lost: 'before' }, 'DASHBOARD_NOT_REFRESHED', /next run/],
    ['expired keys', { status: 403, code: 'ExpiredTokenException' }, 'CREDENTIALS_EXPIRED', /sso login/],
  ])('%s', async (_, refusal, code, remedy) => {
    const { fake, refresh } = await opened();
    fake.refuse = () => refusal;
    await expect(refresh()).rejects.toMatchObject({ code, remedy: expect.stringMatching(remedy) });
  });

  it.each([{ dataSetId: 'another' }, { accountId: async () => '999999999999' }])(
    'of nothing there: %o',
    async (of) => {
      const { refresh } = await opened(of);
      await expect(refresh()).rejects.toMatchObject({
        code: 'DASHBOARD_NOT_REFRESHED',
        remedy: expect.stringContaining('QUICKSIGHT_DATASET_ID'),
      });
    },
  );
});

describe('the fake', () => {
  it('refuses what the SDK’s shapes do not have', async () => {
    const { CreateIngestion$, DescribeIngestion$ } = await import('@aws-sdk/client-quicksight');
    const request = CreateIngestion$[4];
    const answer = DescribeIngestion$[5];
    const place = { AwsAccountId: ACCOUNT, DataSetId: DATA_SET, IngestionId: 'x' };
    expect(misfits(request, place)).toEqual([]);
    expect(misfits(request, { ...place, IngestionType: 7, Typ: 'x' })).toEqual([
      '$.IngestionType is no string',
      '$.Typ is nothing that a CreateIngestionRequest has',
    ]);
    expect(misfits(request, { DataSetId: DATA_SET })).toEqual([
      '$.IngestionId is missing',
      '$.AwsAccountId is missing',
    ]);
    const ingestion = { Arn: 'a', IngestionStatus: 'QUEUED', CreatedTime: 1 };
    expect(misfits(answer, { Ingestion: ingestion })).toEqual([]);
    expect(
      misfits(answer, { Ingestion: { ...ingestion, CreatedTime: '2026-11-19', RowInfo: { Rows: 1 } } }),
    ).toEqual([
      '$.Ingestion.CreatedTime is no number',
      '$.Ingestion.RowInfo.Rows is nothing that a RowInfo has',
    ]);
  });

  it('complains of a request with a type that there is not', async () => {
    const fake = await fakeQuickSight(() => NOW);
    onTestFinished(() => fake.close());
    const client = new QuickSightClient({ endpoint: fake.url, region: 'us-east-1', maxAttempts: 1 });
    const place = { AwsAccountId: ACCOUNT, DataSetId: DATA_SET, IngestionId: 'daily' };
    await client.send(new CreateIngestionCommand({ ...place, IngestionType: 'HALF_REFRESH' as never }));
    client.destroy();
    expect(fake.misfits).toEqual(['request of CreateIngestion: "HALF_REFRESH" is not one of its names']);
  });
});
