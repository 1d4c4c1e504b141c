// Archived CSVs in S3 Glacier Deep Archive, where the bucket's lifecycle puts them: known by their checksums, asked back.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, inject, it } from 'vitest';
import { focusCsv } from '../support/deliveries.ts';
import { clientOf } from './support/buckets.ts';
import { good, type LakeDesk, lakeOn, sentTo } from './support/lake-desk.ts';

const CSV = 'ou-breakdowns-csv/year=2026/month=05/day=04/ou_breakdown.csv';
const DAY = '2026-05-04';

/** As the lifecycle leaves an object: in the archive tier, with its checksum, its metadata and no version more. */
async function archived({ bucket }: LakeDesk, key: string) {
  const client = clientOf(inject('emulator'));
  const Key = `finops/${key}`;
  const before = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: Key }));
  await client.send(
    new CopyObjectCommand({
      Bucket: bucket,
      Key,
      CopySource: `${bucket}/${Key}`,
      StorageClass: 'DEEP_ARCHIVE',
      ChecksumAlgorithm: 'SHA256',
    }),
  );
  for (const { VersionId } of before.Versions ?? [])
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key, VersionId }));
  client.destroy();
}

/** A lake with one archived and mailed day. */
async function oneDay(env: Record<string, string> = {}): Promise<LakeDesk> {
  const lake = await lakeOn({ env });
  await writeFile(join(lake.own.folder, 'bill.csv'), focusCsv([{}]));
  good(await lake.run('ingest', 'bill.csv'));
  good(await lake.run('run'));
  return lake;
}

describe('a CSV in Deep Archive', () => {
  it('is verified by the checksum that S3 keeps, and verify says so', async () => {
    const lake = await oneDay();
    await archived(lake, CSV);
    const { stdout } = good(await lake.run('verify', '--deep'));
    expect(stdout).toContain(
      '1 objects lie in the archive tier: held against the checksum that was stored with them',
    );
    expect(stdout).toContain('1 archived CSVs row by row: they lie in the archive tier');
    expect(stdout).toContain('1 archived CSVs made again from the lake version of their day, byte for byte');
    good(await lake.run('gaps'));
    expect(good(await lake.run('archive', 'replay', DAY)).stdout).toContain('byte for byte the archived CSV');

    // Brought back by a tool that stored no SHA-256: nothing is wrong, and nothing is proved.
    const client = clientOf(inject('emulator'));
    const [Bucket, Key] = [lake.bucket, `finops/${CSV}`];
    await client.send(new PutObjectCommand({ Bucket, Key, Body: 'any', StorageClass: 'DEEP_ARCHIVE' }));
    client.destroy();
    const unread = good(await lake.run('verify')).stdout;
    expect(unread).toContain('lie in the archive tier without a checksum, so nothing proves them');
    expect(unread).toContain(CSV);

    // Somebody put another one there before it was archived.
    await lake.store.put(CSV, new TextEncoder().encode('another'));
    await archived(lake, CSV);
    expect(await lake.run('verify')).toMatchObject({ code: 1, stdout: expect.stringContaining(CSV) });
  });

  it('comes back when it is asked for: archive get says when, and reads it then', async () => {
    const lake = await oneDay();
    const bytes = await lake.store.get(CSV);
    await archived(lake, CSV);
    await expect(lake.store.get(CSV)).rejects.toMatchObject({ code: 'STORE_ARCHIVED' });
    const get = () => lake.run('archive', 'get', DAY, '--out', 'day.csv');
    const asked = await get();
    expect(asked).toMatchObject({ code: 1, stdout: '' });
    expect(asked.stderr).toContain('S3 Glacier Deep Archive; a restore was asked for (Bulk, up to 48 hours)');
    expect(asked.stderr).toContain('after 2026-11-21 07:05 UTC');
    expect((await get()).stderr).toMatch(/asked for before and is under way/);
    const requests = sentTo(lake.proxy, 'POST', '?restore');
    expect(requests.map(({ body }) => body.toString())).toEqual([
      expect.stringMatching(/<Days>7<\/Days>.*<Tier>Bulk<\/Tier>/),
    ]);
    // The emulator takes two seconds for the hours.
    await expect.poll(async () => (await get()).code, { timeout: 60_000 }).toBe(0);
    expect(await readFile(join(lake.own.folder, 'day.csv'))).toEqual(Buffer.from(bytes ?? []));
    expect(good(await lake.run('verify')).stdout).not.toContain('archive tier');
  });

  it('comes back faster where that is wished', async () => {
    const lake = await oneDay({ ARCHIVE_RESTORE_TIER: 'Standard' });
    await archived(lake, CSV);
    const { stderr } = await lake.run('archive', 'get', DAY);
    expect(stderr).toContain('(Standard, up to 12 hours)');
    expect(stderr).toContain('after 2026-11-19 19:05 UTC');
  });

  it('gets a new version by a rerun of its day, and none where it would be the same', async () => {
    const lake = await oneDay();
    await archived(lake, CSV);
    good(await lake.run('backfill', '--date', DAY, '--no-resend'));
    expect(await lake.store.versions(CSV)).toEqual([]);
    await expect(lake.store.get(CSV)).rejects.toMatchObject({ code: 'STORE_ARCHIVED' });

    await writeFile(join(lake.own.folder, 'accounts.csv'), 'account_id,ou_path\n210987654321,Elsewhere\n');
    good(await lake.run('accounts', 'import', 'accounts.csv'));
    good(await lake.run('backfill', '--date', DAY, '--no-resend'));
    expect(Buffer.from((await lake.store.get(CSV)) ?? []).toString()).toContain('Elsewhere');
    expect(await lake.store.versions(CSV)).toHaveLength(1);
    const { stdout } = good(await lake.run('verify'));
    expect(stdout).toContain('1 objects lie in the archive tier');
    expect(stdout).not.toContain('row by row: they lie');
    // The emulator restores current contents alone.
    lake.proxy.harm = ({ path }) => (path.includes('restore') ? { kind: 'json', value: {} } : undefined);
    const first = await lake.run('archive', 'get', DAY, '--version', '1');
    expect(first).toMatchObject({ code: 1, stderr: expect.stringContaining('ARCHIVE_RESTORING') });
    expect(sentTo(lake.proxy, 'POST', 'restore')[0]?.path).toMatch(/versionId=\w/);
  });
});
