import type { Engine } from '../../ports/engine.ts';
import { name, type Sql, sql } from '../../sql/sql.ts';
import type { RawTable } from '../reading/raw-table.ts';
import * as read from '../reading/values.ts';
import { DISCOUNTS, KNOWN_TYPES } from './line-items.ts';

/** What decides which rules apply to a delivery as a whole. */
export interface CurFacts {
  /** Line item types that occur. */
  readonly types: ReadonlySet<string>;
  /** Net columns are there and filled: discounts are spread over the usage, so the discount rows are dropped. */
  readonly hasNet: boolean;
}

export async function factsOf(engine: Engine, table: RawTable): Promise<CurFacts> {
  const type = read.text(table, 'line_item_line_item_type');
  const rows = await engine.rows(sql`
    SELECT ${type}, count(${read.amount(table, 'line_item_net_unblended_cost')})
    FROM ${name(table.relation)} r
    GROUP BY 1
    ORDER BY 1`);
  const isDiscount = (text: unknown): boolean => DISCOUNTS.some((discount) => discount === text);
  return {
    types: new Set(rows.map(([text]) => String(text ?? ''))),
    hasNet: rows.some(([text, filled]) => !isDiscount(text) && Number(filled) > 0),
  };
}

/** Sums that AWS's export promises, told where they do not hold; and types that no rule knows. */
export async function guardNotes(
  engine: Engine,
  table: RawTable,
  { types, hasNet }: CurFacts,
): Promise<readonly string[]> {
  const notes = [...types]
    .filter((type) => !KNOWN_TYPES.has(type))
    .map((type) => `Line item type "${type}" is new to Spendlight: its rows count as Adjustment.`);
  if (types.has('SavingsPlanNegation')) notes.push(...(await negationNotes(engine, table)));
  if (hasNet) notes.push(...(await netNotes(engine, table)));
  if (types.has('DiscountedUsage')) notes.push(...(await discountedNotes(engine, table)));
  return notes;
}

const CENT = sql`CAST('0.01' AS decimal(38,15))`;

/** Covered usage and its negations cancel each other, per plan and month. */
async function negationNotes(engine: Engine, table: RawTable): Promise<readonly string[]> {
  const plan = read.text(table, 'savings_plan_savings_plan_a_r_n');
  const rows = await engine.rows(sql`
    SELECT coalesce(${plan}, 'no plan'), sum(${read.amount(table, 'line_item_unblended_cost')})
    FROM ${name(table.relation)} r
    WHERE ${typeIn(table, ['SavingsPlanCoveredUsage', 'SavingsPlanNegation'])}
    GROUP BY 1
    HAVING abs(sum(${read.amount(table, 'line_item_unblended_cost')})) > ${CENT}
    ORDER BY 1`);
  return rows.map(
    ([arn, left]) =>
      `Covered usage and negations of ${String(arn)} differ by ${String(left)}: they should cancel out.`,
  );
}

/** Net costs of the rows that stay should be the unblended costs of all rows. */
async function netNotes(engine: Engine, table: RawTable): Promise<readonly string[]> {
  const gross = read.amount(table, 'line_item_unblended_cost');
  const isDiscount = typeIn(table, DISCOUNTS);
  const net = sql`CASE WHEN ${isDiscount} THEN NULL ELSE coalesce(${read.amount(table, 'line_item_net_unblended_cost')}, ${gross}) END`;
  const rows = await engine.rows(sql`
    SELECT currency, sum(gross), sum(net)
    FROM (
      SELECT ${read.text(table, 'line_item_currency_code')} AS currency, ${gross} AS gross, ${net} AS net
      FROM ${name(table.relation)} r
    ) AS costs
    GROUP BY currency
    HAVING abs(sum(gross) - sum(net)) > CASE WHEN abs(sum(gross)) > 10000 THEN abs(sum(gross)) / 1000000 ELSE ${CENT} END
    ORDER BY 1`);
  return rows.map(
    ([currency, before, after]) =>
      `Unblended cost of all rows is ${String(currency)} ${String(before)}, net cost without discount rows ${String(after)}: check the discounts of this payer.`,
  );
}

async function discountedNotes(engine: Engine, table: RawTable): Promise<readonly string[]> {
  const cost = read.amount(table, 'line_item_unblended_cost');
  const [row] = await engine.rows(sql`
    SELECT count(*), sum(${cost})
    FROM ${name(table.relation)} r
    WHERE ${typeIn(table, ['DiscountedUsage'])} AND ${cost} <> 0`);
  if (Number(row?.[0] ?? 0) === 0) return [];
  return [
    `${String(row?.[0])} rows of reserved usage have an unblended cost (${String(row?.[1])} in all): it is set to 0, as the reservation's fee carries it.`,
  ];
}

const typeIn = (table: RawTable, types: readonly string[]): Sql =>
  types
    .map((type) => sql`coalesce(${read.text(table, 'line_item_line_item_type')}, '') = ${type}`)
    .reduce((a, b) => sql`(${a} OR ${b})`);
