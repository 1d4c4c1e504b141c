import { type Sql, sql } from '../sql.ts';

/** Named subquery `rates_then`: what a currency was worth on which days, open ends filled. Reads `fx_rates`. */
export const RATES_THEN: Sql = sql`
  rates_then AS (
    SELECT currency, coalesce(valid_from, DATE '0001-01-01') AS since,
      coalesce(valid_until, DATE '9999-12-31') AS until, rate
    FROM fx_rates
  )`;

/** `amount` in the reporting currency, half away from zero at 15 decimals; null where `rate` is and it is another currency. */
export const inReportingCurrency = (
  amount: Sql,
  currency: Sql,
  rate: Sql,
  reportingCurrency: string | Sql,
): Sql =>
  sql`CASE WHEN ${currency} = ${reportingCurrency} THEN ${amount} ELSE CAST(${amount} * ${rate} AS decimal(38,15)) END`;
