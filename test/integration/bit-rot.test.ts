import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VerifyReport } from '../../src/app/verify/report.ts';
import { verify } from '../../src/app/verify/verify.ts';
import { sha256Of } from '../../src/lake/sha256.ts';

import type { ObjectStore } from '../../src/ports/object-store.ts';
import { type CompleteLake, completeLake } from './complete-lake.ts';

let lake: CompleteLake;
let objects: ReadonlyMap<string, Uint8Array>;
let keys: readonly string[];

beforeAll(async () => {
  lake = await completeLake();
  const listed = await lake.store.list('');
  objects = new Map(
    await Promise.all(
      listed.map(async ({ key }) => [key, (await lake.store.get(key)) ?? new Uint8Array()] as const),
    ),
  );
  keys = [...objects.keys()];
});
afterAll(() => lake.end());

const verified = (store: ObjectStore, deep = false, anchor?: string): Promise<VerifyReport> =>
  verify(
    {
      store,
      engine: async () => lake.engine,
      progress: { step: () => undefined, end: () => undefined },
      settings: lake.settings,
      scratch: lake.scratch,
    },
    { deep, anchor },
  );

/** The lake with one object of other bytes, or without it; read from memory, so that hundreds of lakes take seconds. */
function harmed(key: string, bytes: Uint8Array | undefined): ObjectStore {
  const at = (wanted: string) => (wanted === key ? bytes : objects.get(wanted));
  const info = (of: string, content: Uint8Array) => ({ key: of, bytes: content.length, etag: '1' });
  return {
    ...lake.store,
    get: async (of) => at(of),
    async head(of) {
      const content = at(of);
      return content && info(of, content);
    },
    async list(prefix) {
      return keys.flatMap((of) => {
        const content = of.startsWith(prefix) ? at(of) : undefined;
        return content === undefined ? [] : [info(of, content)];
      });
    },
    async hash(of) {
      const content = at(of);
      return content === undefined ? [] : [{ bytes: content.length, sha256: sha256Of(content) }];
    },
  };
}

const original = (key: string): Uint8Array => objects.get(key) ?? new Uint8Array();

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const rotten = Uint8Array.from(bytes);
  rotten[bit >> 3] = (rotten[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return rotten;
}

const told = ({ findings }: VerifyReport): readonly string[] => findings.map(({ key }) => key);

describe('a lake with an object of every kind', () => {
  it('is proved, also when every sum is added up again', async () => {
    const report = await verified(lake.store, true);
    expect(report.findings).toEqual([]);
    expect(report.notCompared).toEqual([]);
    expect(report.remarks).toMatchObject({ unproved: { examples: [] }, leftover: { examples: [] } });
    expect(keys.length).toBeGreaterThan(60);
  });

  it('shows a single flipped bit in any of its objects, and names that object', async () => {
    const missed: string[] = [];
    for (const [i, key] of keys.entries()) {
      const bytes = original(key);
      const bits = bytes.length * 8;
      for (const bit of [0, (i * 7919) % bits, bits - 1]) {
        const report = await verified(harmed(key, flipped(bytes, bit)));
        if (!told(report).includes(key)) missed.push(`${key}, bit ${bit}`);
      }
    }
    expect(missed).toEqual([]);
  });

  it('shows what is cut off in any of them, and names it', async () => {
    const missed: string[] = [];
    for (const key of keys) {
      const report = await verified(harmed(key, original(key).subarray(0, -1)));
      if (!told(report).includes(key)) missed.push(key);
    }
    expect(missed).toEqual([]);
  });

  it('shows what is gone, and names it', async () => {
    // Nobody names runs, marks of attempts, signs of life, preferences and the hint; a commit outlives its copy. That the
    // newest entry of the ledger is gone shows by the head that was mailed.
    const unnamed = /^(ledger\/(runs|mails|commits)|state\/heartbeats|\.finops_prefs|catalog\/head)/;
    const newest = keys.findLast((key) => key.startsWith('ledger/entries/'));
    const named = keys.filter((key) => !unnamed.test(key) && key !== newest);
    expect(named.length).toBeGreaterThan(50);
    const missed: string[] = [];
    for (const key of named) {
      const { findings } = await verified(harmed(key, undefined));
      if (findings.find((finding) => finding.key === key)?.fault !== 'missing') missed.push(key);
    }
    expect(missed).toEqual([]);
  });

  it('shows on the disk that the file which engines read is not the content', async () => {
    const [restated = ''] = keys.filter((key) => key.startsWith('ou-breakdowns/'));
    const path = join(lake.root, restated);
    const before = await readFile(path);
    await rm(path);
    expect((await verified(lake.store)).findings).toMatchObject([{ fault: 'missing', key: restated }]);
    await copyFile(join(lake.root, String(keys.find((key) => key.endsWith('.csv')))), path);
    expect((await verified(lake.store)).findings).toMatchObject([{ fault: 'altered', key: restated }]);
    await lake.store.put(restated, before);
    await copyFile(path, path.replace('.parquet', '-copy.parquet'));
    const copy = restated.replace('.parquet', '-copy.parquet');
    expect((await verified(lake.store)).findings).toMatchObject([{ fault: 'foreign', key: copy }]);
    await rm(path.replace('.parquet', '-copy.parquet'));
    expect((await verified(lake.store)).findings).toEqual([]);
  });

  it('shows on the disk that an earlier content, which the archive keeps, has changed', async () => {
    const resent = 'mails/2026-11-06/2026-11-06_daily_finops.eml';
    const path = join(lake.root, '.spendlight/versions', resent, '00000001');
    const before = await readFile(path);
    await writeFile(path, flipped(before, 9_999));
    expect((await verified(lake.store)).findings).toMatchObject([{ fault: 'altered', key: resent }]);
    await writeFile(path, before);
  });

  it('finds the head that was mailed, and no other', async () => {
    const mail = new TextDecoder().decode(original('mails/2026-11-06/2026-11-06_daily_finops.eml'));
    const [head = ''] = /\b[0-9a-f]{64}\b/.exec(mail.replaceAll('=\r\n', '')) ?? [];
    expect(await verified(lake.store, false, head)).toMatchObject({
      wrong: 0,
      anchor: { head, entry: expect.any(Number) },
    });
    expect(await verified(lake.store, false, 'feedface')).toMatchObject({
      wrong: 1,
      findings: [{ fault: 'chain' }],
    });
    await expect(verified(lake.store, false, 'head')).rejects.toMatchObject({ code: 'USAGE' });
  });
});
