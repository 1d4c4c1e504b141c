import { METRICS, type Metric } from './schema.ts';
import { joined, name, type Sql, sql } from './sql.ts';

/**
 * What lies in written lines, for control totals and accounts: one row per currency, line-item type, charge category
 * and account, with lines, the four exact sums, how many of each metric are known, first and last BillingDate, the
 * newest end of a Usage line of at most 24 h that is not Unused, and how many lines that cost something carry an invoice
 * id, and how many do not.
 */
export const loadedTotals = (lines: string): Sql => sql`
  SELECT coalesce(l.BillingCurrency, 'XXX'), coalesce(l.x_LineItemType, ''), coalesce(l.ChargeCategory, ''),
    coalesce(l.BillingAccountId, ''), coalesce(l.SubAccountId, ''),
    count(*),
    ${joined(METRICS.map((metric) => sql`coalesce(sum(l.${name(metric)}), CAST(0 AS decimal(38,15)))`))},
    ${joined(METRICS.map((metric) => sql`count(l.${name(metric)})`))},
    min(CAST(l.ChargePeriodStart AS date)), max(CAST(l.ChargePeriodStart AS date)),
    max(CASE WHEN l.ChargeCategory = 'Usage' AND coalesce(l.CommitmentDiscountStatus, '') <> 'Unused'
      AND NOT coalesce(l.x_SpansDays, false) THEN l.ChargePeriodEnd END),
    ${billedLines(sql`IS NOT NULL`)}, ${billedLines(sql`IS NULL`)}
  FROM ${name(lines)} l
  GROUP BY 1, 2, 3, 4, 5
  ORDER BY 1, 2, 3, 4, 5`;

/** An invoice names what was billed: a line of no BilledCost (covered by a commitment, free) need not be on any. */
const billedLines = (invoice: Sql): Sql =>
  sql`count(CASE WHEN l.BilledCost <> 0 AND nullif(l.InvoiceId, '') ${invoice} THEN 1 END)`;

/** The four sums per currency, where they are not all zero: of lines and of their rollup they must be equal. */
export const sumsByCurrency = (relation: string): Sql => sql`
  SELECT BillingCurrency, ${joined(METRICS.map(total))}
  FROM ${name(relation)}
  GROUP BY BillingCurrency
  HAVING ${joined(
    METRICS.map((metric) => sql`${total(metric)} <> 0`),
    ' OR ',
  )}
  ORDER BY BillingCurrency`;

const total = (metric: Metric): Sql => sql`coalesce(sum(${name(metric)}), CAST(0 AS decimal(38,15)))`;

/** Lines per account, in the order of the written files: what passes over a large month are cut from. */
export const linesPerAccount = (lines: Sql): Sql => sql`
  SELECT SubAccountId, ServiceName, count(*)
  FROM (${lines}) l
  GROUP BY SubAccountId, ServiceName
  ORDER BY SubAccountId NULLS FIRST, ServiceName NULLS FIRST`;

/** A stretch of accounts (and of services of one account): from `from` inclusive to `until` exclusive. */
export interface Stretch {
  readonly from: Edge | undefined;
  readonly until: Edge | undefined;
}
/** Nulls sort first and are the empty text here. */
export interface Edge {
  readonly account: string;
  readonly service: string;
}

/** The order in which files keep lines, and what differs from line to line; all the rest describes what is charged. */
export const LINE_ORDER = {
  by: ['SubAccountId', 'ServiceName', 'ResourceId'],
  andThen: 'ChargePeriodStart',
  varying: [
    ...['ChargePeriodStart', 'ChargePeriodEnd', ...METRICS, 'ListUnitPrice', 'ContractedUnitPrice'],
    ...['PricingQuantity', 'PricingCurrencyEffectiveCost', 'ConsumedQuantity', 'CommitmentDiscountQuantity'],
    ...['x_Discounts', 'x_EventId', 'x_EventTime'],
  ],
} as const;

/** The lines of `stretch`. */
export const linesWithin = (lines: Sql, columns: Sql, { from, until }: Stretch): Sql => sql`
  SELECT ${columns}
  FROM (${lines}) l
  ${within(from, until)}`;

function within(from: Edge | undefined, until: Edge | undefined): Sql {
  const account = sql`coalesce(SubAccountId, '')`;
  const service = sql`coalesce(ServiceName, '')`;
  const conditions = [
    ...(from === undefined
      ? []
      : [
          sql`(${account} > ${from.account} OR (${account} = ${from.account} AND ${service} >= ${from.service}))`,
        ]),
    ...(until === undefined
      ? []
      : [
          sql`(${account} < ${until.account} OR (${account} = ${until.account} AND ${service} < ${until.service}))`,
        ]),
  ];
  return conditions.length === 0 ? sql`` : sql`WHERE ${joined(conditions, ' AND ')}`;
}
