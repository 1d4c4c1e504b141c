import { describe, expect, it } from 'vitest';
import { seriesOf } from './discover.ts';

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
