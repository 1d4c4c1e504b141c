import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { focusCsv } from '../support/deliveries.ts';
import { event, lines } from '../support/events.ts';
import { workplace } from './workplace.ts';

const folder = await mkdtemp(join(tmpdir(), 'spendlight-events-'));
let files = 0;
async function file(...events: readonly string[]): Promise<string> {
  const path = join(folder, `events-${++files}.jsonl`);
  await writeFile(path, lines(...events));
  return path;
}
const COUNTED = 'SELECT count(*), sum(BilledCost) FROM cost_lines';

describe('an event_id counts once', () => {
  it('across deliveries, whatever file it comes in, and by another process', async () => {
    const place = await workplace();
    await place.ingest(await file(event('e1'), event('e2')));
    const other = await workplace(place.root);
    const again = await other.ingest(await file(event('e2'), event('e3', { unblended_cost: '1' })));
    expect(again.deliveries[0]).toMatchObject({
      source: 'events',
      outcome: 'loaded',
      periods: [{ scope: 'part', lines: { read: 2, loaded: 1, dropped: 1 } }],
      notes: ['1 event came again: an event_id counts once.'],
    });
    expect(await place.ask(COUNTED)).toEqual([[3, '1.500000000000000']]);
  });

  it('where two processes read at the same time: who commits second looks again', async () => {
    const [one, other] = [await workplace(), undefined];
    const second = other ?? (await workplace(one.root));
    await Promise.all([
      one.ingest(await file(event('e1'), event('e2'))),
      second.ingest(await file(event('e2'), event('e3'))),
    ]);
    expect(await one.ask(COUNTED)).toEqual([[3, '0.750000000000000']]);
  });

  it('where all of a delivery came before: it is kept, and adds nothing', async () => {
    const place = await workplace();
    await place.ingest(await file(event('e1'), event('e2')));
    const again = await place.ingest(await file(event('e2'), event('e1')));
    expect(again.deliveries[0]).toMatchObject({ periods: [{ lines: { read: 2, loaded: 0, dropped: 2 } }] });
    expect(await place.ask(COUNTED)).toEqual([[2, '0.500000000000000']]);
    const file1 = await place.ingest(await file(event('e3')));
    expect(file1.deliveries[0]).toMatchObject({ periods: [{ lines: { read: 1, loaded: 1, dropped: 0 } }] });
  });
});

it('rejected events wait in a CSV to be mended, and then count once, too', async () => {
  const place = await workplace();
  const bad = event('e2', { unblended_cost: 'much' });
  const { deliveries } = await place.ingestAs({ maxRejects: 1 }, await file(event('e1'), bad));
  const rejects = String(deliveries[0]?.rejects?.file);
  const text = await readFile(rejects, 'utf8');
  expect(text).toContain('"""much"" is not an amount');
  const mended = join(folder, 'mended.csv');
  await writeFile(mended, text.replace(',much,', ',0.50,'));
  const { deliveries: after } = await place.ingest(mended);
  expect(after[0]).toMatchObject({ source: 'events', format: 'events', outcome: 'loaded' });
  await place.ingest(await file(event('e2', { unblended_cost: '0.50' }), event('e4')));
  expect(await place.ask(COUNTED)).toEqual([[3, '1.000000000000000']]);
});

it('simulated and real events never share a lake', async () => {
  const place = await workplace();
  await place.ingest(await file(event('e1')));
  const { refused } = await place.ingest(await file(event('e2', { simulated: true })));
  expect(refused[0]?.error.code).toBe('SIMULATED_AND_REAL');
});

it('events do not count on top of a bill that has their account and month, whoever pays it', async () => {
  const place = await workplace();
  const usage = { usage_start: '2026-05-04T09:00:00Z', usage_end: '2026-05-04T10:00:00Z' };
  const [billed, other] = [
    event('e1', { account_id: '210987654321', ...usage }),
    event('e2', { account_id: '333333333333', ...usage }),
  ];
  await place.ingest(await file(billed, other));
  expect(await place.ask(COUNTED)).toEqual([[2, '0.500000000000000']]);
  const bill = join(folder, 'bill.csv');
  await writeFile(bill, focusCsv([{ SubAccountId: '210987654321', BilledCost: '7' }]));
  const { deliveries } = await place.ingest(bill);
  expect(deliveries[0]?.exclusions).toMatchObject([
    { source: 'events', billingAccountId: '', subAccountId: '210987654321', insteadOf: 'bill' },
  ]);
  expect(await place.ask(COUNTED)).toEqual([[2, '7.250000000000000']]);
});
