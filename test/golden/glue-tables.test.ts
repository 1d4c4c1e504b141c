import { expect, it } from 'vitest';
import { readSettings } from '../../src/config.ts';
import { CURRENT_LOADS_PREFIX } from '../../src/lake/keys.ts';
import { LAKE_TABLES } from '../../src/lake/tables.ts';
import type { ColumnDef } from '../../src/ports/engine.ts';
import { CURRENT_LOADS, CURRENT_LOADS_COLUMNS } from '../../src/sql/public/current-loads.ts';
import { publicViews, rulesOf } from '../../src/sql/public/views.ts';

interface Table {
  readonly description: string;
  readonly prefix: string;
  readonly format: 'parquet' | 'csv' | 'json';
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

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  cost_lines_loads: 'Lines of every load that was ever current: cost_lines has those that count.',
  daily_costs_loads: 'Rollups of every load that was ever current: daily_costs has those that count.',
  verdicts_months: 'What the rules decided, in every version: cost_lines has what counts.',
  restatements_versions: 'What commits changed, also those that lost a race: restatements has what counts.',
  arrivals_versions: 'What commits were the first to tell, also those that lost a race.',
};

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
  ...Object.fromEntries(
    LAKE_TABLES.map(({ table, prefix, columns, keys }) => [
      table,
      {
        description: DESCRIPTIONS[table] ?? '',
        prefix,
        format: 'parquet' as const,
        columns,
        partition_keys: keys,
      },
    ]),
  ),
  [CURRENT_LOADS]: {
    description:
      'One row: which loads and values count now. Replaced by one write, so all views move at once.',
    prefix: CURRENT_LOADS_PREFIX.replace(/\/$/, ''),
    format: 'json',
    columns: CURRENT_LOADS_COLUMNS,
    partition_keys: [],
  },
};

/** Hive's spelling; Glue keeps names in lower case. */
const hive = (type: string): string =>
  type
    .replaceAll('varchar', 'string')
    .replace(/^timestamp\(3\)$/, 'timestamp')
    .replace(/^array\(row\((.*)\)\)$/, (_, fields: string) => `array<struct<${structOf(fields)}>>`)
    .replace(/^map\((.*)\)$/, 'map<$1>');

const structOf = (fields: string): string =>
  fields
    .split(', ')
    .map((field) => field.replace(' ', ':').replace(/array\((\w+)\)/, 'array<$1>'))
    .join(',');

const inGlue = ({ name, type }: ColumnDef): ColumnDef => ({ name: name.toLowerCase(), type: hive(type) });

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

it('the views of Glue ask the texts that the embedded engine is asked', async () => {
  const { requiredTagKeys } = readSettings({});
  const views = Object.fromEntries(
    publicViews(rulesOf(requiredTagKeys)).map(({ name, description, columns, text }) => [
      name,
      {
        description,
        // Hive's types for Glue, the engine's own for the view.
        columns: columns.map((column) => ({
          ...inGlue(column),
          view_type: column.type.replaceAll(',', ', ').replace(/^decimal\((\d+), (\d+)\)$/, 'decimal($1,$2)'),
        })),
        sql: text,
      },
    ]),
  );
  await expect(`${JSON.stringify(views, undefined, 2)}\n`).toMatchFileSnapshot(
    '../../infra/terraform/views.json',
  );
});

it.each(publicViews(rulesOf(['Owner'])))(
  'the view $name is the text that was agreed',
  async ({ name, text }) => {
    await expect(`${text}\n`).toMatchFileSnapshot(`files/sql/athena/${name}.sql`);
  },
);
