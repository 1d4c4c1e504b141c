import { onTestFinished } from 'vitest';
import { openDuckDb } from '../../src/adapters/duckdb/duckdb-engine.ts';
import { known } from '../../src/core/errors/invariant.ts';
import type { ColumnDef, Engine } from '../../src/ports/engine.ts';
import {
  ACCOUNT_COLUMNS,
  BUDGET_COLUMNS,
  COST_LINE_COLUMNS,
  DAILY_COST_COLUMNS,
  RATE_COLUMNS,
  SERVICE_NAME_COLUMNS,
  VERDICT_COLUMNS,
} from '../../src/sql/schema.ts';
import type { TestTable } from './rows.ts';

/** The columns of every relation that questions read. */
const RELATIONS: Readonly<Record<string, readonly ColumnDef[]>> = {
  cost_lines: [
    ...COST_LINE_COLUMNS,
    { name: 'BillingDate', type: 'date' },
    { name: 'x_OU', type: 'varchar' },
    { name: 'x_Service', type: 'varchar' },
  ],
  lines: COST_LINE_COLUMNS,
  daily_costs: DAILY_COST_COLUMNS,
  verdicts: VERDICT_COLUMNS,
  account_map: ACCOUNT_COLUMNS,
  fx_rates: RATE_COLUMNS,
  budgets: BUDGET_COLUMNS,
  service_names: SERVICE_NAME_COLUMNS,
};

/** Every engine that a question must answer on alike. `open` fills relations by name; columns not given are null. */
export const engines = [{ name: 'DuckDB', open }];

async function open(tables: Readonly<Record<string, TestTable>>): Promise<Engine> {
  const engine = await openDuckDb({ threads: 2 });
  onTestFinished(() => engine.close());
  for (const [relation, table] of Object.entries(tables)) await fill(engine, relation, table);
  return engine;
}

async function fill(engine: Engine, relation: string, table: TestTable): Promise<void> {
  const columns = known(RELATIONS[relation], `columns of ${relation}`);
  for (const column of table.columns) {
    known(
      columns.find(({ name }) => name === column),
      `column ${column} of ${relation}`,
    );
  }
  const places = columns.map(({ name }) => table.columns.indexOf(name));
  await engine.values(
    relation,
    columns,
    table.rows.map((row) => places.map((place) => (place < 0 ? null : (row[place] ?? null)))),
  );
}
