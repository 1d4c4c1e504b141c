import { mkdir, mkdtemp, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { type WatchRequest, type WatchSeen, watchFolder } from '../../src/app/watch/watch.ts';
import { UserError } from '../../src/core/errors/user-error.ts';
import { focusCsv } from '../support/deliveries.ts';
import { event, lines } from '../support/events.ts';
import { type Workplace, workplace } from './workplace.ts';

const COUNTED = 'SELECT count(*), sum(BilledCost) FROM cost_lines';

interface Watched {
  readonly place: Workplace;
  readonly folder: string;
  put(name: string, text: string): Promise<void>;
  /** Watches until all is dealt with; at every wait the next of `meanwhile` happens. */
  watch(meanwhile?: readonly (() => unknown)[], request?: Partial<WatchRequest>): Promise<WatchSeen>;
  /** Watches as if the lake refused the first `times` deliveries. */
  refusing(error: Error, times: number): void;
  /** Paths below the folder, in order. */
  all(): Promise<string[]>;
}

/** A watched folder and a lake. Time goes by only while the watcher waits. */
async function watched(root?: string): Promise<Watched> {
  const place = await workplace();
  const folder = root ?? (await mkdtemp(join(tmpdir(), 'spendlight-watch-')));
  const refusals: Error[] = [];
  const put = async (name: string, text: string): Promise<void> => {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  };
  return {
    place,
    folder,
    put,
    refusing: (error, times) => void refusals.push(...Array.from({ length: times }, () => error)),
    all: async () =>
      (await readdir(folder, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
        .sort(),
    watch(meanwhile = [], request = {}) {
      let time = 0;
      const left = [...meanwhile];
      return watchFolder(
        {
          engine: () => Promise.resolve(place.engine),
          clock: { now: place.clock.now, monotonic: () => time },
          async pause(ms) {
            time += ms;
            await left.shift()?.();
          },
          log: place.log,
          changes: {
            next: () => new AbortController().signal,
            wake: () => undefined,
            close: () => undefined,
          },
          ingest(paths) {
            const refusal = refusals.shift();
            if (refusal !== undefined) throw refusal;
            return place.ingest(...paths);
          },
          alive: () => Promise.resolve(),
          stop: new AbortController().signal,
        },
        { folder, after: 'move', once: true, intervalMs: 1_000, ...request },
      );
    },
  };
}

it('ingests what lies there and moves it to done/; names of files in the making are left alone', async () => {
  const { place, put, watch, all } = await watched();
  await put('events.jsonl', lines(event('e1'), event('e2')));
  await put('team/bill.csv', focusCsv([{ SubAccountId: '1' }]));
  for (const name of ['a.jsonl.part', '.b.jsonl', 'c.csv~', 'd.csv.tmp']) await put(name, 'half');
  expect(await watch()).toMatchObject({ ingested: 2, failed: 0, waiting: 0, lakeVersion: 2 });
  expect(await all()).toEqual([
    ...['.b.jsonl', 'a.jsonl.part', 'c.csv~', 'd.csv.tmp'],
    ...['done/events.jsonl', 'done/team/bill.csv'],
  ]);
  expect(await place.ask(COUNTED)).toEqual([[3, '1.500000000000000']]);
});

it('waits until a file stops growing', async () => {
  const { place, put, watch } = await watched();
  await put('events.jsonl', lines(event('e1')));
  const grown = lines(event('e1'), event('e2'));
  await watch([() => put('events.jsonl', grown), () => put('events.jsonl', grown + lines(event('e3')))]);
  expect(await place.ask(COUNTED)).toEqual([[3, '0.750000000000000']]);
});

it('waits for all files of an export, which its manifest names, and moves them together', async () => {
  const { place, put, watch, all } = await watched();
  const month = 'BILLING_PERIOD=2026-05';
  const manifest = {
    exportName: 'org',
    executionTime: '2026-05-20T00:00:00Z',
    dataFiles: [1, 2].map((n) => `s3://bucket/org/data/${month}/org-0000${n}.csv`),
  };
  await put(`org/data/${month}/org-00001.csv`, focusCsv([{}]));
  expect(await watch()).toMatchObject({ ingested: 0, waiting: 1 });
  await put(`org/metadata/${month}/org-Manifest.json`, JSON.stringify(manifest));
  expect(await watch()).toMatchObject({ ingested: 0, waiting: 1 });
  await put(`org/data/${month}/org-00002.csv`, focusCsv([{ BilledCost: '2' }]));
  expect(await watch()).toMatchObject({ ingested: 1, waiting: 0 });
  expect(await all()).toEqual([
    ...[1, 2].map((n) => `done/org/data/${month}/org-0000${n}.csv`),
    `done/org/metadata/${month}/org-Manifest.json`,
  ]);
  expect(await place.ask(COUNTED)).toEqual([[2, '3.000000000000000']]);
});

it('puts what cannot be ingested into failed/, with the reason beside it, and goes on', async () => {
  const { place, folder, put, watch, all } = await watched();
  await put('a.csv', 'name,age\nAda,36\n');
  await put('b.jsonl', lines(event('e1'), '{"event_id":'));
  await put('c.jsonl', lines(event('e2')));
  expect(await watch()).toMatchObject({ ingested: 1, failed: 2 });
  expect(await all()).toEqual([
    ...['done/c.jsonl', 'failed/a.csv', 'failed/a.csv.reason.json'],
    ...['failed/b.jsonl', 'failed/b.jsonl.reason.json'],
  ]);
  expect(JSON.parse(await readFile(join(folder, 'failed/b.jsonl.reason.json'), 'utf8'))).toMatchObject({
    code: 'REJECTS',
    what: expect.stringContaining('not a JSON object'),
    where: { line: 2 },
    do: expect.stringContaining('mend'),
  });
  expect(await place.ask(COUNTED)).toEqual([[1, '0.250000000000000']]);
});

it('does not give up a file that is refused while it may still be written', async () => {
  const { put, watch, all } = await watched();
  const whole = lines(event('e1'), event('e2'));
  await put('events.jsonl', `${whole.slice(0, -30)}\n`);
  await watch([...Array.from({ length: 6 }, () => () => undefined), () => put('events.jsonl', whole)]);
  expect(await all()).toEqual(['done/events.jsonl']);
});

it('tries again later what the lake could not take', async () => {
  const { place, put, watch, all, refusing } = await watched();
  await put('events.jsonl', lines(event('e1')));
  refusing(new UserError('DISK_FULL', { what: 'The disk is full', remedy: 'Free some space.' }), 3);
  await expect(watch()).rejects.toMatchObject({ code: 'DISK_FULL' });
  expect(await all()).toEqual(['events.jsonl']);
  await expect(watch()).rejects.toMatchObject({ code: 'DISK_FULL' });
  await expect(watch()).rejects.toMatchObject({ code: 'DISK_FULL' });
  await watch();
  expect(await all()).toEqual(['done/events.jsonl']);
  expect(await place.ask(COUNTED)).toEqual([[1, '0.250000000000000']]);
});

it('knows a file again that was ingested and not moved, and finishes a move that was cut off', async () => {
  const { place, folder, put, watch, all } = await watched();
  await put('events.jsonl', lines(event('e1')));
  await place.ingest(join(folder, 'events.jsonl'));
  expect(await watch()).toMatchObject({ ingested: 0, unchanged: 1 });
  await put('a.jsonl', lines(event('e2')));
  const { size, mtimeMs } = await stat(join(folder, 'a.jsonl'));
  const move = {
    from: join(folder, 'a.jsonl'),
    to: join(folder, 'done/a.jsonl'),
    bytes: size,
    modified: mtimeMs,
  };
  await put('.spendlight-moving.json', JSON.stringify([move]));
  await watch();
  expect(await all()).toEqual(['done/a.jsonl', 'done/events.jsonl']);
});

it('gives a file that comes again under the same name another one in done/', async () => {
  const { put, watch, all } = await watched();
  await put('events.jsonl', lines(event('e1')));
  await watch();
  await put('events.jsonl', lines(event('e2')));
  await watch();
  expect(await all()).toEqual(['done/events-2.jsonl', 'done/events.jsonl']);
});

it('keeps files where they are if asked to, and reads one again only when it has changed', async () => {
  const { place, folder, put, watch, all } = await watched();
  await put('bill.csv', focusCsv([{}]));
  await put('old.jsonl', 'nothing\n');
  expect(await watch([], { after: 'keep' })).toMatchObject({ ingested: 1, failed: 1 });
  expect(await all()).toEqual(['bill.csv', 'failed/old.jsonl.reason.json', 'old.jsonl']);
  await writeFile(join(folder, 'new.csv'), focusCsv([{}, { BilledCost: '2' }]));
  await rename(join(folder, 'new.csv'), join(folder, 'bill.csv'));
  await watch([], { after: 'keep' });
  expect(await place.ask(COUNTED)).toEqual([[2, '3.000000000000000']]);
});

it('refuses a folder that is not there', async () => {
  await expect((await watched('/nowhere/at/all')).watch()).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
});
