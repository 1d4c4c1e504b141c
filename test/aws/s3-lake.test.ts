// The program as a person runs it, with the lake and the export on S3: the same figures, to the last digit, as on a disk.
import { randomUUID } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetPartitionsCommand, GlueClient } from '@aws-sdk/client-glue';
import PostalMime from 'postal-mime';
import { beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { realServer } from '../support/real-server.ts';
import { account } from './support/account.ts';
import { alertQueue } from './support/alert-queue.ts';
import { BENCH, storeIn } from './support/buckets.ts';
import { environment, filesBelow, good, NOW, sentTo } from './support/lake-desk.ts';
import { RANGE, type TwoMonths, totalsOf, twoMonths } from './support/two-months.ts';

const emulator = inject('emulator');
const BENCH_AT = { endpoint: emulator, region: 'us-east-1', maxAttempts: 1, credentials: BENCH };

let month: TwoMonths;
beforeAll(async () => {
  month = await twoMonths();
  return () => month.at.clear();
});

describe('from an export on S3 to a mail', () => {
  it('shows what a lake on a disk shows, to the last digit', async () => {
    const { proxy, run, store, own } = await month.emptyLake();
    const ingested = good(
      await run('--json', 'ingest', `s3://${month.exports}/aws`, '--accounts', 'accounts.csv'),
    );
    expect(totalsOf(ingested)).toEqual(month.totals);
    good(await run('run'));
    expect(good(await run('breakdown', ...RANGE)).stdout).toBe(month.breakdown);

    const archived = (await store.list('ou-breakdowns-csv/')).map(({ key }) => key);
    expect(archived).toEqual(
      (await filesBelow(join(month.at.folder, 'lake', 'ou-breakdowns-csv'))).map(
        (file) => `ou-breakdowns-csv/${file}`,
      ),
    );
    for (const key of archived)
      expect(Buffer.from((await store.get(key)) ?? []).toString()).toBe(
        await readFile(join(month.at.folder, 'lake', key), 'utf8'),
      );
    const [mine, theirs] = await Promise.all(
      [own, month.at].map(async ({ folder }) => {
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
      good(await month.onDisk('--json', 'query', sums)).stdout,
    );
    expect(good(await run('status')).stdout).toContain(store.location);

    // The delivery's files went from bucket to bucket without this machine.
    const taken = sentTo(proxy, 'PUT', '/finops/raw/').filter(({ path }) => path.includes('.parquet'));
    expect(taken.length).toBeGreaterThan(0);
    for (const { headers } of taken) {
      expect(headers['x-amz-copy-source']).toContain(month.exports);
      expect(headers['x-amz-copy-source-if-match']).toMatch(/\w/);
    }
  });

  it('fetches no file of a delivery that it has already, and takes the next one', async () => {
    const { proxy, run } = await month.emptyLake();
    good(await run('--json', 'ingest', `s3://${month.exports}/aws`, '--accounts', 'accounts.csv'));
    const fetched = (): number => sentTo(proxy, 'GET', `/${month.exports}/aws/org-cur2/data/`).length;
    const before = fetched();
    expect(before).toBeGreaterThan(0);
    const again = good(await run('ingest', `s3://${month.exports}/aws`));
    expect(again.stdout).toContain('nothing changed');
    expect(fetched()).toBe(before);
  });
});

it('goes from a CUR 2.0 export on S3 to a day that is archived, registered and mailed; what fails is told by SNS', async () => {
  const { words, lake, close } = await account(emulator);
  onTestFinished(close);
  const topic = `arn:aws:sns:us-east-1:123456789012:${words.topic}`;
  const alerts = await alertQueue(emulator, topic);
  const recipient = `${randomUUID()}@example.com`;
  const { run, proxy } = await month.emptyLake({
    env: {
      SPENDLIGHT_LAKE: lake,
      GLUE_DATABASE: words.database,
      SES_ENABLED: 'true',
      SES_SENDER_EMAIL: words.sender,
      DIGEST_RECIPIENTS_FINOPS: recipient,
      ALERT_TOPIC_ARN: topic,
    },
  });
  const store = storeIn(emulator, words.bucket, { prefix: words.prefix });

  // The export comes in by its manifests.
  const ingested = await run('--json', 'ingest', `s3://${month.exports}/aws`, '--accounts', 'accounts.csv');
  expect(totalsOf(good(ingested))).toEqual(month.totals);

  // SES refuses the digest: the run ends with exit 1, and those who subscribed to the topic hear of it.
  proxy.harm = ({ path }) =>
    path.startsWith('/v2/email/outbound')
      ? { kind: 'answer', status: 400, code: 'MessageRejected', message: 'Email address is not verified.' }
      : undefined;
  expect(await run('run')).toMatchObject({ code: 1, stdout: expect.stringContaining('MAIL_NOT_SENT') });
  expect(await alerts()).toContain('MAIL_NOT_SENT');

  // Once it takes mail again, what was not sent is sent, and nobody is alarmed.
  proxy.harm = () => undefined;
  good(await run('run', '--resend'));
  good(await run('run'));
  expect(await alerts()).not.toContain('MAIL_NOT_SENT');

  // Archived: CSV and Parquet of every complete day, the CSV byte by byte that of a lake on a disk.
  const days = await filesBelow(join(month.at.folder, 'lake', 'ou-breakdowns-csv'));
  expect(days.length).toBeGreaterThan(50);
  for (const [folder, name] of [
    ['ou-breakdowns-csv', 'ou_breakdown.csv'],
    ['ou-breakdowns', 'ou_breakdown.parquet'],
  ] as const)
    expect((await store.list(`${folder}/`)).map(({ key }) => key)).toEqual(
      days.map((file) => `${folder}/${file.replace(/[^/]+$/, name)}`),
    );
  for (const file of days)
    expect(Buffer.from((await store.get(`ou-breakdowns-csv/${file}`)) ?? []).toString()).toBe(
      await readFile(join(month.at.folder, 'lake', 'ou-breakdowns-csv', file), 'utf8'),
    );

  // Registered: Athena finds each archived day by its year, month and day.
  const partitions = await partitionsOf(words.database, 'ou_breakdown');
  expect(partitions).toEqual(
    days.map((file) => {
      const [, year, month_, day] = /year=(\d+)\/month=(\d+)\/day=(\d+)/.exec(file) ?? [];
      return [
        [year, month_, day].map(Number).join('-'),
        `${lake}/ou-breakdowns/${file.replace(/[^/]+$/, '')}`,
      ];
    }),
  );

  // Mailed: one digest, read back from the emulator, with the CSV that was archived.
  const [mine, ...others] = await mailsTo(recipient);
  expect(others).toEqual([]);
  const raw = sentTo(proxy, 'POST', '/v2/email/outbound-emails').at(-1)?.body.toString() ?? '';
  const mail = await PostalMime.parse(Buffer.from(JSON.parse(raw).Content.Raw.Data, 'base64'));
  expect(mine?.Subject).toBe(mail.subject);
  const csv = mail.attachments.find(({ filename }) => filename?.endsWith('.csv'));
  const newest = `ou-breakdowns-csv/${days.at(-1)}`;
  expect(Buffer.from(csv?.content as ArrayBuffer)).toEqual(Buffer.from((await store.get(newest)) ?? []));
  good(await run('verify'));
});

/** The partitions of a table: values and folder, in the order of the folders. */
async function partitionsOf(DatabaseName: string, TableName: string): Promise<[string, string][]> {
  const client = new GlueClient(BENCH_AT);
  const { Partitions = [] } = await client.send(new GetPartitionsCommand({ DatabaseName, TableName }));
  client.destroy();
  return Partitions.map(({ Values = [], StorageDescriptor }): [string, string] => [
    Values.map(Number).join('-'),
    StorageDescriptor?.Location ?? '',
  ]).sort(([, a], [, b]) => (a < b ? -1 : 1));
}

/** What the emulator has mailed to somebody. */
async function mailsTo(recipient: string): Promise<readonly { readonly Subject: string }[]> {
  const answer = await fetch(`${emulator}/_ministack/ses/messages`);
  const { messages } = (await answer.json()) as {
    messages: Record<string, { To: string[]; Subject: string }[]>;
  };
  return Object.values(messages)
    .flat()
    .filter(({ To }) => To.includes(recipient));
}

it('is served as a lake on a disk, its rollup near by and its lines by range, and the next version as it comes', async () => {
  const { run, proxy, own, bucket } = await month.emptyLake();
  good(await run('ingest', `s3://${month.exports}/aws`, '--accounts', 'accounts.csv'));
  good(await run('run'));
  const earlier = new Set(proxy.seen);
  const serving = { now: NOW, outbox: join(own.folder, 'outbox'), env: environment(proxy.url) };
  const [server, ofDisk] = await Promise.all([
    realServer(`s3://${bucket}/finops`, serving),
    realServer(join(month.at.folder, 'lake'), { now: NOW, outbox: join(month.at.folder, 'outbox') }),
  ]);
  onTestFinished(async () => void (await Promise.all([server.end(), ofDisk.end()])));
  const asked = async (base: string, path: string): Promise<unknown> => {
    const answer = await fetch(`${base}/api/v1/${path}`);
    expect(answer.status, path).toBe(200);
    return answer.json();
  };
  const ask = (path: string): Promise<unknown> => asked(server.base, path);
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

  for (const page of ['trend', 'movers', 'shares', 'lines?from=2026-11-10&to=2026-11-10'])
    expect(await ask(page), page).toEqual(await asked(ofDisk.base, page));

  await writeFile(join(own.folder, 'accounts.csv'), 'account_id,ou_path\n210987654321,Elsewhere\n');
  good(await run('accounts', 'import', 'accounts.csv'));
  await expect.poll(() => rollups().length, { timeout: 90_000 }).toBeGreaterThan(wholes.length);
  await ask('overview');
});
