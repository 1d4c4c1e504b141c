import { expect, it } from 'vitest';
import type { AtScale } from '../ports/at-scale.ts';
import { chosenEngine, refuseWhatIsHere } from './engine-choice.ts';

const scale = (wish: AtScale['wish']): AtScale => ({
  wish,
  fromBytes: 1_000_000_000,
  open: () => Promise.reject(new Error('nothing is opened to choose')),
  opened: async () => undefined,
  close: async () => undefined,
});

interface Of {
  readonly bytes?: number;
  readonly file?: string;
  readonly hasManifest?: boolean;
  readonly isOwn?: boolean;
}

const unit = ({ bytes = 10, file = 'a-00001.snappy.parquet', hasManifest = true, isOwn = true }: Of) => ({
  files: [`s3://exports/${file}`],
  objects: [{ bytes, isOwn }],
  manifest: hasManifest ? {} : undefined,
});

it.each([
  [
    'a month that one machine does in time',
    { bytes: 1_000_000_000 },
    'duckdb',
    '1,000 MB are no more than 1,000 MB',
  ],
  ['one byte more', { bytes: 1_000_000_001 }, 'athena', '1,001 MB are more than 1,000 MB'],
  ['a large CSV', { bytes: 9e9, file: 'a.csv.gz' }, 'duckdb', 's3://exports/a.csv.gz is no Parquet'],
  ['large files without a manifest', { bytes: 9e9, hasManifest: false }, 'duckdb', 'no manifest'],
  ['what another role reads', { bytes: 9e9, isOwn: false }, 'duckdb', 'another account'],
] as const)('auto: %s', (_, of, kind, reason) => {
  const chosen = chosenEngine(scale('auto'), unit(of));
  expect(chosen.kind).toBe(kind);
  expect(chosen.reason).toContain(reason);
});

it('takes Athena for the smallest delivery where it was asked for, and refuses what it cannot read', () => {
  expect(chosenEngine(scale('athena'), unit({}))).toEqual({ kind: 'athena', reason: 'asked for' });
  const unfit = expect.objectContaining({ code: 'ENGINE_UNFIT' });
  expect(() => chosenEngine(scale('athena'), unit({ file: 'a.csv' }))).toThrow(unfit);
  expect(() => refuseWhatIsHere(scale('athena'), ['bills/a.parquet'])).toThrow(unfit);
  expect(() => refuseWhatIsHere(scale('athena'), [])).not.toThrow();
  expect(() => refuseWhatIsHere(scale('auto'), ['bills/a.parquet'])).not.toThrow();
});

it('works with the embedded engine where there is no other', () =>
  expect(chosenEngine(undefined, unit({ bytes: 9e9 })).kind).toBe('duckdb'));
