// What docs/athena.md gives to people. The SELECTs run on Trino (test:trino); what Athena alone understands is held against the
// synopses of its manual here: UNLOAD, ALTER TABLE ADD PARTITION, MSCK REPAIR TABLE.
import { expect, it } from 'vitest';
import { questions } from '../support/athena-questions.ts';

const NAME = /[a-z_][a-z0-9_]*/;
const TEXT = /'(?:[^']|'')*'/;
const VALUE = new RegExp(`(?:\\d+|${TEXT.source})`);
const list = (item: RegExp): string => `\\(\\s*${item.source}(?:\\s*,\\s*${item.source})*\\s*\\)`;
const PARTITION = `PARTITION\\s*${list(new RegExp(`${NAME.source}\\s*=\\s*${VALUE.source}`))}(?:\\s+LOCATION\\s+${TEXT.source})?`;

const PROPERTY = new RegExp(
  [
    `format\\s*=\\s*'(?:PARQUET|ORC|AVRO|JSON|TEXTFILE)'`,
    `compression\\s*=\\s*'(?:NONE|GZIP|SNAPPY|ZSTD|LZ4|ZLIB|DEFLATE)'`,
    'compression_level\\s*=\\s*\\d+',
    `field_delimiter\\s*=\\s*${TEXT.source}`,
    `partitioned_by\\s*=\\s*ARRAY\\[\\s*${TEXT.source}(?:\\s*,\\s*${TEXT.source})*\\s*\\]`,
  ]
    .map((one) => `(?:${one})`)
    .join('|'),
);

/** The synopses of the manual, each as one expression over a whole statement. */
const GRAMMAR: Readonly<Record<string, RegExp>> = {
  UNLOAD: new RegExp(
    `^UNLOAD\\s*\\(\\s*SELECT\\s[^]+\\)\\s*TO\\s+'s3://[^'/]+/[^']*/'\\s*WITH\\s*${list(new RegExp(`(?:${PROPERTY.source})`))}$`,
    'i',
  ),
  ALTER: new RegExp(
    `^ALTER\\s+TABLE\\s+${NAME.source}\\s+ADD(?:\\s+IF\\s+NOT\\s+EXISTS)?\\s+${PARTITION}(?:\\s+${PARTITION})*$`,
    'i',
  ),
  MSCK: new RegExp(`^MSCK\\s+REPAIR\\s+TABLE\\s+${NAME.source}$`, 'i'),
};

const fits = (text: string): boolean =>
  GRAMMAR[text.split(/\s/, 1)[0]?.toUpperCase() ?? '']?.test(text) ?? false;

const all = [...questions()].map(([name, text]) => ({ name, text }));

it.each(all)('$name is the statement that was agreed', async ({ name, text }) => {
  await expect(`${text}\n`).toMatchFileSnapshot(`files/athena/${name}.sql`);
});

it.each(all.filter(({ text }) => !/^SELECT/i.test(text)))('$name fits the manual', ({ text }) =>
  expect(fits(text), text).toBe(true),
);

it('every statement that Athena alone understands is there', () =>
  expect(all.map(({ text }) => text.split(/\s/, 1)[0]).filter((word) => word !== 'SELECT')).toEqual([
    'ALTER',
    'MSCK',
    'UNLOAD',
  ]));

it.each([
  ["UNLOAD SELECT 1 TO 's3://b/p/' WITH (format = 'PARQUET')", 'the SELECT stands in brackets'],
  ["UNLOAD (SELECT 1) TO 's3://b/p' WITH (format = 'PARQUET')", 'a folder ends with a slash'],
  ["UNLOAD (SELECT 1) TO 's3://b/p/' WITH (format = PARQUET)", 'values are quoted'],
  ["UNLOAD (SELECT 1) TO 's3://b/p/' WITH (format = 'PARQUET', codec = 'SNAPPY')", 'no such property'],
  ["UNLOAD (SELECT 1) TO 's3://b/p/'", 'the format has to be said'],
  ["ALTER TABLE t ADD PARTITION IF NOT EXISTS (year = 2025) LOCATION 's3://b/'", 'the words in their order'],
  ["ALTER TABLE t ADD IF NOT EXISTS PARTITION (year = 2025) 's3://b/'", 'a location is called so'],
  ['ALTER TABLE t ADD IF NOT EXISTS PARTITION year = 2025', 'in brackets'],
  ['MSCK REPAIR daily_costs_loads', 'a TABLE'],
])('refuses %s: %s', (text) => expect(fits(text)).toBe(false));
