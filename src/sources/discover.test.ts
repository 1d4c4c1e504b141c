import { describe, expect, it } from 'vitest';
import { monthFolder, seriesOf } from './discover.ts';
import { isManifest } from './manifest.ts';

describe('loose files', () => {
  it.each([
    ['a/report-00001.csv.gz', 'b/report-00002.csv.gz'],
    [
      'part-00000-6b622448-daaa-439c-92f1-afc727f1e0a3.snappy.parquet',
      'part-00001-0f8fad5b-d9cb-469f-a165-70867728950e.snappy.parquet',
    ],
    ['000000000000.csv', '000000000017.csv'],
  ])('%s and %s are chunks of one delivery', (one, other) => expect(seriesOf(one)).toBe(seriesOf(other)));

  it.each([
    ['costs-2025-09.csv', 'costs-2025-10.csv'],
    ['focus-aws.csv.gz', 'focus-azure.csv.gz'],
    ['bill.csv', 'bill (2).csv'],
  ])('%s and %s are two deliveries', (one, other) => expect(seriesOf(one)).not.toBe(seriesOf(other)));
});

describe('what exports write', () => {
  it.each([
    ['org-focus-Manifest.json', true],
    ['manifest.json', true],
    ['report-RedshiftManifest.json', false],
    ['manifest.json.gz', false],
  ])('%s is a manifest: %s', (file, is) => expect(isManifest(file)).toBe(is));

  it.each([
    ['s3://b/x/org/data/BILLING_PERIOD=2026-05/run/f.parquet', 's3://b/x/org/data/BILLING_PERIOD=2026-05'],
    ['/a/billing_period=2026-05/f.csv', '/a/billing_period=2026-05'],
    ['s3://b/cur/report/20260501-20260601/assembly/f.csv.gz', 's3://b/cur/report/20260501-20260601'],
    ['s3://b/bills/f.csv', undefined],
    ['s3://b/BILLING_PERIOD=2026-05', undefined],
  ])('%s lies in the month of %s', (file, folder) => expect(monthFolder(file)).toBe(folder));
});
