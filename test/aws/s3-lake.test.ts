// The program as a person runs it, with the lake and the export on S3: the same figures, to the last digit, as on a disk.
import { randomUUID } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import PostalMime from 'postal-mime';
import { beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { focusCsv } from '../support/deliveries.ts';
import { realServer } from '../support/real-server.ts';
import { KEYS } from './support/buckets.ts';
import {
  copyFiles,
  environment,
  filesBelow,
  good,
  type LakeDesk,
  lakeOn,
  NOW,
  sentTo,
} from './support/lake-desk.ts';
import { RANGE, type TwoMonths, totalsOf, twoMonths } from './support/two-months.ts';

const emulator = inject('emulator');
const KEYS_AND_REGION = { region: 'us-east-1', maxAttempts: 1, credentials: KEYS };

let month: TwoMonths;
beforeAll(async () => {
  month = await twoMonths();
  return () => month.at.clear();
});
/** A lake on S3 with the account map of these months beside it. */
async function emptyLake(of: Parameters<typeof lakeOn>[0] = {}): Promise<LakeDesk> {
  const lake = await lakeOn(of);
  await copyFiles(month.at, lake.own, 'accounts.csv');
  return lake;
}

describe('from an export on S3 to a mail', () => {
  it('shows what a lake on a disk shows, to the last digit', async () => {
    const { proxy, run, store, own } = await emptyLake();
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
    const { proxy, run } = await emptyLake();
    good(await run('--json', 'ingest', `s3://${month.exports}/aws`, '--accounts', 'accounts.csv'));
    const fetched = (): number => sentTo(proxy, 'GET', `/${month.exports}/aws/org-cur2/data/`).length;
    const before = fetched();
    expect(before).toBeGreaterThan(0);
    const again = good(await run('ingest', `s3://${month.exports}/aws`));
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
    const { run, proxy, own, store } = await emptyLake({
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

it('is served with its rollup near by and its lines by range, and the next version as it comes', async () => {
  const { run, proxy, own, bucket } = await emptyLake();
  good(await run('ingest', `s3://${month.exports}/aws`, '--accounts', 'accounts.csv'));
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
