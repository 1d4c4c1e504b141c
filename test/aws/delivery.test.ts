// What people get on AWS, from the first bill to the mail read back byte for byte: the dashboard refreshed, or its failure told.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { focusCsv } from '../support/deliveries.ts';
import { ACCOUNT, DATA_SET, type FakeQuickSight, fakeQuickSight } from './support/fake-quicksight.ts';
import { environmentOf } from './support/identities.ts';
import { good, type LakeDesk, lakeDesk, NOW } from './support/lake-desk.ts';
import { type Mailbox, mailbox } from './support/mailbox.ts';
import { type Recorder, recorder } from './support/recorder.ts';

const FINOPS = ['anna@example.com', 'bob@example.com'];
const CSV = 'ou-breakdowns-csv/year=2026/month=05/day=04/ou_breakdown.csv';

// One lake, which goes on from test to test: a process for each command takes its time.
let at: LakeDesk;
let spice: FakeQuickSight;
let post: Mailbox;
let recording: Recorder;
beforeAll(async () => {
  [spice, post] = await Promise.all([fakeQuickSight(() => Date.parse(NOW)), mailbox()]);
  recording = await recorder(spice.url, inject('calls'));
  await post.verify('finops-sender@example.com');
  at = await lakeDesk({
    env: {
      ...environmentOf('digest'),
      AWS_ENDPOINT_URL_QUICKSIGHT: recording.url,
      AWS_ENDPOINT_URL_SESV2: post.url,
      QUICKSIGHT_DATASET_ID: DATA_SET,
      SES_ENABLED: 'true',
      SES_SENDER_EMAIL: 'finops-sender@example.com',
      DIGEST_RECIPIENTS_FINOPS: FINOPS.join(','),
    },
  });
  await writeFile(join(at.own.folder, 'bill.csv'), focusCsv([{}]));
  good(await at.run('ingest', 'bill.csv'));
});
afterAll(async () => {
  await at.clear();
  await recording.close();
  await spice.close();
  post.close();
});

const flat = (text = ''): string => text.replaceAll(/\s+/g, ' ');

it('mails the digest although the dashboard cannot be refreshed, and tells it there', async () => {
  spice.course = {
    looks: ['RUNNING', 'FAILED'],
    error: { Type: 'PERMISSION_DENIED', Message: 'Access denied by S3' },
  };
  const ended = await at.run('--json', 'run');
  expect(ended.code, ended.stderr).toBe(1);
  const { problems, steps } = JSON.parse(ended.stdout);
  expect(problems).toMatchObject([{ code: 'DASHBOARD_NOT_REFRESHED' }]);
  expect(steps).toContainEqual(expect.objectContaining({ name: 'spice', state: 'failed' }));
  expect(steps).toContainEqual(expect.objectContaining({ name: 'digest', state: 'done' }));

  const [sent, ...more] = await post.mails();
  expect(more).toEqual([]);
  expect([...(sent?.to ?? [])].sort()).toEqual(FINOPS);
  const mail = sent?.mail;
  expect(mail?.from).toMatchObject({ address: 'finops-sender@example.com' });
  expect(mail?.to?.map(({ address }) => address)).toEqual(FINOPS);
  expect(mail?.headers.find(({ key }) => key === 'x-spendlight-digest')?.value).toBe(
    '2026-11-19/daily/finops',
  );
  const told = `The QuickSight data set ${DATA_SET} was not refreshed: its ingestion daily-20261119 failed (PERMISSION_DENIED: Access denied by S3). Let QuickSight read the bucket`;
  expect([flat(mail?.text).includes(told), flat(mail?.html).includes(told)]).toEqual([true, true]);
  const csv = mail?.attachments.find(({ filename }) => filename?.endsWith('.csv'));
  expect(csv?.filename).toBe('ou_breakdown-2026-05-04.csv');
  expect(Buffer.from(csv?.content as ArrayBuffer)).toEqual(Buffer.from((await at.store.get(CSV)) ?? []));
  expect(mail?.subject).toContain('4 May');
});

it('keeps telling it until a run has refreshed the dashboard', async () => {
  const before = await at.run('status');
  expect(before.stdout).toContain('DASHBOARD_NOT_REFRESHED');
  spice.course = { looks: ['COMPLETED'], rows: 1 };
  good(await at.run('run'));
  expect(spice.asked.filter((asked) => asked.startsWith('PUT'))).toEqual([
    'PUT daily-20261119',
    'PUT daily-20261119',
    'PUT daily-20261119-2',
  ]);
  expect((await at.run('status')).stdout).not.toContain('DASHBOARD');
  expect(await post.mails()).toHaveLength(1);
});

it('makes a day again, with an ingestion and a mail of its own', async () => {
  const done = good(await at.run('--json', 'backfill', '--date', '2026-05-04'));
  expect(JSON.parse(done.stdout)).toMatchObject({
    status: 'fine',
    date: '2026-05-04',
    ingestion: 'backfill-20260504',
    message_id: expect.stringContaining('@example.com>'),
  });
  const [, again] = await post.mails();
  expect(again?.mail.subject).toMatch(/^Rerun of/);
  expect(again?.mail.headers.find(({ key }) => key === 'x-spendlight-digest')?.value).toBe(
    '2026-11-19/rerun-of-2026-05-04/finops',
  );
});

it('has asked QuickSight for nothing that its model does not have, in the account of the caller', () => {
  expect(spice.misfits).toEqual([]);
  expect(ACCOUNT).toBe('123456789012');
});
