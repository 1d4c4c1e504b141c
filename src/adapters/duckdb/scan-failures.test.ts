import { expect, it } from 'vitest';
import { parquetFailure } from './scan-failures.ts';

it.each([
  [
    "Invalid Input Error: No magic bytes found at end of file '/in/a.parquet'",
    'FILE_TRUNCATED',
    '/in/a.parquet',
  ],
  [
    'Invalid Input Error: Failed to read file "/in/a.parquet": Snappy decompression failure',
    'FILE_UNREADABLE',
    '/in/a.parquet',
  ],
  ['Invalid Error: TProtocolException: Invalid data', 'FILE_UNREADABLE', undefined],
  ["Invalid Error: don't know what type: \u0000", 'FILE_UNREADABLE', undefined],
])('a damaged Parquet file is told as one: %s', (message, code, file) =>
  expect(parquetFailure(message, undefined)).toMatchObject({ code, place: { file } }),
);

it('says nothing of failures that are no file’s', () =>
  expect(parquetFailure('Out of Range Error: Overflow in HUGEINT addition', undefined)).toBeUndefined());
