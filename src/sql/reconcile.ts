import { query } from './query.ts';
import { type Sql, sql } from './sql.ts';

/**
 * What the lake counts of a billing period, by account, service, kind of charge and currency: [account, service, kind,
 * currency, BilledCost, EffectiveCost (null: unknown in part)]. Reads `daily_costs`.
 */
export const billedCells = query(
  'reconcile_billed_cells',
  ({
    billingPeriod,
    source,
  }: {
    readonly billingPeriod: string;
    readonly source: string | undefined;
  }): Sql => sql`
  SELECT coalesce(SubAccountId, '') AS account, x_ServiceCode, x_ChargeKind, coalesce(BillingCurrency, 'XXX') AS Currency,
    coalesce(sum(BilledCost), CAST(0 AS decimal(38,15))) AS billed,
    CASE WHEN sum(UnknownEffective) = 0 THEN sum(EffectiveCost) END AS amortised
  FROM daily_costs
  WHERE BillingPeriod = ${billingPeriod}${
    source === undefined
      ? sql``
      : sql`
    AND x_SourceId = ${source}`
  }
  GROUP BY coalesce(SubAccountId, ''), x_ServiceCode, x_ChargeKind, coalesce(BillingCurrency, 'XXX')
  ORDER BY account, x_ServiceCode, x_ChargeKind, Currency`,
);
