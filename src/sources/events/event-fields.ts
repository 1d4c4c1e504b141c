import { identifier, joined, type Sql, sql } from '../../sql/sql.ts';
import { LINE_COLUMN } from '../reading/raw-table.ts';

/** What an event says, by its own names. */
export const EVENT_FIELDS = [
  ...['event_id', 'event_time', 'account_id', 'service', 'region', 'usage_type', 'resource_id'],
  ...['usage_amount', 'unblended_cost', 'currency', 'usage_start', 'usage_end', 'tags', 'simulated'],
] as const;

/** A line that is no JSON object, as it stands. */
export const UNREAD = 'x_Unread';

/**
 * The columns of an event from its line `l.line`: each field as text, null where the event does not say it. Every engine
 * would make a double of a number, so amounts are read from the line's own digits.
 */
export const eventFields = (): Sql =>
  joined([
    ...EVENT_FIELDS.map((field) => sql`${fieldText(field)} AS ${identifier(field)}`),
    sql`CASE WHEN event IS NULL OR NOT starts_with(ltrim(l.line), '{') THEN l.line END AS ${identifier(UNREAD)}`,
    sql`l.line AS ${identifier(LINE_COLUMN)}`,
  ]);

/** `line` and `event`, its JSON or null, of the lines that hold anything. */
export const parsedLines = (lines: Sql): Sql => sql`
  (SELECT line, TRY(json_parse(line)) AS event FROM ${lines} t WHERE trim(line) <> '') l`;

function fieldText(field: (typeof EVENT_FIELDS)[number]): Sql {
  const path = `$.${field}`;
  if (field === 'tags') return sql`json_format(json_extract(l.event, ${path}))`;
  const text = sql`nullif(json_extract_scalar(l.event, ${path}), '')`;
  return field === 'unblended_cost' ? exactText(field, text) : text;
}

/** A name that comes twice is told as such: nobody knows which of them is the event's own. */
function exactText(field: string, scalar: Sql): Sql {
  const key = `"${field}"\\s*:\\s*`;
  return sql`CASE
      WHEN ${scalar} IS NULL THEN NULL
      WHEN regexp_like(l.line, ${`${key}.*"${field}"\\s*:`}) THEN 'several values'
      WHEN regexp_like(l.line, ${`${key}"`}) THEN ${scalar}
      ELSE coalesce(regexp_extract(l.line, ${`${key}(-?[0-9][0-9.eE+-]*)`}, 1), 'no plain number') END`;
}
