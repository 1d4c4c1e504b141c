import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stoppedClock } from '../adapters/clock/clock.ts';
import { diskStore } from '../adapters/disk/disk-store.ts';
import { billingDate } from '../core/calendar/billing-date.ts';
import { appendToLedger, entriesOf, type LedgerFact, readLedger } from './ledger.ts';
import { sha256Of } from './sha256.ts';

const clock = stoppedClock(Date.UTC(2026, 10, 19, 7));
const digest = (key: string): LedgerFact => ({
  kind: 'digest',
  key,
  runDate: billingDate('2026-11-19'),
  headline: undefined,
  lakeVersion: 3,
  messageId: `<${key}@spendlight>`,
  mail: 'ab',
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ledger-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('ledger', () => {
  it('names in each entry the hash of the bytes before it', async () => {
    const store = diskStore(folder);
    await appendToLedger(store, clock, () => digest('a'));
    await appendToLedger(store, clock, () => digest('b'));
    const { head } = await readLedger(store);
    const files = await Promise.all(
      [1, 2].map((n) => readFile(join(folder, `ledger/entries/${String(n).padStart(12, '0')}.json`))),
    );
    const [first, second] = files.map((bytes) => JSON.parse(bytes.toString()));
    expect([first.number, first.previous]).toEqual([1, '0'.repeat(64)]);
    expect([second.number, second.previous]).toEqual([2, sha256Of(files[0] ?? new Uint8Array())]);
    expect(head).toBe(sha256Of(files[1] ?? new Uint8Array()));
    expect((await readLedger(store)).entries.map((entry) => entry.at)).toEqual(
      Array(2).fill('2026-11-19T07:00:00.000Z'),
    );
  });

  it('lets racing writers decide with the entries of the others in sight', async () => {
    const store = diskStore(folder);
    const once = (key: string) =>
      appendToLedger(store, clock, (ledger) =>
        entriesOf(ledger, 'digest').some((entry) => entry.key === key) ? undefined : digest(key),
      );
    await Promise.all(['a', 'b', 'a', 'c', 'a', 'b'].map(once));
    const keys = entriesOf(await readLedger(store), 'digest').map((entry) => entry.key);
    expect(keys.toSorted()).toEqual(['a', 'b', 'c']);
  });

  it.each([
    ['changed', (text: string) => text.replace('"a"', '"x"')],
    ['cut', (text: string) => text.slice(0, 20)],
  ])('sees that an entry was %s', async (_, change) => {
    const store = diskStore(folder);
    for (const key of ['a', 'b']) await appendToLedger(store, clock, () => digest(key));
    const path = join(folder, 'ledger/entries/000000000001.json');
    await writeFile(path, change(await readFile(path, 'utf8')));
    await expect(readLedger(store)).rejects.toMatchObject({ code: 'LAKE_DAMAGED' });
  });

  it('sees that an entry is gone', async () => {
    const store = diskStore(folder);
    for (const key of ['a', 'b', 'c']) await appendToLedger(store, clock, () => digest(key));
    await rm(join(folder, 'ledger/entries/000000000002.json'));
    await expect(readLedger(store)).rejects.toMatchObject({ code: 'LAKE_DAMAGED' });
  });
});
