// The zips as functions of the emulator, fired by its own EventBridge, S3 and SNS; the emulator runs them on a Node of Lambda's.
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { storeIn } from '../aws/support/buckets.ts';
import { event, lines } from '../support/events.ts';
import { type Cloud, cloud } from './support/cloud.ts';
import { type Estate, estate, FINOPS } from './support/estate.ts';

let at: Estate;
let aws: Cloud;
beforeAll(async () => {
  at = await estate();
  aws = cloud(at);
});
afterAll(async () => {
  aws.close();
  await at.clear();
});

/** Nobody waits for what an event starts: it shows in what it leaves behind. */
const appears = <T>(look: () => Promise<T> | T): Promise<T> =>
  vi.waitFor(look, { timeout: 90_000, interval: 250 });

/** How many versions the lake at `prefix` has. */
const versionsOf = async (prefix: string): Promise<number> =>
  (await storeIn(inject('emulator'), at.account.words.bucket, { prefix }).list('catalog/0')).length;

it('EventBridge has ingest bring the export in, and digest archive and mail it', async () => {
  await aws.install('ingest');
  await aws.onEvents('spendlight.poll', 'ingest');
  await aws.putEvent('spendlight.poll', {});
  await appears(async () => expect(await versionsOf('lake')).toBeGreaterThan(0));

  // It may still be at later deliveries. Whoever calls it now waits for them.
  expect(await aws.invoke('ingest', {})).toMatchObject({ status: 'fine', waiting: [] });

  await aws.install('digest');
  await aws.onEvents('spendlight.daily', 'digest');
  await aws.putEvent('spendlight.daily', {});
  await appears(async () => expect(await at.mails(FINOPS)).toHaveLength(1));
  await appears(async () => expect((await at.partitions('ou_breakdown')).length).toBeGreaterThan(10));
});

it('an answer comes back to whoever calls the function himself', async () => {
  await aws.install('gap-check');
  expect(await aws.invoke('gap-check', { check: 'run' })).toMatchObject({ check: 'run', took_place: true });
  await expect(aws.invoke('gap-check', { check: 'nonsense' })).rejects.toThrow('cannot tell what is asked');
});

it('S3 has process take a file of cost events that lands in the inbox, and nothing else', async () => {
  const { bucket } = at.account.words;
  // Events stand for real ones and do not go into the lake of a simulated export.
  await aws.install('process', { SPENDLIGHT_LAKE: `s3://${bucket}/events-lake` });
  await aws.onObjects('inbox/events/', 'process');
  await at.account.put(bucket, 'elsewhere/b.jsonl', 'no event at all');
  await at.account.put(bucket, 'inbox/events/a b.jsonl', lines(event('e1'), event('e2')));
  await appears(async () => expect(await versionsOf('events-lake')).toBe(1));
  expect(await at.alerts()).not.toContain('elsewhere');
});

it('SNS has slack-forwarder say in the chat what the topic says', async () => {
  await aws.install('slack-forwarder');
  await aws.onAlerts('slack-forwarder');
  await at.account.put(at.account.words.bucket, 'inbox/events/broken.jsonl', '{"event_id":\n');
  await appears(() => expect(at.slack.join('\n')).toContain('broken.jsonl'));
});
