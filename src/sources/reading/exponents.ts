import type { Engine } from '../../ports/engine.ts';
import { identifier, joined, name, sql } from '../../sql/sql.ts';
import type { Profile } from '../profile.ts';
import { hasExponent, writtenOut } from './amount-text.ts';
import { RawTable, raw } from './raw-table.ts';

/**
 * The same table with its amounts written out, where some have exponents: undefined where none has. Looked for once, so
 * that every later expression over an amount stays short and quick.
 */
export async function withoutExponents(
  engine: Engine,
  { table, checks }: Profile,
): Promise<RawTable | undefined> {
  const names = [...new Set(checks.filter(({ isMoneyText }) => isMoneyText).map(({ column }) => column))];
  if (names.length === 0) return undefined;
  const counts = names.map(
    (column) => sql`count(CASE WHEN ${hasExponent(sql`r.${identifier(column)}`)} THEN 1 END)`,
  );
  const [row = []] = await engine.rows(sql`SELECT ${joined(counts)} FROM ${name(table.relation)} r`);
  const found = new Set(names.filter((_, i) => Number(row[i]) > 0));
  if (found.size === 0) return undefined;
  const relation = `${table.relation}_plain`;
  const columns = table.columns.map((column) =>
    found.has(column.name) ? sql`${writtenOut(raw(column))} AS ${identifier(column.name)}` : raw(column),
  );
  await engine.view(relation, sql`SELECT ${joined(columns)} FROM ${name(table.relation)} r`);
  return new RawTable(relation, table.columns, table.emptyIsNull);
}
