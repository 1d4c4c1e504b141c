import { expect, it } from 'vitest';
import { parsedUnload } from '../../../test/trino/support/athena-unload.ts';
import { sql } from '../../sql/sql.ts';
import { asAthenaReads, glueType } from './glue-types.ts';
import { tableInput } from './temporary-tables.ts';
import { unloadText, writable } from './unload.ts';

const COLUMNS = [
  { name: 'SubAccountId', type: 'varchar' },
  { name: 'ChargePeriodStart', type: 'timestamp' },
  { name: 'BilledCost', type: 'decimal(38,15)' },
];
const SORTED = { by: ['SubAccountId'], andThen: 'ChargePeriodStart', varying: ['BilledCost'], rows: 3 };

it('writes what Athena takes: named columns, moments to the millisecond, each file in order, one empty folder', () => {
  const text = unloadText(
    writable(sql`SELECT a, b, c FROM lines`, COLUMNS, SORTED).text,
    "s3://lake/athena-results/work/o'clock/",
  );
  expect(text).toBe(`UNLOAD (
SELECT l."SubAccountId" AS "SubAccountId", CAST(l."ChargePeriodStart" AS timestamp(3)) AS "ChargePeriodStart", l."BilledCost" AS "BilledCost" FROM (SELECT a, b, c FROM lines) AS l ORDER BY l."SubAccountId", l."ChargePeriodStart"
)
TO 's3://lake/athena-results/work/o''clock/'
WITH (format = 'PARQUET', compression = 'ZSTD')`);
});

it('is a sentence of the manual, whatever stands in the question', () => {
  const select = `WITH t AS (SELECT ') TO ''s3://x/'' WITH (' AS a)\nSELECT a FROM t`;
  expect(parsedUnload(unloadText(select, 's3://lake/work/1/', { compression: 'snappy' }))).toEqual({
    select: `\n${select}\n`,
    location: 's3://lake/work/1/',
    properties: { format: 'PARQUET', compression: 'SNAPPY' },
  });
});

it.each([
  ['varchar', 'string'],
  ['decimal(38,15)', 'decimal(38,15)'],
  ['integer', 'int'],
  ['timestamp with time zone', 'timestamp'],
  ['timestamp_ns', 'timestamp'],
  ['map(varchar,varchar)', 'map<string,string>'],
  ['map(varchar,double)', 'map<string,double>'],
  ['map(varchar,decimal(18,4))', 'map<string,decimal(18,4)>'],
  ['struct("key" varchar, "value" varchar)[]', undefined],
  ['uhugeint', undefined],
  ['time', undefined],
])('%s is %s in Glue', (type, glue) => expect(glueType(type)).toBe(glue));

it('reads moments without a zone, and leaves what the files say of their columns', () =>
  expect(asAthenaReads({ name: 'd', type: 'timestamp with time zone', neverNull: true })).toEqual({
    name: 'd',
    type: 'timestamp',
    neverNull: true,
  }));

it('asks Glue for a table over Parquet, and refuses columns that no table has', () => {
  expect(tableInput('spendlight_tmp_1', 's3://lake/work/1/', COLUMNS)).toEqual({
    Name: 'spendlight_tmp_1',
    TableType: 'EXTERNAL_TABLE',
    Parameters: { EXTERNAL: 'TRUE', classification: 'parquet' },
    StorageDescriptor: {
      Location: 's3://lake/work/1/',
      Columns: [
        { Name: 'subaccountid', Type: 'string' },
        { Name: 'chargeperiodstart', Type: 'timestamp' },
        { Name: 'billedcost', Type: 'decimal(38,15)' },
      ],
      InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
      OutputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
      SerdeInfo: {
        SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
        Parameters: { 'serialization.format': '1' },
      },
    },
  });
  expect(() => tableInput('t', 's3://lake/work/1/', [{ name: 'Tags', type: 'varchar[]' }])).toThrow(
    expect.objectContaining({ code: 'ENGINE_UNFIT', place: { file: 's3://lake/work/1/', column: 'Tags' } }),
  );
});
