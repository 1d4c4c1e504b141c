// The packed functions under AWS's own runtime client, each in a clean process, against an emulated account.
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { event, lines } from '../support/events.ts';
import { type Estate, EXECUTIVES, estate, FINOPS } from './support/estate.ts';
import { coldStarts, type Measured } from './support/measured.ts';
import type { FunctionName } from './support/packages.ts';
import { InitFailed, type Outcome, type Running, started } from './support/runtime-api.ts';

const unpacked = inject('unpacked');
const runtime = inject('runtime');

/** What a function answered. @throws Error with what it said and printed where it failed */
function answerOf(outcome: Outcome, running: Running): Record<string, unknown> {
  if ('error' in outcome) throw new Error(`${JSON.stringify(outcome.error)}\n${running.printed()}`);
  return outcome.answer as Record<string, unknown>;
}

const measured: Measured[] = [];
afterAll(() => void process.stdout.write(`${coldStarts(measured)}\n`));

describe.each(['22', '24'])('on Node %s', (node) => {
  let at: Estate;
  beforeAll(async () => {
    at = await estate();
  });
  afterAll(() => at.clear());

  const start = (name: FunctionName, env: Readonly<Record<string, string>> = {}): Promise<Running> =>
    started({
      ...{ folder: join(unpacked, name), runtime, node, name: at.nameOf(name) },
      env: { ...at.environmentOf(name), ...env },
    });
  /** One event, one process. */
  async function invoke(
    name: FunctionName,
    given: unknown,
    env: Readonly<Record<string, string>> = {},
  ): Promise<Record<string, unknown>> {
    const running = await start(name, env);
    try {
      const answer = answerOf(await running.invoke(given), running);
      measured.push({ name, node, ...running.start, peakMb: await running.peakMb() });
      return answer;
    } finally {
      await running.stop();
    }
  }

  it('gap-check tells the topic that nothing ever ran', async () => {
    expect(await invoke('gap-check', { check: 'run' })).toMatchObject({
      status: 'not fine',
      took_place: false,
    });
    expect(await at.alerts()).toContain('LAKE_EMPTY');
  });

  it('ingest brings a CUR 2.0 export in by its manifests, once', async () => {
    const running = await start('ingest');
    const first = answerOf(await running.invoke({}), running);
    expect(first).toMatchObject({ status: 'fine', waiting: [], nothing_at: [] });
    expect((first.loaded as readonly unknown[]).length).toBeGreaterThan(0);
    measured.push({ name: 'ingest', node, ...running.start, peakMb: await running.peakMb() });
    // The same process once more, as Lambda keeps it: nothing of the first invocation is in its way.
    const second = answerOf(await running.invoke({}), running);
    expect(second).toMatchObject({ status: 'fine', loaded: [], lake_version: first.lake_version });
    await running.stop();
  });

  it('digest archives, registers and mails what became complete, and mails once', async () => {
    const answer = await invoke('digest', {});
    expect(answer).toMatchObject({ status: 'fine', mail: 'sent', already_mailed: false });
    const { date, csv, archived } = answer as { date: string; csv: string; archived: readonly string[] };
    expect(archived).toContain(date);
    const { bucket } = at.account.words;
    const text = await at.object(csv.replace(`s3://${bucket}/`, ''));
    expect(text.split('\n')[0]).toBe('BillingDate,OU,Service,LinkedAccount,DailyCost');
    expect(text).toContain(`\n${date},`);
    const [year, month, day] = date.split('-').map(Number);
    expect(await at.partitions('ou_breakdown')).toContain(`${year}/${month}/${day}`);
    const mails = await at.mails(FINOPS);
    expect(mails).toHaveLength(1);
    expect(mails[0]?.BodyText).toContain(date);

    expect(await invoke('digest', {})).toMatchObject({ status: 'fine', already_mailed: true });
    expect(await at.mails(FINOPS)).toHaveLength(1);
    // Their page is a PDF with fonts of its own, which the package has to bring.
    expect(await at.mails(EXECUTIVES)).toHaveLength(1);
  });

  it('process takes a file of cost events that a notification of S3 names', async () => {
    const { bucket } = at.account.words;
    const now = new Date();
    const fields = {
      event_time: now.toISOString(),
      usage_start: hourOf(now, -2),
      usage_end: hourOf(now, -1),
    };
    await at.account.put(bucket, 'inbox/events/a b.jsonl', lines(event('e1', fields), event('e2', fields)));
    const record = {
      eventSource: 'aws:s3',
      s3: { bucket: { name: bucket }, object: { key: 'inbox/events/a+b.jsonl' } },
    };
    // The export is a simulated one, and the events stand for real ones: they do not go into one lake.
    const ownLake = { SPENDLIGHT_LAKE: `s3://${bucket}/events-lake` };
    const answer = await invoke('process', { Records: [record] }, ownLake);
    const file = `s3://${bucket}/inbox/events/a b.jsonl`;
    expect(answer).toMatchObject({ status: 'fine', records: [{ file, outcome: 'loaded', events: 2 }] });
  });

  it('gap-check finds that the run took place, and no gap', async () => {
    expect(await invoke('gap-check', { check: 'run' })).toMatchObject({ took_place: true });
    expect(await invoke('gap-check', { check: 'gaps' })).toMatchObject({ check: 'gaps' });
  });

  it('slack-forwarder posts to the webhook whose address its parameter holds', async () => {
    const Sns = { Subject: 'Spendlight: RUN_MISSING', Message: 'The run did not take place' };
    expect(await invoke('slack-forwarder', { Records: [{ Sns }] })).toEqual({ status: 'fine', forwarded: 1 });
    expect(at.slack).toHaveLength(1);
    expect(at.slack[0]).toContain('The run did not take place');
  });

  it('tells Lambda what an event lacks, and lives on', async () => {
    const running = await start('gap-check');
    const refused = await running.invoke({ check: 'nonsense' });
    expect(refused).toMatchObject({
      error: { errorMessage: expect.stringContaining('"check" is "run" or "gaps"') },
    });
    expect(refused).toMatchObject({ error: { errorType: 'UserError' } });
    expect(answerOf(await running.invoke({ check: 'run' }), running)).toMatchObject({ check: 'run' });
    await running.stop();
  });

  it('tells Lambda where it cannot even be loaded', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'spendlight-broken-'));
    await cp(join(unpacked, 'slack-forwarder'), folder, { recursive: true });
    await writeFile(join(folder, 'index.mjs'), `import './chunks/not-there.mjs';\n`);
    const broken = started({ folder, runtime, node, name: 'broken', env: {} });
    await expect(broken).rejects.toBeInstanceOf(InitFailed);
    await expect(broken).rejects.toMatchObject({
      reported: { errorMessage: expect.stringContaining('not-there.mjs') },
    });
    await rm(folder, { recursive: true });
  });
});

/** The full hour `hours` from `now`. */
const hourOf = (now: Date, hours: number): string =>
  new Date(Math.floor(now.getTime() / 3_600_000 + hours) * 3_600_000).toISOString().replace('.000Z', 'Z');
