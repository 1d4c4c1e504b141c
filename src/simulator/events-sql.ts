import { addDays, type BillingDate } from '../core/calendar/billing-date.ts';
import { periodOf } from '../core/calendar/billing-period.ts';
import { joined, type Sql, sql } from '../sql/sql.ts';
import { charged } from './charged-sql.ts';
import { type Column, cost, moment, quantity } from './columns.ts';
import { lines } from './lines-sql.ts';
import { dayNumber } from './series.ts';

/** Late lines and changed amounts of a day are known so many days later. */
const KNOWN_AFTER_DAYS = 60;

/**
 * The daily usage of one day of a loaded plan (`loadPlan`) as cost events: JSON lines in a total order, with what each costs
 * in the end. An id is made of day, series and resource, so the same plan gives the same ids.
 */
export const eventsSql = (day: BillingDate): Sql => {
  const from = dayNumber(day);
  const known = { from, until: from + 1, cutDay: from + KNOWN_AFTER_DAYS, cutHour: 24 };
  return sql`
  WITH ${charged(known)},
  lines AS (${lines({ period: periodOf(day), invoiced: false })})
  SELECT ${joined(FIELDS, ' || ')} || '}'
  FROM lines l
  WHERE l.category = 'Usage' AND NOT l.monthly AND coalesce(l.status, 'Used') = 'Used' AND l.charge_start < ${midnight(addDays(day, 1))}
  ORDER BY l.day, l.series, l.number`;
};

const midnight = (day: BillingDate): Sql => sql`CAST(${`${day} 00:00:00`} AS timestamp)`;

const csvOf = ({ csv }: Column): Sql => csv;
const id = sql`'sim-' || CAST(l.day AS varchar) || '-' || CAST(l.series AS varchar) || '-' || CAST(l.number AS varchar)`;

/** Text in JSON: what the simulator names holds no other sign that has to be escaped. */
const inJson = (value: Sql): Sql =>
  sql`coalesce('"' || replace(replace(${value}, chr(92), chr(92) || chr(92)), '"', chr(92) || '"') || '"', 'null')`;

const field = (name: string, value: Sql): Sql => sql`${`"${name}":`} || ${value}`;

const FIELDS: readonly Sql[] = [
  sql`'{' || ${field('event_id', inJson(id))}`,
  ...[
    field('event_time', inJson(csvOf(moment('event_time', sql`l.charge_end + interval '1' hour`)))),
    field('account_id', inJson(sql`l.account`)),
    field('service', inJson(sql`coalesce(l.code, l.service_name)`)),
    field('region', inJson(sql`l.region`)),
    field('usage_type', inJson(sql`CASE WHEN l.priced THEN l.meter END`)),
    field('resource_id', inJson(sql`l.resource_id`)),
    field('usage_amount', sql`coalesce(${csvOf(quantity('usage_amount', sql`l.priced`))}, 'null')`),
    field('unblended_cost', inJson(csvOf(cost('unblended_cost', sql`l.billed`)))),
    field('currency', inJson(sql`'USD'`)),
    field('usage_start', inJson(csvOf(moment('usage_start', sql`l.charge_start`)))),
    field('usage_end', inJson(csvOf(moment('usage_end', sql`l.charge_end`)))),
    field('tags', sql`coalesce(l.tags_json, '{}')`),
    field('simulated', sql`'true'`),
  ].map((one) => sql`',' || ${one}`),
];
