// What the functions on AWS do with events: their own handlers, each in a process and with keys of its own, on a lake on S3.
import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { DeletePartitionCommand, GlueClient } from '@aws-sdk/client-glue';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { addDays, type BillingDate, dayOf } from '../../src/core/calendar/billing-date.ts';
import { ouBreakdownCsvKey } from '../../src/lake/keys.ts';
import { recentRuns } from '../../src/lake/runs.ts';
import type { ObjectStore } from '../../src/ports/object-store.ts';
import { focusCsv } from '../support/deliveries.ts';
import { writeSimulatedExport } from '../support/simulated-export.ts';
import { type Account, account } from './support/account.ts';
import { alertQueue } from './support/alert-queue.ts';
import { BENCH, storeIn } from './support/buckets.ts';
import { ACCOUNT, REGION } from './support/calls.ts';
import { type FaultProxy, faultProxy } from './support/fault-proxy.ts';
import { type FunctionName, type Functions, functions } from './support/function.ts';
import { environmentOf } from './support/identities.ts';
import { uploadFolder } from './support/lake-desk.ts';

type Answer = Readonly<Record<string, unknown>>;

let handlers: Functions;
beforeAll(async () => {
  handlers = await functions();
});
afterAll(() => handlers.clear());

/** Functions in an account of their own. Calls of functions to functions are answered here, and kept. */
class Stage {
  readonly account: Account;
  readonly store: ObjectStore;
  readonly alerts: () => Promise<string>;
  readonly proxy: FaultProxy;

  constructor(of: Account, alerts: () => Promise<string>, proxy: FaultProxy) {
    this.account = of;
    this.alerts = alerts;
    this.proxy = proxy;
    const { bucket, prefix } = of.words;
    this.store = storeIn(inject('emulator'), bucket, { prefix });
    proxy.harm = ({ path }) => (path.includes('/invocations') ? { kind: 'json', value: {} } : undefined);
  }

  async invoke(
    name: FunctionName,
    event: object,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const { words, lake } = this.account;
    return (await handlers.invoke(name, event, {
      ...environmentOf(name),
      AWS_ENDPOINT_URL: this.proxy.url,
      SPENDLIGHT_DUCKDB_EXTENSIONS: inject('extensions'),
      SPENDLIGHT_LAKE: lake,
      ARCHIVE_BUCKET: words.bucket,
      EXPORT_LOCATIONS: `s3://${words.export_bucket}/aws`,
      SINGLE_ACCOUNT_MODE: 'true',
      GLUE_DATABASE: words.database,
      SES_ENABLED: 'true',
      SES_SENDER_EMAIL: words.sender,
      DIGEST_RECIPIENTS_FINOPS: 'finops@example.com',
      ALERT_TOPIC_ARN: `arn:aws:sns:${REGION}:${ACCOUNT}:${words.topic}`,
      DIGEST_FUNCTION: words.digest_function ?? '',
      ...more,
    })) as Answer;
  }

  /** Functions that were started, with their events. */
  started(): readonly { readonly name: string; readonly event: Answer }[] {
    return this.proxy.seen
      .filter(({ path }) => path.includes('/invocations'))
      .map(({ path, body }) => ({ name: path.split('/')[3] ?? '', event: JSON.parse(body.toString()) }));
  }

  /** Subjects of the mails that went out, as the emulator took them. */
  async mails(): Promise<readonly string[]> {
    const answer = await fetch(`${inject('emulator')}/_ministack/ses/messages`);
    const { messages } = (await answer.json()) as { messages: Record<string, Mail[]> };
    const ours = Object.values(messages)
      .flat()
      .filter(({ Source }) => Source.includes(this.account.words.sender));
    return ours.map(({ Subject }) => Subject);
  }
}

interface Mail {
  readonly Subject: string;
  readonly Source: string;
}

async function stage(): Promise<Stage> {
  const emulator = inject('emulator');
  const of = await account(emulator);
  const alerts = await alertQueue(emulator, `arn:aws:sns:${REGION}:${ACCOUNT}:${of.words.topic}`);
  return new Stage(of, alerts, await faultProxy(emulator));
}

async function staged(): Promise<Stage> {
  const on = await stage();
  onTestFinished(async () => {
    on.account.close();
    await on.proxy.close();
  });
  return on;
}

const TODAY = dayOf(Date.now());
const scheduled = (day: BillingDate) => ({
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  time: `${day}T07:00:00Z`,
  detail: {},
});

describe('an export of two months', () => {
  let on: Stage;
  let headline: BillingDate;
  beforeAll(async () => {
    on = await stage();
    const folder = await mkdtemp(join(tmpdir(), 'spendlight-handlers-'));
    await writeSimulatedExport(folder, {
      days: 40,
      accounts: 3,
      linesPerDay: 20,
      now: new Date().toISOString(),
      table: 'cur2',
    });
    await uploadFolder(join(folder, 'export'), on.account.words.export_bucket, 'aws');
  });
  afterAll(async () => {
    on.account.close();
    await on.proxy.close();
  });

  it('is polled by as many processes as it takes: nothing where nothing is, what is new, and what is known', async () => {
    const { bucket, export_bucket: exports } = on.account.words;
    const locations = { EXPORT_LOCATIONS: `s3://${bucket}/data-exports/,s3://${exports}/aws` };
    // Time enough for one delivery; the next process finds it known, and brings in the others.
    const event = scheduled(TODAY);
    const begun = await on.invoke('ingest', event, { ...locations, ASKED_IN_TIME: '4' });
    expect(begun).toMatchObject({ status: 'continued', times: 1 });
    const [next] = on.started();
    expect(next).toMatchObject({ name: 'finops-ingest', event });
    const first = await on.invoke('ingest', next?.event ?? {}, locations);
    expect(first).toMatchObject({
      ...{ status: 'fine', unchanged: 1, accounts: null },
      nothing_at: [`s3://${bucket}/data-exports/`],
    });
    const loaded = first.loaded as readonly { readonly lines: number }[];
    expect(loaded.length).toBeGreaterThan(0);
    for (const { lines } of loaded) expect(lines).toBeGreaterThan(0);
    // Whose newest delivery is still being written is asked again the next time.
    await on.account.put(
      exports,
      'half/metadata/BILLING_PERIOD=2026-10/half-Manifest.json',
      halfWritten(exports),
    );
    const again = await on.invoke(
      'ingest',
      {},
      { EXPORT_LOCATIONS: `s3://${exports}/aws,s3://${exports}/half` },
    );
    expect(again).toMatchObject({ status: 'fine', loaded: [], unchanged: loaded.length + 1 });
    expect(again.waiting).toMatchObject([{ code: 'DELIVERY_NOT_READY' }]);
    expect(await on.alerts()).not.toContain('<Message>');
  });

  it('becomes the digest of a day, mailed once however often the schedule fires', async () => {
    const event = scheduled(TODAY);
    const first = await on.invoke('digest', event);
    expect(first).toMatchObject({ status: 'fine', run_date: TODAY, mail: 'sent', already_mailed: false });
    expect(first.message_id).toMatch(/^<.+@.+>$/);
    headline = first.date as BillingDate;
    expect(first.csv).toBe(on.store.uri(ouBreakdownCsvKey(headline)));
    expect(await on.store.get(ouBreakdownCsvKey(headline))).toBeDefined();
    const again = await on.invoke('digest', event);
    expect(again).toMatchObject({
      mail: 'sent',
      already_mailed: true,
      message_id: first.message_id,
      archived: [],
    });
    expect(await on.mails()).toHaveLength(1);
  });

  it('is made again for a day, mailed once for an event and its retries', async () => {
    const event = { rerun_date: addDays(headline, -3) };
    const answer = await on.invoke('digest', event);
    expect(answer).toMatchObject({
      status: 'fine',
      date: event.rerun_date,
      mail: 'sent',
      already_mailed: false,
    });
    for (const name of ['status', 'date', 'csv', 'parquet', 'partition', 'ingestion', 'message_id'])
      expect(answer).toHaveProperty(name);
    const [year, month, date] = partitionOf(event.rerun_date);
    expect(answer.partition).toBe(`year=${year}/month=${month}/day=${date}`);
    expect(answer.notes).toMatchObject({ ingestion: 'QUICKSIGHT_DATASET_ID names no data set.' });
    expect(await on.invoke('digest', event)).toMatchObject({ mail: 'sent', already_mailed: true });
    expect((await on.mails()).filter((subject) => subject.includes('Rerun of'))).toHaveLength(1);
  });

  it('is gone through by several processes where one has too little time, in one run', async () => {
    const event = { from: addDays(headline, -35), to: headline };
    const before = on.started().length;
    const first = await on.invoke('digest', event, { ASKED_IN_TIME: '6' });
    expect(first).toMatchObject({ status: 'continued', times: 1 });
    const [next, ...others] = on.started().slice(before);
    expect(others).toEqual([]);
    expect(next).toMatchObject({
      name: on.account.words.digest_function,
      event: { ...event, spendlight_continued: { times: 1 } },
    });
    const last = await on.invoke('digest', next?.event ?? {});
    expect(last).toMatchObject({ status: 'fine', continued: true, run: first.run });
    expect(last.days).toHaveLength(36);
    const runs = (await recentRuns(on.store, 20)).filter(
      ({ about }) => 'from' in about && about.from === event.from,
    );
    expect(runs).toMatchObject([{ run: first.run, outcome: 'fine', continuedBy: [expect.anything()] }]);
  });

  it('gives up what is handed on for ever, and says so', async () => {
    const event = { run_date: addDays(TODAY, -1), spendlight_continued: { run: 'r-first', times: 12 } };
    const before = on.started().length;
    await expect(on.invoke('digest', event, { ASKED_IN_TIME: '3' })).rejects.toThrow(/continued 12 times/);
    expect(on.started()).toHaveLength(before);
    expect(await allOf(on.alerts)).toContain('RUN_TOO_LONG');
  });

  it('is asked whether anything is missing, and has the archive of a day made again', async () => {
    expect(await on.invoke('gap-check', { check: 'run' })).toMatchObject({ took_place: true });
    await on.store.discard(ouBreakdownCsvKey(addDays(headline, -5)));
    await unregistered(on, addDays(headline, -2));
    const before = on.started().length;
    const answer = await on.invoke('gap-check', { check: 'gaps' });
    const day = addDays(headline, -5);
    expect(answer.gaps).toContainEqual(expect.objectContaining({ kind: 'no archive', from: day, to: day }));
    const lost = addDays(headline, -2);
    expect(answer.gaps).toContainEqual(
      expect.objectContaining({ kind: 'no partition', from: lost, to: lost }),
    );
    expect(answer.reprocessed).toContainEqual({ from: day, to: day });
    expect(answer.reprocessed).toContainEqual({ run_date: TODAY });
    const asked = on.started().slice(before);
    expect(asked).toContainEqual({ name: on.account.words.digest_function, event: { from: day, to: day } });
    expect(await allOf(on.alerts)).toContain('GAPS_FOUND');
    await on.invoke('digest', { from: day, to: day });
    expect(await on.store.get(ouBreakdownCsvKey(day))).toBeDefined();
  });

  it('refuses what is no event of the function, and tells nobody', async () => {
    await expect(on.invoke('digest', { rerun_dat: headline })).rejects.toThrow(/rerun_dat/);
    expect(await on.alerts()).not.toContain('<Message>');
  });
});

it('tells once, by mail and on the topic, that there is no lake yet', async () => {
  const on = await staged();
  await expect(on.invoke('digest', scheduled(TODAY))).rejects.toThrow(/no lake/i);
  expect((await allOf(on.alerts)).match(/<Message>/g)).toHaveLength(1);
  expect(await on.mails()).toHaveLength(1);
});

it('leaves lines with the request id, and metrics, in its log', async () => {
  const on = await staged();
  const printed = await on.invoke('gap-check', { check: 'x' }).then(String, String);
  const lines = printed.split('\n').filter((line) => line.startsWith('{'));
  // Errors go another way than the rest, so their order is anybody's guess.
  const said = (part: string) => JSON.parse(lines.find((line) => line.includes(part)) ?? '{}');
  const [invoked, failed, metrics] = ['function.invoked', 'function.failed', '_aws'].map(said);
  const { function_request_id: request } = invoked;
  expect(invoked).toMatchObject({ message: 'function.invoked', function: 'gap-check' });
  expect(request).toMatch(/^[0-9a-f-]{36}$/);
  expect(failed).toMatchObject({
    event: 'function.failed',
    code: 'EVENT_INVALID',
    run: `r-${request.slice(0, 8)}`,
  });
  expect(metrics).toMatchObject({
    ...{ RunsFailed: 1, function: 'gap-check' },
    _aws: { CloudWatchMetrics: [{ Namespace: 'Spendlight' }] },
  });
});

describe('cost events', () => {
  it('are simulated into the inbox, taken as they land, and counted once', async () => {
    const on = await staged();
    const simulate = { SIMULATE_EVENTS: 'true', EXPORT_LOCATIONS: '' };
    const { simulated } = await on.invoke('ingest', {}, simulate);
    const { files } = simulated as { files: readonly string[] };
    expect(files).toHaveLength(7);
    const landed = files.slice(-2);
    const inbox = storeIn(inject('emulator'), on.account.words.bucket, { prefix: 'inbox/events' });
    const bytes = await Promise.all(landed.map((file) => inbox.get(file.split('/').at(-1) ?? '')));
    const lines = bytes.map((file) => (new TextDecoder().decode(file).match(/\n/g) ?? []).length);
    const event = { Records: landed.map(recordOf) };
    expect(await on.invoke('process', event)).toMatchObject({
      records: landed.map((file, i) => ({ file, outcome: 'loaded', events: lines[i] })),
    });
    expect(await on.invoke('process', event)).toMatchObject({
      records: landed.map((file) => ({ file, outcome: 'unchanged', events: 0 })),
    });
    expect((await on.invoke('ingest', {}, simulate)).simulated).toEqual({ files: [], events: 0 });
    expect(await on.invoke('gap-check', { check: 'run' })).toMatchObject({ took_place: false });
  });

  it('that cannot be read are told and kept, and hold up no other file', async () => {
    const on = await staged();
    const { bucket } = on.account.words;
    const day = addDays(TODAY, -2);
    await on.account.put(bucket, 'inbox/events/a b+é.jsonl', `${JSON.stringify(eventOn(day))}\n`);
    await on.account.put(bucket, 'inbox/events/bad.jsonl', '{"event_id": "e2", "event_time": \n');
    const good = recordOf(`s3://${bucket}/inbox/events/a b+é.jsonl`);
    const bad = recordOf(`s3://${bucket}/inbox/events/bad.jsonl`);
    const gone = recordOf(`s3://${bucket}/inbox/events/gone.jsonl`);
    await expect(on.invoke('process', { Records: [bad, gone, good] })).rejects.toThrow();
    const told = await allOf(on.alerts);
    expect(told).toContain('bad.jsonl');
    expect(told).toContain('gone.jsonl');
    expect(await on.invoke('process', { Records: [good] })).toMatchObject({
      records: [{ outcome: 'unchanged' }],
    });
    const inbox = storeIn(inject('emulator'), bucket, { prefix: 'inbox/events' });
    expect(await inbox.get('bad.jsonl')).toBeDefined();
  });

  it('are not simulated beside real costs; a run that did not take place is told', async () => {
    const on = await staged();
    const { export_bucket: exports } = on.account.words;
    await on.account.put(exports, 'aws/bill.csv', bill(addDays(TODAY, -3)));
    await expect(on.invoke('ingest', {}, { SIMULATE_EVENTS: 'true' })).rejects.toThrow(/real costs/);
    expect(await allOf(on.alerts)).toContain('SIMULATED_AND_REAL');
    await on.invoke('digest', { run_date: addDays(TODAY, -2) });
    const check = await on.invoke('gap-check', { check: 'run' });
    expect(check).toMatchObject({ took_place: false, last_run: { run_date: addDays(TODAY, -2) } });
    expect(check.troubles).toContainEqual(expect.objectContaining({ code: 'RUN_MISSING' }));
    expect(await allOf(on.alerts)).toContain('RUN_MISSING');
  });
});

it('tells an export that is refused, takes the others in, and fails until it is mended', async () => {
  const on = await staged();
  const { export_bucket: exports } = on.account.words;
  const day = addDays(TODAY, -3);
  await on.account.put(exports, 'bad/bill.csv', bill(day).replaceAll(',1,', ',1 dollar,'));
  await on.account.put(exports, 'good/bill.csv', bill(day));
  const EXPORT_LOCATIONS = `payer-a=s3://${exports}/bad/,payer-b=s3://${exports}/good/`;
  await expect(on.invoke('ingest', {}, { EXPORT_LOCATIONS })).rejects.toThrow(/bad\/bill.csv|rejected/);
  expect(await allOf(on.alerts)).toMatch(/REJECTS|AMOUNT_INVALID/);
  await on.account.put(exports, 'bad/bill.csv', bill(day).replaceAll('012345678901', '100000000017'));
  const mended = await on.invoke('ingest', {}, { EXPORT_LOCATIONS });
  expect(mended).toMatchObject({ unchanged: 1, loaded: [{ source: 'payer-a' }] });
});

describe('an alarm', () => {
  it('is forwarded to Slack, briefly, again where it was refused; its address stays secret', async () => {
    const on = await staged();
    const slack = await slackThat([500, 200]);
    const name = `/finops/${randomUUID()}`;
    const ssm = new SSMClient({ endpoint: inject('emulator'), region: REGION, credentials: BENCH });
    const set = (Value: string) =>
      ssm.send(new PutParameterCommand({ Name: name, Type: 'SecureString', Overwrite: true, Value }));
    onTestFinished(() => ssm.destroy());
    await set(slack.address);
    const Message = JSON.stringify({
      AlarmName: 'digest-errors',
      NewStateValue: 'ALARM',
      AlarmDescription: 'It failed.',
    });
    const event = {
      Records: [{ Sns: { Subject: null, Message } }, { Sns: { Subject: 'S', Message: 'plain' } }],
    };
    const settings = { SLACK_WEBHOOK_PARAMETER: name };
    expect(await on.invoke('slack-forwarder', event, settings)).toEqual({ status: 'fine', forwarded: 2 });
    expect(slack.said).toEqual([
      'ALARM digest-errors: It failed.',
      'ALARM digest-errors: It failed.',
      'plain',
    ]);
    slack.answers.push(500, 500, 500);
    const failed = await on.invoke('slack-forwarder', event, settings).then(String, String);
    expect(failed).toContain('the webhook answered 500');
    expect(failed).not.toContain('secret-path');
    expect(slack.said).toHaveLength(6);
    expect(await on.alerts()).not.toContain('<Message>'); // it would come back to the forwarder
  });
});

const partitionOf = (day: BillingDate): string[] => day.split('-').map((part) => String(Number(part)));

/** Takes a day's partition out of Glue, as somebody might by hand. */
async function unregistered({ account: { words } }: Stage, day: BillingDate): Promise<void> {
  const glue = new GlueClient({ endpoint: inject('emulator'), region: REGION, credentials: BENCH });
  const of = { DatabaseName: words.database, TableName: 'ou_breakdown' };
  await glue.send(new DeletePartitionCommand({ ...of, PartitionValues: partitionOf(day) }));
  glue.destroy();
}

/** A Slack that gives these answers, one after another, and then 200. */
async function slackThat(answers: number[]) {
  const said: string[] = [];
  const server = createServer(async (request, answer) => {
    said.push(JSON.parse((await buffer(request)).toString()).text);
    answer.writeHead(answers.shift() ?? 200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { said, answers, address: `http://127.0.0.1:${port}/secret-path` };
}

/** All messages that wait in the queue. */
async function allOf(alerts: () => Promise<string>): Promise<string> {
  let all = '';
  for (let more = await alerts(); more.includes('<Message>'); more = await alerts()) all += more;
  return all;
}

/** As S3 notifies of an object. */
function recordOf(uri: string) {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  const written = encodeURIComponent(key ?? '')
    .replaceAll('%20', '+')
    .replaceAll('%2F', '/');
  return { eventSource: 'aws:s3', s3: { bucket: { name: bucket }, object: { key: written } } };
}

const halfWritten = (bucket: string): string =>
  JSON.stringify({
    exportName: 'half',
    executionTime: '2026-10-18T01:00:00Z',
    dataFiles: [`s3://${bucket}/half/data/BILLING_PERIOD=2026-10/half-00001.csv`],
  });

const eventOn = (day: BillingDate) => ({
  event_id: 'e1',
  event_time: `${day}T01:00:00Z`,
  account_id: '012345678901',
  service: 'AmazonEC2',
  region: 'us-east-1',
  usage_type: 'BoxUsage:t3.micro',
  resource_id: 'i-1',
  usage_amount: '1',
  unblended_cost: '0.1',
  currency: 'USD',
  usage_start: `${day}T00:00:00Z`,
  usage_end: `${day}T01:00:00Z`,
  tags: {},
});

/** A real bill of some days up to `last`, all of its month. */
function bill(last: BillingDate): string {
  const month = last.slice(0, 7);
  const [year = 0, number = 1] = month.split('-').map(Number);
  const until = new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 10);
  return focusCsv(
    [0, 1, 2]
      .map((back) => addDays(last, -back))
      .filter((day) => day.startsWith(month))
      .map((day) => ({
        BillingPeriodStart: `${month}-01T00:00:00Z`,
        BillingPeriodEnd: `${until}T00:00:00Z`,
        ChargePeriodStart: `${day}T00:00:00Z`,
        ChargePeriodEnd: `${addDays(day, 1)}T00:00:00Z`,
        BilledCost: '1',
        EffectiveCost: '1',
      })),
  );
}
