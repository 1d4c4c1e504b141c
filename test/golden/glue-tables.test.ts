import { expect, it } from 'vitest';
import type { ColumnDef } from '../../src/ports/engine.ts';
import { COST_LINE_COLUMNS, DAILY_COST_COLUMNS, RESTATED_COLUMNS } from '../../src/sql/schema.ts';

interface Table {
  readonly description: string;
  readonly prefix: string;
  readonly format: 'parquet' | 'csv';
  readonly columns: readonly ColumnDef[];
  readonly partition_keys: readonly ColumnDef[];
}

const of = (name: string, type: string): ColumnDef => ({ name, type });

const BREAKDOWN: readonly ColumnDef[] = [
  of('BillingDate', 'date'),
  of('OU', 'varchar'),
  of('Service', 'varchar'),
  of('LinkedAccount', 'varchar'),
  of('DailyCost', 'decimal(38,15)'),
];
const DAY = [of('year', 'int'), of('month', 'int'), of('day', 'int')];
const LOAD = [of('billing_period', 'varchar'), of('source', 'varchar'), of('load', 'varchar')];

const TABLES: Readonly<Record<string, Table>> = {
  ou_breakdown: {
    description: 'The daily consolidated breakdown as now known, one row per day, OU, service and account.',
    prefix: 'ou-breakdowns',
    format: 'parquet',
    columns: BREAKDOWN,
    partition_keys: DAY,
  },
  ou_breakdown_csv: {
    description: 'The very CSV that was mailed. Every column is text, as this format knows no decimals.',
    prefix: 'ou-breakdowns-csv',
    format: 'csv',
    columns: BREAKDOWN.map(({ name }) => of(name, 'varchar')),
    partition_keys: DAY,
  },
  cost_lines_loads: {
    description: 'Lines of every load that was ever current: join the loads that count.',
    prefix: 'cost-lines',
    format: 'parquet',
    columns: COST_LINE_COLUMNS,
    partition_keys: LOAD,
  },
  daily_costs_loads: {
    description: 'Rollups of every load that was ever current: join the loads that count.',
    prefix: 'daily-costs',
    format: 'parquet',
    columns: DAILY_COST_COLUMNS,
    partition_keys: LOAD,
  },
  restatements: {
    description: 'What a commit changed of days that the lake held: before, after, why.',
    prefix: 'restatements',
    format: 'parquet',
    columns: RESTATED_COLUMNS,
    partition_keys: [of('lake_version', 'bigint')],
  },
};

/** Hive's spelling; Glue keeps names in lower case. */
const inGlue = ({ name, type }: ColumnDef): ColumnDef => ({
  name: name.toLowerCase(),
  type: type.replaceAll('varchar', 'string').replace(/^map\((.*)\)$/, 'map<$1>'),
});

it('the tables of Glue have the columns of the files in the lake', async () => {
  const tables = Object.fromEntries(
    Object.entries(TABLES).map(([name, { columns, partition_keys, ...about }]) => [
      name,
      { ...about, columns: columns.map(inGlue), partition_keys: partition_keys.map(inGlue) },
    ]),
  );
  await expect(`${JSON.stringify(tables, undefined, 2)}\n`).toMatchFileSnapshot(
    '../../infra/terraform/tables.json',
  );
});
