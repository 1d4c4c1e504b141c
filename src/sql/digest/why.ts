import { addDays, type BillingDate } from '../../core/calendar/billing-date.ts';
import { query } from '../query.ts';
import type { Metric } from '../schema.ts';
import { joined, name, type Sql, sql } from '../sql.ts';

export interface WhyOf {
  readonly day: BillingDate;
  /** How many weeks before are compared with: 1 … 4. */
  readonly weeks: number;
  readonly costMetric: Metric;
  readonly movers: readonly { readonly service: string; readonly account: string }[];
}

/**
 * What stands behind the change of a few services in an account (at least one): per service and account the usage type
 * that changed most, and resources that came or went: [service, account, usage type, its cost now, usual, its quantity
 * now, usual, resources that are new, their cost, the dearest's name, resources gone, their usual cost]. Costs are doubles
 * in the billing currency: they choose words, no figure is made of them. Reads `cost_lines`, a day's worth per week.
 */
export const whyMoved = query(
  'digest_why',
  (of: WhyOf): Sql => sql`
  WITH chosen_lines AS (
    SELECT l.x_Service AS service, coalesce(l.SubAccountId, '') AS account, coalesce(l.SkuMeter, '') AS meter,
      coalesce(l.ResourceId, '') AS resource, l.ResourceName AS resource_name, l.BillingDate = ${date(of.day)} AS is_now,
      CAST(l.${name(of.costMetric)} AS double) AS cost, coalesce(l.ConsumedQuantity, l.PricingQuantity, 0e0) AS quantity
    FROM cost_lines l
    WHERE (${joined(
      [0, ...Array.from({ length: of.weeks }, (_, i) => -7 * (i + 1))].map((back) =>
        onDay(addDays(of.day, back)),
      ),
      ' OR ',
    )})
      AND l.SubAccountId IN (${joined([...new Set(of.movers.map(({ account }) => account))].map((account) => sql`${account}`))})
      AND l.x_Service IN (${joined([...new Set(of.movers.map(({ service }) => service))].map((service) => sql`${service}`))})
      AND l.ChargeCategory = 'Usage'
      AND NOT coalesce(l.x_SpansDays, false)
  ), meters AS (
    SELECT service, account, meter, sum(CASE WHEN is_now THEN cost ELSE 0e0 END) AS cost_now,
      sum(CASE WHEN is_now THEN 0e0 ELSE cost END) / ${of.weeks} AS cost_usual,
      sum(CASE WHEN is_now THEN quantity ELSE 0e0 END) AS quantity_now,
      sum(CASE WHEN is_now THEN 0e0 ELSE quantity END) / ${of.weeks} AS quantity_usual
    FROM chosen_lines
    GROUP BY service, account, meter
  ), placed_meters AS (
    SELECT service, account, meter, cost_now, cost_usual, quantity_now, quantity_usual,
      row_number() OVER (PARTITION BY service, account ORDER BY abs(cost_now - cost_usual) DESC, meter) AS place
    FROM meters
  ), resources AS (
    SELECT service, account, resource, max(resource_name) AS resource_name,
      sum(CASE WHEN is_now THEN cost ELSE 0e0 END) AS cost_now,
      sum(CASE WHEN is_now THEN 0e0 ELSE cost END) / ${of.weeks} AS cost_usual,
      count_if(is_now) AS lines_now, count_if(NOT is_now) AS lines_usual
    FROM chosen_lines
    WHERE resource <> ''
    GROUP BY service, account, resource
  ), placed_resources AS (
    SELECT service, account, resource, resource_name, cost_now, cost_usual, lines_now, lines_usual,
      row_number() OVER (PARTITION BY service, account, lines_usual = 0 ORDER BY cost_now DESC, resource) AS place
    FROM resources
  ), moved AS (
    SELECT service, account,
      CAST(count_if(lines_usual = 0) AS bigint) AS came,
      sum(CASE WHEN lines_usual = 0 THEN cost_now ELSE 0e0 END) AS cost_came,
      max(CASE WHEN lines_usual = 0 AND place = 1 THEN coalesce(resource_name, resource) END) AS dearest,
      CAST(count_if(lines_now = 0) AS bigint) AS gone,
      sum(CASE WHEN lines_now = 0 THEN cost_usual ELSE 0e0 END) AS cost_gone
    FROM placed_resources
    GROUP BY service, account
  )
  SELECT m.service, m.account, m.meter, m.cost_now, m.cost_usual, m.quantity_now, m.quantity_usual,
    coalesce(r.came, 0), coalesce(r.cost_came, 0e0), r.dearest, coalesce(r.gone, 0), coalesce(r.cost_gone, 0e0)
  FROM placed_meters m
  LEFT JOIN moved r ON r.service = m.service AND r.account = m.account
  WHERE m.place = 1
  ORDER BY m.service, m.account`,
);

const date = (day: BillingDate): Sql => sql`CAST(${day} AS date)`;

/** A range of the bare column: engines skip what lies outside. */
const onDay = (day: BillingDate): Sql => sql`(l.ChargePeriodStart >= CAST(${`${day} 00:00:00`} AS timestamp)
        AND l.ChargePeriodStart < CAST(${`${addDays(day, 1)} 00:00:00`} AS timestamp))`;
