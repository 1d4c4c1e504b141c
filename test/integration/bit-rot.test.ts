import { copyFile, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VerifyReport } from '../../src/app/verify/report.ts';
import { verify } from '../../src/app/verify/verify.ts';
import { type CompleteLake, completeLake } from './complete-lake.ts';

let lake: CompleteLake;
let keys: readonly string[];

beforeAll(async () => {
  lake = await completeLake();
  keys = (await lake.store.list('')).map(({ key }) => key);
});
afterAll(() => lake.end());

const verified = (deep = false, anchor?: string): Promise<VerifyReport> =>
  verify(
    {
      store: lake.store,
      engine: async () => lake.engine,
      progress: { step: () => undefined, end: () => undefined },
      settings: lake.settings,
    },
    { deep, anchor },
  );

/** Does `harm` to the file of `key`, verifies, and puts it back. */
async function harmed(
  key: string,
  harm: (path: string, bytes: Buffer) => Promise<void>,
): Promise<VerifyReport> {
  const path = join(lake.root, key);
  const before = await readFile(path);
  await harm(path, before);
  try {
    return await verified();
  } finally {
    await writeFile(path, before);
  }
}

/** One of all kinds of objects, the first of each folder. */
const oneOfEachKind = (): readonly string[] => [
  ...new Map(
    [...keys].reverse().map((key) => [key.replaceAll(/\d/g, '').split('/').slice(0, 2).join('/'), key]),
  ).values(),
];

const told = ({ findings }: VerifyReport): readonly string[] => findings.map(({ key }) => key);

describe('a lake with an object of every kind', () => {
  it('is proved, also when every sum is added up again', async () => {
    const report = await verified(true);
    expect(report.findings).toEqual([]);
    expect(report.notCompared).toEqual([]);
    expect(report.remarks).toMatchObject({ unproved: { examples: [] }, leftover: { examples: [] } });
    expect(keys.length).toBeGreaterThan(60);
  });

  it('shows a single flipped bit in any of its objects, and names that object', async () => {
    const missed: string[] = [];
    for (const [i, key] of keys.entries()) {
      const report = await harmed(key, async (path, bytes) => {
        const bit = (i * 7919) % (bytes.length * 8); // everywhere in the objects, not only at their begin
        bytes = Buffer.from(bytes);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        await writeFile(path, bytes);
      });
      if (report.wrong === 0 || !told(report).includes(key)) missed.push(key);
    }
    expect(missed).toEqual([]);
    expect((await verified()).findings).toEqual([]);
  });

  it('shows what is cut off, and names it', async () => {
    for (const key of oneOfEachKind()) {
      const report = await harmed(key, (path, bytes) => truncate(path, bytes.length - 1));
      expect(told(report), key).toContain(key);
    }
  });

  it('shows what is gone, and names it', async () => {
    // Nobody names runs, marks of attempts, signs of life and preferences; a commit outlives its copy.
    const named = oneOfEachKind().filter(
      (key) => !/^(ledger\/(runs|mails|commits)|state\/heartbeats|\.finops_prefs)\//.test(key),
    );
    expect(named.length).toBeGreaterThan(15);
    for (const key of named) {
      const report = await harmed(key, (path) => rm(path));
      expect(told(report), key).toContain(key);
      expect(report.findings.find((finding) => finding.key === key)?.fault, key).toBe('missing');
    }
  });

  it('shows an object that belongs to nothing, where others would read it', async () => {
    const [day] = keys.filter((key) => key.startsWith('ou-breakdowns/'));
    const copy = `${day?.replace('.parquet', '-copy.parquet')}`;
    await copyFile(join(lake.root, String(day)), join(lake.root, copy));
    const report = await verified();
    await rm(join(lake.root, copy));
    expect(report.findings).toMatchObject([{ fault: 'foreign', key: copy }]);
  });

  it('finds the head that was mailed, and no other', async () => {
    const mail = await readFile(join(lake.root, 'mails/2026-11-06/2026-11-06_daily_finops.eml'), 'utf8');
    const [head = ''] = /\b[0-9a-f]{64}\b/.exec(mail.replaceAll('=\r\n', '')) ?? [];
    expect(await verified(false, head)).toMatchObject({
      wrong: 0,
      anchor: { head, entry: expect.any(Number) },
    });
    expect(await verified(false, 'feedface')).toMatchObject({ wrong: 1, findings: [{ fault: 'chain' }] });
    await expect(verified(false, 'head')).rejects.toMatchObject({ code: 'USAGE' });
  });
});
