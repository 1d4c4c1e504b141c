import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileWith, focusCsv, freshFolder } from '../../test/support/deliveries.ts';
import { openDuckDb } from '../adapters/duckdb/duckdb-engine.ts';
import type { Engine } from '../ports/engine.ts';
import { discover } from './discover.ts';
import { openSource } from './open.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openDuckDb();
});
afterAll(() => engine.close());

const BILL = focusCsv([{}]);

/** A folder with these files; objects become JSON. */
async function folderOf(files: Readonly<Record<string, string | object>>): Promise<string> {
  const root = await freshFolder();
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return root;
}

const find = (...paths: readonly string[]) => discover(engine, paths);

describe('an export of AWS', () => {
  const manifest = (files: readonly string[], executionTime = '2026-05-20T08:00:00Z', more: object = {}) => ({
    exportName: 'org-focus',
    executionId: 'e-1',
    executionTime,
    dataFiles: files.map((file) => `s3://bucket/prefix/org-focus/${file}`),
    ...more,
  });

  it.each([
    ['below its own name', 'org-focus/'],
    ["below the bucket's prefix", 'prefix/org-focus/'],
    ['without any folder above', ''],
  ])("is found %s, exactly the manifest's files", async (_, above) => {
    const root = await folderOf({
      [`${above}metadata/BILLING_PERIOD=2026-05/org-focus-Manifest.json`]: manifest([
        'data/BILLING_PERIOD=2026-05/a-00001.csv',
        'data/BILLING_PERIOD=2026-05/a-00002.csv',
      ]),
      [`${above}data/BILLING_PERIOD=2026-05/a-00001.csv`]: BILL,
      [`${above}data/BILLING_PERIOD=2026-05/a-00002.csv`]: BILL,
      [`${above}data/BILLING_PERIOD=2026-05/a-00003.csv`]: '',
    });
    const { deliveries, notReady } = await find(root);
    expect(notReady).toEqual([]);
    expect(deliveries).toHaveLength(1);
    expect(deliveries[0]).toMatchObject({
      origin: 'manifest',
      suggestedSource: 'org-focus',
      files: ['a-00001.csv', 'a-00002.csv'].map((file) =>
        join(root, `${above}data/BILLING_PERIOD=2026-05/${file}`),
      ),
      manifest: {
        billingPeriod: '2026-05',
        executionTime: '2026-05-20T08:00:00.000Z',
        executionId: 'e-1',
        simulated: false,
      },
    });
  });

  it('is found in the mode that keeps every execution, the newest of a month', async () => {
    const [older, newer] = ['2026-05-19T01:00:00.000Z-aaaa', '2026-05-20T01:00:00.000Z-bbbb'];
    const files = Object.fromEntries(
      [older, newer].flatMap((run) => [
        [
          `metadata/BILLING_PERIOD=2026-05/${run}/x-Manifest.json`,
          {
            executionId: run.slice(-4),
            dataFiles: [`s3://b/x/data/BILLING_PERIOD=2026-05/${run}/x-00001.csv`],
          },
        ],
        [`data/BILLING_PERIOD=2026-05/${run}/x-00001.csv`, BILL],
      ]),
    );
    const { deliveries } = await find(await folderOf(files));
    expect(deliveries).toMatchObject([
      { manifest: { executionId: 'bbbb', executionTime: '2026-05-20T01:00:00.000Z' }, suggestedSource: 'x' },
    ]);
  });

  it('may write its partitions in any case', async () => {
    const root = await folderOf({
      'metadata/billing_period=2026-05/x-Manifest.json': manifest(['data/BILLING_PERIOD=2026-05/a.csv']),
      'data/billing_period=2026-05/a.csv': BILL,
    });
    expect((await find(root)).deliveries).toMatchObject([{ manifest: { billingPeriod: '2026-05' } }]);
  });

  it('whose manifest names a file that is not there is not ready', async () => {
    const root = await folderOf({
      'metadata/BILLING_PERIOD=2026-05/x-Manifest.json': manifest([
        'data/BILLING_PERIOD=2026-05/a.csv',
        'data/BILLING_PERIOD=2026-05/b.csv',
      ]),
      'data/BILLING_PERIOD=2026-05/a.csv': BILL,
    });
    await expect(find(root)).rejects.toMatchObject({
      code: 'DELIVERY_NOT_READY',
      what: expect.stringContaining('b.csv'),
    });
    await expect(find(join(root, 'metadata/BILLING_PERIOD=2026-05/x-Manifest.json'))).rejects.toMatchObject({
      code: 'DELIVERY_NOT_READY',
    });
  });

  it('without a manifest yet is not ready, and never an empty month', async () => {
    const root = await folderOf({ 'data/BILLING_PERIOD=2026-05/a.csv': BILL });
    await expect(find(root)).rejects.toMatchObject({ code: 'DELIVERY_NOT_READY' });
  });

  it('brings the months that are ready, and names the others', async () => {
    const root = await folderOf({
      'metadata/BILLING_PERIOD=2026-05/x-Manifest.json': manifest(['data/BILLING_PERIOD=2026-05/a.csv']),
      'data/BILLING_PERIOD=2026-05/a.csv': BILL,
      'data/BILLING_PERIOD=2026-06/a.csv': BILL,
    });
    const { deliveries, notReady } = await find(root);
    expect(deliveries).toHaveLength(1);
    expect(notReady).toMatchObject([
      { code: 'DELIVERY_NOT_READY', place: { file: join(root, 'data/BILLING_PERIOD=2026-06') } },
    ]);
  });

  it('comes oldest delivery first, and says if it is simulated', async () => {
    const root = await folderOf({
      'metadata/BILLING_PERIOD=2026-06/x-Manifest.json': manifest(
        ['data/BILLING_PERIOD=2026-06/a.csv'],
        '2026-06-02T00:00:00Z',
        { simulated: true },
      ),
      'data/BILLING_PERIOD=2026-06/a.csv': BILL,
      'metadata/BILLING_PERIOD=2026-05/x-Manifest.json': manifest(
        ['data/BILLING_PERIOD=2026-05/a.csv'],
        '2026-06-01T00:00:00Z',
      ),
      'data/BILLING_PERIOD=2026-05/a.csv': BILL,
    });
    const { deliveries } = await find(root);
    expect(deliveries.map(({ manifest: facts }) => [facts?.billingPeriod, facts?.simulated])).toEqual([
      ['2026-05', false],
      ['2026-06', true],
    ]);
  });
});

it("a legacy CUR is found by its manifest, which lies beside the report and once more in the execution's folder", async () => {
  const text = {
    assemblyId: 'a-1',
    reportName: 'Cost And Usage',
    compression: 'GZIP',
    billingPeriod: { start: '20260501T000000.000Z', end: '20260601T000000.000Z' },
    reportKeys: ['reports/cau/20260501-20260601/20260503T125721Z/cau-1.csv.gz'],
  };
  const root = await folderOf({
    'cau/20260501-20260601/cau-Manifest.json': text,
    'cau/20260501-20260601/20260503T125721Z/cau-Manifest.json': text,
    'cau/20260501-20260601/20260503T125721Z/cau-1.csv.gz': BILL,
  });
  const { deliveries } = await find(root);
  expect(deliveries).toMatchObject([
    {
      suggestedSource: 'cost-and-usage',
      manifest: { billingPeriod: '2026-05', executionId: 'a-1', executionTime: '2026-05-03T12:57:21.000Z' },
    },
  ]);
});

describe('a manifest that is none', () => {
  it.each([
    ['not JSON', '{'],
    ['a list', '[]'],
    ['no data files', { exportName: 'x' }],
    ['data files that are no text', { dataFiles: [7] }],
    ['no billing period', { dataFiles: ['a.csv'] }],
  ])('%s', async (_, content) => {
    const root = await folderOf({ 'x-Manifest.json': content });
    await expect(find(root)).rejects.toMatchObject({
      code: 'MANIFEST_INVALID',
      place: { file: join(root, 'x-Manifest.json') },
    });
  });
});

it('a delivery that is closed leaves nothing in the scratch folder', async () => {
  const [scratch, file] = [await freshFolder(), await fileWith('may.csv', BILL)];
  const found = { origin: 'files' as const, files: [file], manifest: undefined, suggestedSource: undefined };
  const delivery = await openSource(engine, found, { format: 'auto', scratch });
  expect(await readdir(scratch)).toHaveLength(1);
  await delivery.close();
  expect(await readdir(scratch)).toEqual([]);
});

describe('loose files', () => {
  it('of one series, folder and shape are one delivery; another shape is another', async () => {
    const root = await folderOf({
      'part-00001.csv': BILL,
      'part-00002.csv': BILL,
      'part-00003.csv': BILL.replace('ServiceName', 'x_Service'),
    });
    const { deliveries } = await find(
      ...['part-00001.csv', 'part-00002.csv', 'part-00003.csv'].map((file) => join(root, file)),
    );
    expect(deliveries.map(({ files }) => files.length).sort()).toEqual([1, 2]);
  });

  it('in a plain folder are bills; a folder without any is refused', async () => {
    expect((await find(await folderOf({ 'may.csv': BILL, 'notes.txt': 'hello' }))).deliveries).toMatchObject([
      { origin: 'files' },
    ]);
    await expect(find(await folderOf({ 'notes.txt': 'hello' }))).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
  });

  it('that are not there are named', async () => {
    await expect(find('/nowhere/bill.csv')).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
      place: { file: '/nowhere/bill.csv' },
    });
  });

  it('given twice count once', async () => {
    const file = await fileWith('may.csv', BILL);
    expect((await find(file, file)).deliveries).toHaveLength(1);
  });
});
