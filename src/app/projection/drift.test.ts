import fc from 'fast-check';
import { expect, it } from 'vitest';
import { billingDate } from '../../core/calendar/billing-date.ts';
import type { Partition } from '../../ports/table-catalog.ts';
import { csvDaysFrom, dayPartition, driftOf } from './drift.ts';

const at = (day: number, place: string): Partition => ({
  values: ['2026', '11', String(day)],
  location: `s3://b/${place}/`,
});

it.each([
  ['nothing to do', [at(1, 'a')], [at(1, 'a')], [], []],
  ['a day is missing', [at(1, 'a'), at(2, 'b')], [at(1, 'a')], [at(2, 'b')], []],
  ['a day too many', [at(1, 'a')], [at(1, 'a'), at(2, 'b')], [], [at(2, 'b')]],
  ['a day that points elsewhere', [at(1, 'a')], [at(1, 'b')], [at(1, 'a')], [at(1, 'b')]],
  [
    'a twin in the spelling of the folder',
    [at(1, 'a')],
    [at(1, 'a'), { values: ['2026', '11', '01'], location: 's3://b/a/' }],
    [],
    [{ values: ['2026', '11', '01'], location: 's3://b/a/' }],
  ],
] as const)('%s', (_, wanted, there, missing, surplus) =>
  expect(driftOf('t', wanted, there)).toEqual({ table: 't', missing, surplus }),
);

/** Few days and places, so that many agree. */
const partitions = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom('a', 'b')), {
    selector: ([day]) => day,
  })
  .map((list) => list.map(([day, place]) => at(day, place)));

it('what was wanted is there when the drift is mended', () =>
  fc.assert(
    fc.property(partitions, partitions, (wanted, there) => {
      const { missing, surplus } = driftOf('t', wanted, there);
      // As a catalog does it: by values, and what is there stays.
      const catalog = new Map(there.map((partition) => [partition.values.join('/'), partition]));
      for (const { values } of surplus) catalog.delete(values.join('/'));
      for (const partition of missing)
        if (!catalog.has(partition.values.join('/'))) catalog.set(partition.values.join('/'), partition);
      const sorted = (list: Iterable<Partition>) => [...list].map((one) => JSON.stringify(one)).sort();
      expect(sorted(catalog.values())).toEqual(sorted(wanted));
    }),
  ));

it('a partition is named by whole numbers, as in its statement', () =>
  expect(dayPartition(billingDate('2025-09-10'))).toBe('year=2025/month=9/day=10'));

it('a CSV stays in its table as long as no lifecycle can have moved it', () =>
  expect(csvDaysFrom({ csvArchiveAfterDays: 90 }, billingDate('2025-10-02'))).toBe('2025-07-04'));
