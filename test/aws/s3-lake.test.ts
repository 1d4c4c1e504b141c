// The program as a person runs it, with the lake and the export on S3: the same figures, to the last digit, as on a disk.
import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { bill, focusCsv } from '../support/deliveries.ts';
import { type Desk, desk, type Ended } from '../support/program.ts';
import { realServer } from '../support/real-server.ts';
import { writeSimulatedExport } from '../support/simulated-export.ts';
import { BENCH, clientOf, freshBucket, KEYS, storeIn } from './support/buckets.ts';
import { type Fault, type FaultProxy, faultProxy, type Seen } from './support/fault-proxy.ts';

const emulator = inject('emulator');
const extensions = inject('extensions');
const NOW = '2026-11-19T07:05:00Z';
const KEYS_AND_REGION = { region: 'us-east-1', maxAttempts: 1, credentials: BENCH };

/** What the program needs to reach the emulator, or a proxy before it; nothing else of the environment reaches it. */
const environment = (endpoint: string): Record<string, string> => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
  SPENDLIGHT_DUCKDB_EXTENSIONS: extensions,
});

let at: Desk;
let client: S3Client;
let exports = '';
/** What a lake on a disk says. */
const local: { breakdown: string; totals: unknown } = { breakdown: '', totals: undefined };
/** What was brought in, but for the ids that chance gave. */
const totals = ({ stdout }: Ended): unknown =>
  JSON.parse(stdout).periods.map(({ load: _, ...period }: { readonly load: string }) => period);

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.map((file) => relative(folder, file)).sort(); // data/ comes before metadata/, as in a real delivery
}

const upload = async (bucket: string, key: string, bytes: Uint8Array | string): Promise<void> => {
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes }));
};

const good = (ended: Ended): Ended => {
  expect(ended.code, ended.stderr).toBe(0);
  return ended;
};
const RANGE = ['--from', '2026-09-01', '--to', '2026-11-30'];

beforeAll(async () => {
  client = clientOf(emulator);
  at = await desk();
  await writeSimulatedExport(at.folder, { days: 60, accounts: 4, linesPerDay: 40, now: NOW, table: 'cur2' });
  exports = await freshBucket(emulator, { versioned: false });
  const folder = join(at.folder, 'export');
  for (const file of await filesBelow(folder))
    await upload(exports, `aws/${file}`, await readFile(join(folder, file)));
  const run = (...args: readonly string[]) => at.run(['--lake', 'lake', '--now', NOW, ...args]);
  local.totals = totals(good(await run('--json', 'ingest', 'export', '--accounts', 'accounts.csv')));
  good(await run('run'));
  local.breakdown = good(await run('breakdown', ...RANGE)).stdout;
  expect(local.breakdown.split('\n').length).toBeGreaterThan(200);
});
afterAll(async () => {
  client.destroy();
  await at.clear();
});

/** An empty bucket for a lake, behind a proxy of its own, at a desk of its own. */
async function lakeOn(lake: { readonly env?: Record<string, string> } = {}) {
  const bucket = await freshBucket(emulator);
  const proxy = await faultProxy(emulator);
  const own = await desk();
  onTestFinished(async () => {
    await proxy.close();
    await own.clear();
  });
  await writeFile(join(own.folder, 'accounts.csv'), await readFile(join(at.folder, 'accounts.csv')));
  const env = { ...environment(proxy.url), SPENDLIGHT_LAKE: `s3://${bucket}/finops`, ...lake.env };
  const run = (...args: readonly string[]) => own.run(['--now', NOW, ...args], env);
  return { bucket, proxy, own, run, env, store: storeIn(emulator, bucket, { prefix: 'finops' }) };
}

const sentTo = (proxy: FaultProxy, method: string, part: string): Seen[] =>
  proxy.seen.filter((seen) => seen.method === method && seen.path.includes(part));

describe('from an export on S3 to a mail', () => {
  it('shows what a lake on a disk shows, to the last digit', async () => {
    const { proxy, run, store, own } = await lakeOn();
    const ingested = good(await run('--json', 'ingest', `s3://${exports}/aws`, '--accounts', 'accounts.csv'));
    expect(totals(ingested)).toEqual(local.totals);
    good(await run('run'));
    expect(good(await run('breakdown', ...RANGE)).stdout).toBe(local.breakdown);

    const archived = (await store.list('ou-breakdowns-csv/')).map(({ key }) => key);
    expect(archived).toEqual(
      (await filesBelow(join(at.folder, 'lake', 'ou-breakdowns-csv'))).map(
        (file) => `ou-breakdowns-csv/${file}`,
      ),
    );
    for (const key of archived)
      expect(Buffer.from((await store.get(key)) ?? []).toString()).toBe(
        await readFile(join(at.folder, 'lake', key), 'utf8'),
      );
    const [mine, theirs] = await Promise.all(
      [own, at].map(async ({ folder }) => {
        const [file = ''] = await readdir(join(folder, 'outbox'));
        return PostalMime.parse(await readFile(join(folder, 'outbox', file)));
      }),
    );
    expect(mine?.subject).toBe(theirs?.subject);
    expect(mine?.attachments.map(({ filename }) => filename)).toEqual(
      theirs?.attachments.map(({ filename }) => filename),
    );
    const sums = 'SELECT count(*) AS n, sum(BilledCost) AS total FROM cost_lines';
    expect(good(await run('--json', 'query', sums)).stdout).toBe(
      good(await at.run(['--lake', 'lake', '--now', NOW, '--json', 'query', sums])).stdout,
    );
    expect(good(await run('status')).stdout).toContain(store.location);

    // The delivery's files went from bucket to bucket without this machine.
    const taken = sentTo(proxy, 'PUT', '/finops/raw/').filter(({ path }) => path.includes('.parquet'));
    expect(taken.length).toBeGreaterThan(0);
    for (const { headers } of taken) {
      expect(headers['x-amz-copy-source']).toContain(exports);
      expect(headers['x-amz-copy-source-if-match']).toMatch(/\w/);
    }
  });

  it('fetches no file of a delivery that it has already, and takes the next one', async () => {
    const { proxy, run } = await lakeOn();
    good(await run('--json', 'ingest', `s3://${exports}/aws`, '--accounts', 'accounts.csv'));
    const fetched = (): number => sentTo(proxy, 'GET', `/${exports}/aws/org-cur2/data/`).length;
    const before = fetched();
    expect(before).toBeGreaterThan(0);
    const again = good(await run('ingest', `s3://${exports}/aws`));
    expect(again.stdout).toContain('nothing changed');
    expect(fetched()).toBe(before);
  });
});

describe('what people get', () => {
  it('is one digest by SES, with the CSV that was archived, and an alarm by SNS when nobody may be mailed', async () => {
    const recipient = `${randomUUID()}@example.com`;
    const sender = `${randomUUID()}@example.com`;
    const settings = { ...KEYS_AND_REGION, endpoint: emulator };
    const [identities, topics] = [new SESv2Client(settings), new SNSClient(settings)];
    onTestFinished(() => {
      identities.destroy();
      topics.destroy();
    });
    const { TopicArn = '' } = await topics.send(new CreateTopicCommand({ Name: `alerts-${randomUUID()}` }));
    const { run, proxy, own, store } = await lakeOn({
      env: {
        SES_ENABLED: 'true',
        SES_SENDER_EMAIL: sender,
        DIGEST_RECIPIENTS_FINOPS: recipient,
        ALERT_TOPIC_ARN: TopicArn,
      },
    });
    await writeFile(join(own.folder, 'bill.csv'), focusCsv([{}]));
    good(await run('ingest', 'bill.csv'));
    const published = () => proxy.seen.filter(({ body }) => body.includes('Action=Publish'));

    // SES has not verified the sender yet: the digest is refused, and said so by another channel.
    expect(await run('run')).toMatchObject({ code: 1, stdout: expect.stringContaining('MAIL_NOT_SENT') });
    expect(new URLSearchParams(String(published()[0]?.body)).get('Message')).toContain('MAIL_NOT_SENT');

    await identities.send(new CreateEmailIdentityCommand({ EmailIdentity: sender }));
    const before = published().length;
    good(await run('run', '--resend'));
    good(await run('run'));
    const answer = await fetch(`${emulator}/_ministack/ses/messages`);
    const { messages } = (await answer.json()) as {
      messages: Record<string, { To: string[]; Subject: string }[]>;
    };
    const mine = Object.values(messages)
      .flat()
      .filter(({ To }) => To.includes(recipient));
    expect(mine).toHaveLength(1);
    const raw = sentTo(proxy, 'POST', '/v2/email/outbound-emails').at(-1)?.body.toString() ?? '';
    const mail = await PostalMime.parse(Buffer.from(JSON.parse(raw).Content.Raw.Data, 'base64'));
    expect(mine[0]?.Subject).toBe(mail.subject);
    const csv = mail.attachments.find(({ filename }) => filename?.endsWith('.csv'));
    const day = 'ou-breakdowns-csv/year=2026/month=05/day=04/ou_breakdown.csv';
    expect(Buffer.from(csv?.content as ArrayBuffer)).toEqual(Buffer.from((await store.get(day)) ?? []));
    expect(published()).toHaveLength(before);
  });
});

describe('what an export does while it is written', () => {
  const FOLDER = 'x/org-focus';
  const DATA = `${FOLDER}/data/BILLING_PERIOD=2026-11/org-focus-00001.csv`;
  const MANIFEST = `${FOLDER}/metadata/BILLING_PERIOD=2026-11/org-focus-Manifest.json`;
  const costing = (cost: string): string =>
    focusCsv([
      {
        BillingPeriodStart: '2026-11-01T00:00:00Z',
        BillingPeriodEnd: '2026-12-01T00:00:00Z',
        ChargePeriodStart: '2026-11-17T00:00:00Z',
        ChargePeriodEnd: '2026-11-18T00:00:00Z',
        BilledCost: cost,
        EffectiveCost: cost,
      },
    ]);
  const manifest = (bucket: string, executionTime: string, data = DATA): string =>
    JSON.stringify({ exportName: 'org-focus', executionTime, dataFiles: [`s3://${bucket}/${data}`] });
  const totalOf = async (run: (...args: string[]) => Promise<Ended>): Promise<unknown> =>
    JSON.parse(good(await run('--json', 'query', 'SELECT sum(BilledCost) AS total FROM cost_lines')).stdout);

  it('waits for the manifest, for the files it names, and while it is being overwritten', async () => {
    const { run } = await lakeOn();
    const bucket = await freshBucket(emulator);
    const ingest = () => run('ingest', `s3://${bucket}/x`);
    await upload(bucket, DATA, costing('1'));
    expect(await ingest()).toMatchObject({ code: 1, stderr: expect.stringContaining('has no manifest yet') });
    const second = DATA.replace('00001', '00002');
    await upload(bucket, MANIFEST, manifest(bucket, '2026-11-18T01:00:00Z', second));
    expect(await ingest()).toMatchObject({ code: 1, stderr: expect.stringContaining('is not there') });
    await upload(bucket, MANIFEST, manifest(bucket, '2026-11-18T01:00:00Z'));
    good(await ingest());
    expect(await totalOf(run)).toEqual([{ total: '1.000000000000000' }]);

    await upload(bucket, DATA, costing('2'));
    await upload(bucket, MANIFEST, manifest(bucket, '2026-11-18T09:00:00Z'));
    await upload(bucket, DATA, costing('3'));
    expect(await ingest()).toMatchObject({ code: 1, stderr: expect.stringContaining('is being rewritten') });
    expect(await totalOf(run)).toEqual([{ total: '1.000000000000000' }]);
    await upload(bucket, MANIFEST, manifest(bucket, '2026-11-18T17:00:00Z'));
    good(await ingest());
    expect(await totalOf(run)).toEqual([{ total: '3.000000000000000' }]);
  });

  it('is refused where a file is replaced between reading and taking over', async () => {
    const { run, proxy, store } = await lakeOn();
    const bucket = await freshBucket(emulator);
    await upload(bucket, DATA, costing('1'));
    await upload(bucket, MANIFEST, manifest(bucket, '2026-11-18T01:00:00Z'));
    let replaced: Promise<void> | undefined;
    proxy.hold = async (seen) => {
      if (seen.headers['x-amz-copy-source'] === undefined || replaced !== undefined) return;
      replaced = upload(bucket, DATA, costing('2'));
      await replaced;
    };
    expect(await run('ingest', `s3://${bucket}/x`)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('replaced or removed while it was being read'),
    });
    expect(await store.list('catalog/')).toEqual([]);
  });

  it('takes loose files, and names them by their addresses', async () => {
    const { run } = await lakeOn();
    const bucket = await freshBucket(emulator);
    await upload(bucket, 'bills/good.csv', costing('7'));
    await upload(bucket, 'bills/bad.csv', 'a,b\n1,2\n');
    const answer = await run('ingest', `s3://${bucket}/bills`);
    expect(answer.code).toBe(2);
    expect(answer.stderr).toContain(`s3://${bucket}/bills/bad.csv`);
    expect(answer.stderr).not.toContain('/tmp/');
    expect(await totalOf(run)).toEqual([{ total: '7.000000000000000' }]);
    expect(await run('ingest', `s3://${bucket}/nothing`)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('FILE_NOT_FOUND'),
    });
  });

  it('reads a legacy CUR by its manifest, and not by the one that is for Redshift', async () => {
    const { run } = await lakeOn();
    const bucket = await freshBucket(emulator);
    const month = 'cur/report/20231101-20231201';
    const key = `${month}/20231205T020000Z/report-00001.csv.gz`;
    await upload(bucket, key, await readFile(bill('cur-legacy-aws-real.csv.gz')));
    await upload(
      bucket,
      `${month}/report-RedshiftManifest.json`,
      JSON.stringify({ entries: [{ url: key }] }),
    );
    const said = { reportName: 'report', assemblyId: '20231205T020000Z', reportKeys: [key] };
    await upload(bucket, `${month}/report-Manifest.json`, JSON.stringify(said));
    good(await run('ingest', `s3://${bucket}/cur`));
    const count = await run('--json', 'query', 'SELECT count(*) AS n FROM cost_lines');
    expect(JSON.parse(good(count).stdout)[0].n).toBeGreaterThan(100);
    const again = await run('ingest', `s3://${bucket}/cur/report/20231101-20231201/report-Manifest.json`);
    expect(good(again).stdout).toContain('nothing changed');
  });

  it('keeps the exports of two payers apart, in one lake', async () => {
    const { run } = await lakeOn();
    const bucket = await freshBucket(emulator);
    for (const [payer, cost] of [
      ['one', '1'],
      ['two', '20'],
    ] as const) {
      const of = (key: string): string =>
        key.replace('x/org-focus', `x/${payer}`).replace('org-focus', payer);
      const text = costing(cost).replaceAll(
        '012345678901',
        payer === 'one' ? '012345678901' : '109876543210',
      );
      await upload(
        bucket,
        of(DATA),
        text.replaceAll('210987654321', payer === 'one' ? '210987654321' : '333333333333'),
      );
      const said = {
        exportName: payer,
        executionTime: '2026-11-18T01:00:00Z',
        dataFiles: [`s3://${bucket}/${of(DATA)}`],
      };
      await upload(bucket, of(MANIFEST), JSON.stringify(said));
    }
    good(await run('ingest', `s3://${bucket}/x`));
    expect(await totalOf(run)).toEqual([{ total: '21.000000000000000' }]);
    expect(good(await run('status')).stdout).toMatch(/one [\s\S]*two /);
  });
});

it('is served with its rollup near by and its lines by range, and the next version as it comes', async () => {
  const { run, proxy, own, bucket } = await lakeOn();
  good(await run('ingest', `s3://${exports}/aws`, '--accounts', 'accounts.csv'));
  const earlier = new Set(proxy.seen);
  const serving = { now: NOW, outbox: join(own.folder, 'outbox'), env: environment(proxy.url) };
  const server = await realServer(`s3://${bucket}/finops`, serving);
  onTestFinished(() => server.end());
  const ask = async (path: string): Promise<unknown> => {
    const answer = await fetch(`${server.base}/api/v1/${path}`);
    expect(answer.status, path).toBe(200);
    return answer.json();
  };
  const rollups = () => sentTo(proxy, 'GET', '/daily-costs/').filter((seen) => !earlier.has(seen));
  await ask('overview');
  const wholes = rollups();
  expect(wholes.length).toBeGreaterThan(0);
  expect(wholes.filter(({ headers }) => headers.range !== undefined)).toEqual([]);
  expect(new Set(wholes.map(({ path }) => path)).size).toBe(wholes.length);
  await ask('trend');
  await ask('movers');
  expect(rollups()).toHaveLength(wholes.length);

  const before = sentTo(proxy, 'GET', '/cost-lines/').length;
  expect(await ask('lines?from=2026-11-10&to=2026-11-10')).toMatchObject({ count: expect.any(Number) });
  const lines = sentTo(proxy, 'GET', '/cost-lines/').slice(before);
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.filter(({ headers }) => headers.range === undefined)).toEqual([]);

  await writeFile(join(own.folder, 'accounts.csv'), 'account_id,ou_path\n210987654321,Elsewhere\n');
  good(await run('accounts', 'import', 'accounts.csv'));
  await expect.poll(() => rollups().length, { timeout: 90_000 }).toBeGreaterThan(wholes.length);
  await ask('overview');
});

describe('who we are', () => {
  it('is the role, for the store and for the engine', async () => {
    const other = '999988887777';
    const role = `arn:aws:iam::${other}:role/FinOps`;
    const { run, proxy, bucket } = await lakeOn({
      env: { AWS_ROLE_ARN: role, ASSUME_ROLE_EXTERNAL_ID: 'us-and-them' },
    });
    // The bucket is not one of that account's: who comes as the role does not find it.
    expect(await run('status')).toMatchObject({ code: 2, stderr: expect.stringContaining(bucket) });
    expect(proxy.seen.filter(({ headers }) => String(headers.authorization).includes('/sts/'))).not.toEqual(
      [],
    );
    const key = ({ headers }: Seen): string =>
      /Credential=([^/]+)/.exec(String(headers.authorization))?.[1] ?? '';
    const onS3 = proxy.seen.filter(({ path }) => path.startsWith(`/${bucket}`));
    expect(onS3.map(key)).not.toContain(KEYS.accessKeyId);
  });

  it.each<[string, Record<string, string>, string]>([
    [
      'keys that nobody gave',
      { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_EC2_METADATA_DISABLED: 'true' },
      'CREDENTIALS_MISSING',
    ],
    [
      'a role without anybody to assume it',
      {
        AWS_ACCESS_KEY_ID: '',
        AWS_SECRET_ACCESS_KEY: '',
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/FinOps',
      },
      'AssumeRole pre-flight failed: no base credentials',
    ],
    [
      'two roles',
      {
        AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/One',
        ASSUME_ROLE_ARN: 'arn:aws:iam::123456789012:role/Other',
      },
      'name two different roles',
    ],
    ['no extension', { SPENDLIGHT_DUCKDB_EXTENSIONS: '' }, 'ENGINE_EXTENSION_MISSING'],
  ])('is asked for with exit 2: %s', async (_, env, said) => {
    const { run, own } = await lakeOn({ env });
    await writeFile(join(own.folder, 'bill.csv'), focusCsv([{}]));
    expect(await run('ingest', 'bill.csv')).toMatchObject({ code: 2, stderr: expect.stringContaining(said) });
  });

  it.each<[string, Fault, string]>([
    ['denied', { kind: 'answer', status: 403, code: 'AccessDenied' }, 'STORE_DENIED'],
    ['expired', { kind: 'answer', status: 400, code: 'ExpiredToken' }, 'CREDENTIALS_EXPIRED'],
  ])('may have changed since: %s', async (_, fault, code) => {
    const { run, proxy, own } = await lakeOn();
    await writeFile(join(own.folder, 'bill.csv'), focusCsv([{}]));
    good(await run('ingest', 'bill.csv'));
    proxy.harm = () => fault;
    for (const command of [['status'], ['run'], ['query', 'SELECT 1'], ['breakdown', ...RANGE]])
      expect(await run(...command)).toMatchObject({ code: 2, stderr: expect.stringContaining(code) });
  });
});

it('is the same lake after a bad day: one call in eight fails in some way', async () => {
  const { run, proxy, own } = await lakeOn();
  const faults: readonly Fault[] = [
    { kind: 'answer', status: 503, code: 'SlowDown' },
    { kind: 'lost' },
    { kind: 'answer', status: 500, code: 'InternalError' },
    { kind: 'cut' },
    { kind: 'answer', status: 409, code: 'ConditionalRequestConflict' },
  ];
  let calls = 0;
  let harmed = 0;
  // By chance and not in turn: a turn could meet the same call again and again.
  const isHarmed = () => createHash('sha256').update(`call ${++calls}`).digest().readUInt8() < 32;
  proxy.harm = ({ headers }) => {
    if (!isHarmed()) return undefined;
    const fault = faults[harmed++ % faults.length];
    // S3 knows undecided races only where there is a condition.
    const isRace = headers['if-none-match'] !== undefined || headers['if-match'] !== undefined;
    return fault?.kind === 'answer' && fault.status === 409 && !isRace ? faults[0] : fault;
  };
  const ingested = good(await run('--json', 'ingest', `s3://${exports}/aws`, '--accounts', 'accounts.csv'));
  expect(totals(ingested)).toEqual(local.totals);
  good(await run('run'));
  good(await run('run'));
  expect(good(await run('breakdown', ...RANGE)).stdout).toBe(local.breakdown);
  expect(await readdir(join(own.folder, 'outbox'))).toHaveLength(1);
  good(await run('verify', '--deep'));
  expect(harmed).toBeGreaterThanOrEqual(200);
});

it('is the same lake after processes that were killed here and there between two calls', async () => {
  const { run, proxy, own, env } = await lakeOn();
  const args = (...command: readonly string[]) => ['--now', NOW, ...command];
  const killedAfter = async (calls: number, command: readonly string[]): Promise<Ended> => {
    let left = calls;
    let pull = (): void => undefined;
    const killed = new Promise<void>((resolve) => {
      pull = resolve;
    });
    proxy.hold = async () => {
      if (--left === 0) pull();
    };
    const ended = await own.runKilled(args(...command), { ms: 100_000, killed, env });
    proxy.hold = () => Promise.resolve();
    return ended;
  };
  const ingest = ['--json', 'ingest', `s3://${exports}/aws`, '--accounts', 'accounts.csv'];
  const kills = async (command: readonly string[], at: readonly number[]): Promise<number> => {
    let killed = 0;
    for (const calls of at) killed += (await killedAfter(calls, command)).code === null ? 1 : 0;
    return killed;
  };
  expect(await kills(ingest, [7, 23, 41, 64, 90, 120])).toBeGreaterThanOrEqual(4);
  good(await run(...ingest));
  expect(await kills(['run'], [15, 60, 130, 220])).toBeGreaterThanOrEqual(2);
  good(await run('run'));
  expect(good(await run('breakdown', ...RANGE)).stdout).toBe(local.breakdown);
  expect(await readdir(join(own.folder, 'outbox'))).toHaveLength(1);
  good(await run('verify'));
});
