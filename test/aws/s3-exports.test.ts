// Exports on S3: while they are written, loose, legacy, of several payers.
import { readFile } from 'node:fs/promises';
import { describe, expect, inject, it } from 'vitest';
import { bill, focusCsv } from '../support/deliveries.ts';
import type { Ended } from '../support/program.ts';
import { freshBucket } from './support/buckets.ts';
import { good, lakeOn, upload } from './support/lake-desk.ts';

const emulator = inject('emulator');

describe('what an export does while it is written', () => {
  const FOLDER = 'x/org-focus';
  const DATA = `${FOLDER}/data/BILLING_PERIOD=2026-11/org-focus-00001.csv`;
  const MANIFEST = `${FOLDER}/metadata/BILLING_PERIOD=2026-11/org-focus-Manifest.json`;
  const costing = (cost: string): string =>
    focusCsv([
      {
        BillingPeriodStart: '2026-11-01T00:00:00Z',
        BillingPeriodEnd: '2026-12-01T00:00:00Z',
        ChargePeriodStart: '2026-11-17T00:00:00Z',
        ChargePeriodEnd: '2026-11-18T00:00:00Z',
        BilledCost: cost,
        EffectiveCost: cost,
      },
    ]);
  const manifest = (bucket: string, executionTime: string, data = DATA): string =>
    JSON.stringify({ exportName: 'org-focus', executionTime, dataFiles: [`s3://${bucket}/${data}`] });
  const totalOf = async (run: (...args: string[]) => Promise<Ended>): Promise<unknown> =>
    JSON.parse(good(await run('--json', 'query', 'SELECT sum(BilledCost) AS total FROM cost_lines')).stdout);

  it('waits for the manifest, for the files it names, and while it is being overwritten', async () => {
    const { run } = await lakeOn();
    const bucket = await freshBucket(emulator);
    const ingest = () => run('ingest', `s3://${bucket}/x`);
    await upload(bucket, DATA, costing('1'));
    expect(await ingest()).toMatchObject({ code: 1, stderr: expect.stringContaining('has no manifest yet') });
    const second = DATA.replace('00001', '00002');
    await upload(bucket, MANIFEST, manifest(bucket, '2026-11-18T01:00:00Z', second));
    expect(await ingest()).toMatchObject({ code: 1, stderr: expect.stringContaining('is not there') });
    await upload(bucket, MANIFEST, manifest(bucket, '2026-11-18T01:00:00Z'));
    good(await ingest());
    expect(await totalOf(run)).toEqual([{ total: '1.000000000000000' }]);

    await upload(bucket, DATA, costing('2'));
    await upload(bucket, MANIFEST, manifest(bucket, '2026-11-18T09:00:00Z'));
    await upload(bucket, DATA, costing('3'));
    expect(await ingest()).toMatchObject({ code: 1, stderr: expect.stringContaining('is being rewritten') });
    expect(await totalOf(run)).toEqual([{ total: '1.000000000000000' }]);
    await upload(bucket, MANIFEST, manifest(bucket, '2026-11-18T17:00:00Z'));
    good(await ingest());
    expect(await totalOf(run)).toEqual([{ total: '3.000000000000000' }]);
  });

  it('is refused where a file is replaced between reading and taking over', async () => {
    const { run, proxy, store } = await lakeOn();
    const bucket = await freshBucket(emulator);
    await upload(bucket, DATA, costing('1'));
    await upload(bucket, MANIFEST, manifest(bucket, '2026-11-18T01:00:00Z'));
    let replaced: Promise<void> | undefined;
    proxy.hold = async (seen) => {
      if (seen.headers['x-amz-copy-source'] === undefined || replaced !== undefined) return;
      replaced = upload(bucket, DATA, costing('2'));
      await replaced;
    };
    expect(await run('ingest', `s3://${bucket}/x`)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('replaced or removed while it was being read'),
    });
    expect(await store.list('catalog/')).toEqual([]);
  });

  it('takes loose files, and names them by their addresses', async () => {
    const { run } = await lakeOn();
    const bucket = await freshBucket(emulator);
    await upload(bucket, 'bills/good.csv', costing('7'));
    await upload(bucket, 'bills/bad.csv', 'a,b\n1,2\n');
    const answer = await run('ingest', `s3://${bucket}/bills`);
    expect(answer.code).toBe(2);
    expect(answer.stderr).toContain(`s3://${bucket}/bills/bad.csv`);
    expect(answer.stderr).not.toContain('/tmp/');
    expect(await totalOf(run)).toEqual([{ total: '7.000000000000000' }]);
    expect(await run('ingest', `s3://${bucket}/nothing`)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('FILE_NOT_FOUND'),
    });
  });

  it('reads a legacy CUR by its manifest, and not by the one that is for Redshift', async () => {
    const { run } = await lakeOn();
    const bucket = await freshBucket(emulator);
    const month = 'cur/report/20231101-20231201';
    const key = `${month}/20231205T020000Z/report-00001.csv.gz`;
    await upload(bucket, key, await readFile(bill('cur-legacy-aws-real.csv.gz')));
    await upload(
      bucket,
      `${month}/report-RedshiftManifest.json`,
      JSON.stringify({ entries: [{ url: key }] }),
    );
    const said = { reportName: 'report', assemblyId: '20231205T020000Z', reportKeys: [key] };
    await upload(bucket, `${month}/report-Manifest.json`, JSON.stringify(said));
    good(await run('ingest', `s3://${bucket}/cur`));
    const count = await run('--json', 'query', 'SELECT count(*) AS n FROM cost_lines');
    expect(JSON.parse(good(count).stdout)[0].n).toBeGreaterThan(100);
    const again = await run('ingest', `s3://${bucket}/cur/report/20231101-20231201/report-Manifest.json`);
    expect(good(again).stdout).toContain('nothing changed');
  });

  it('keeps the exports of two payers apart, in one lake', async () => {
    const { run } = await lakeOn();
    const bucket = await freshBucket(emulator);
    for (const [payer, cost] of [
      ['one', '1'],
      ['two', '20'],
    ] as const) {
      const of = (key: string): string =>
        key.replace('x/org-focus', `x/${payer}`).replace('org-focus', payer);
      const text = costing(cost).replaceAll(
        '012345678901',
        payer === 'one' ? '012345678901' : '109876543210',
      );
      await upload(
        bucket,
        of(DATA),
        text.replaceAll('210987654321', payer === 'one' ? '210987654321' : '333333333333'),
      );
      const said = {
        exportName: payer,
        executionTime: '2026-11-18T01:00:00Z',
        dataFiles: [`s3://${bucket}/${of(DATA)}`],
      };
      await upload(bucket, of(MANIFEST), JSON.stringify(said));
    }
    good(await run('ingest', `s3://${bucket}/x`));
    expect(await totalOf(run)).toEqual([{ total: '21.000000000000000' }]);
    expect(good(await run('status')).stdout).toMatch(/one [\s\S]*two /);
  });
});
