import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { getDocumentProxy } from 'unpdf';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stoppedClock } from '../adapters/clock/clock.ts';
import { diskStore } from '../adapters/disk/disk-store.ts';
import { openDuckDb } from '../adapters/duckdb/duckdb-engine.ts';
import { outbox } from '../adapters/mail/outbox.ts';
import { billingDate } from '../core/calendar/billing-date.ts';
import { known } from '../core/errors/invariant.ts';
import { entriesOf, readLedger } from '../lake/ledger.ts';
import { dailyRun } from './daily-run.ts';
import type { RunDoors } from './daily-run-doors.ts';
import { makeDemo } from './demo.ts';
import { snapshot } from './snapshot.ts';

const NOW = Date.parse('2026-11-19T07:04:00Z');
let folder: string;
let doors: RunDoors;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spendlight-snapshot-'));
  let ids = 0;
  const mails = outbox(join(folder, 'outbox'));
  doors = {
    engine: await openDuckDb({ threads: 2 }),
    store: diskStore(join(folder, 'lake')),
    turn: (of, _, work) => work(of),
    clock: stoppedClock(NOW),
    pause: async () => undefined,
    random: { id: () => `id-${ids++}` },
    progress: { step: () => undefined, end: () => undefined },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    settings: {
      anomalyThreshold: 0.2,
      anomalyMinImpact: '10',
      requiredTagKeys: ['Owner'],
      publicUrl: undefined,
      mail: { from: 'finops@example.com', finops: [], exec: ['boss@example.com'], failure: [] },
    },
    mailer: mails,
    outbox: mails,
    notify: undefined,
    scratch: () => mkdtemp(join(folder, 'scratch-')),
    run: 'r-1',
  };
  const settings = {
    costMetric: 'BilledCost' as const,
    reportingCurrency: undefined,
    requiredTagKeys: ['Owner'],
  };
  await makeDemo(
    { ...doors, exports: diskStore(join(folder, 'exports')), scratch: join(folder, 'made'), settings },
    { days: 40, seed: 3, accounts: 6, linesPerDay: 60, table: 'focus' },
  );
});
afterAll(async () => {
  await doors.engine.close();
  await rm(folder, { recursive: true, force: true });
});

const textOf = async (pdf: Uint8Array): Promise<string> => {
  const document = await getDocumentProxy(new Uint8Array(pdf));
  const items: readonly { readonly str?: string }[] = (await (await document.getPage(1)).getTextContent())
    .items;
  return items.map(({ str = '' }) => str).join(' ');
};

it('mails the page to the executives once per run date, with the bytes that the lake keeps', async () => {
  const request = { date: undefined, resend: false };
  const first = await dailyRun(doors, request);
  const second = await dailyRun(doors, request);
  expect([first.executive?.already, second.executive?.already]).toEqual([false, true]);
  expect(await readdir(join(folder, 'outbox'))).toEqual([
    '2026-11-19_SIMULATED-daily_exec.eml',
    '2026-11-19_SIMULATED-daily_finops.eml',
  ]);
  const mail = await PostalMime.parse(
    await readFile(join(folder, 'outbox/2026-11-19_SIMULATED-daily_exec.eml')),
  );
  expect(mail.to?.map(({ address }) => address)).toEqual(['boss@example.com']);
  expect(mail.attachments.map(({ filename, mimeType }) => [filename, mimeType])).toEqual([
    ['SIMULATED-spendlight-2026-11-17.pdf', 'application/pdf'],
  ]);
  const pdf = new Uint8Array(known(mail.attachments[0], 'the page').content as ArrayBuffer);
  const kept = await doors.store.get(`snapshots/2026-11-19/2026-11-17-v${first.lakeVersion}.pdf`);
  expect(Buffer.from(pdf).equals(Buffer.from(known(kept, 'the archived page')))).toBe(true);
  expect(mail.text).toContain('Lights by OU');
  expect(mail.text).not.toContain('Top movers');
  const sent = entriesOf(await readLedger(doors.store), 'digest').map(({ key }) => key);
  expect(sent).toEqual(['2026-11-19/SIMULATED-daily/finops', '2026-11-19/SIMULATED-daily/exec']);

  const digest = (
    await PostalMime.parse(await readFile(join(folder, 'outbox/2026-11-19_SIMULATED-daily_finops.eml')))
  ).text;
  const sentence = /November stands at ([\d,]+) USD/;
  expect(sentence.exec((await textOf(pdf)).replaceAll('\u00a0', ' '))?.[1]).toBe(
    sentence.exec(digest ?? '')?.[1],
  );
});

it('gives the archived bytes to whoever asks for the same day again, and draws an earlier day when asked', async () => {
  const [now, later] = [
    await snapshot(doors, undefined),
    await snapshot({ ...doors, clock: stoppedClock(NOW + 60_000) }, undefined),
  ];
  expect(later).toEqual(now);
  const earlier = await snapshot(doors, billingDate('2026-11-10'));
  expect(earlier).toMatchObject({ day: '2026-11-10', fileName: 'SIMULATED-spendlight-2026-11-10.pdf' });
  expect(await textOf(earlier.pdf)).toContain('Snapshot of Tue 10 Nov 2026');
});

it.each(['2026-11-18', '2026-09-30', '2027-01-01'])('refuses %s, which is no complete day', (day) =>
  expect(snapshot(doors, billingDate(day))).rejects.toMatchObject({ code: 'DAY_NOT_COMPLETE' }),
);
