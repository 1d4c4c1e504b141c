import { type BreakdownOf, breakdownRows } from './ou-breakdown.ts';
import { within } from './parts/within.ts';
import { query } from './query.ts';
import { type Sql, sql } from './sql.ts';

/** The first line of every breakdown CSV, with its line end. A day's file is this and the day's `text`. */
export const CSV_HEADER = 'BillingDate,OU,Service,LinkedAccount,DailyCost\n';

/**
 * The breakdown as CSV, made by the engine so that archive, mail and command line share one text. One row a day that has
 * any, in order of days: [day, text, rows, total]. `text` is the day's lines in A1's order without the header, each with
 * its LF; `total` is their exact sum, decimal(38,15). RFC 4180 quoting; names that would start a formula get an apostrophe.
 */
export const breakdownCsv = query(
  'breakdown_csv',
  ({ period }: BreakdownOf) => sql`
  SELECT BillingDate,
    array_join(array_agg(line ORDER BY OU, DailyCost DESC, Service, LinkedAccount), '') AS csv,
    count(*) AS line_count,
    sum(DailyCost) AS total
  FROM (
    SELECT BillingDate, OU, DailyCost, Service, LinkedAccount,
      CAST(BillingDate AS varchar) || ',' || ${csvName(sql`OU`)} || ',' || ${csvName(sql`Service`)} || ','
        || ${csvName(sql`LinkedAccount`)} || ',' || ${minimalDigits(sql`CAST(DailyCost AS varchar)`)} || ${'\n'} AS line
    FROM (${breakdownRows(within(period))}) breakdown
  ) written
  GROUP BY BillingDate
  ORDER BY BillingDate`,
);

/** A name as a CSV cell: a formula made harmless, then quoted where RFC 4180 asks for it. */
function csvName(text: Sql): Sql {
  return sql`CASE WHEN regexp_like(${text}, ${'^\'*[=+@\t\r-]|[,"\r\n]'}) THEN ${quoted(harmless(text))} ELSE ${text} END`;
}

/** An apostrophe more before `= + - @` (tab and CR likewise), also after apostrophes of its own: so it can be undone. */
const harmless = (text: Sql): Sql =>
  sql`CASE WHEN regexp_like(${text}, ${"^'*[=+@\t\r-]"}) THEN '''' || ${text} ELSE ${text} END`;

const quoted = (text: Sql): Sql =>
  sql`CASE WHEN regexp_like(${text}, ${'[,"\r\n]'}) THEN '"' || replace(${text}, '"', '""') || '"' ELSE ${text} END`;

/** A decimal(38,15)'s text without needless zeros: the two first decimals always stay. */
function minimalDigits(text: Sql): Sql {
  return sql`substr(${text}, 1, length(${text}) - 13) || trim(TRAILING '0' FROM substr(${text}, length(${text}) - 12))`;
}

/** The name that a CSV cell stood for: undoes the apostrophe of `breakdownCsv` (after a CSV reader has undone the quotes). */
export const nameOfCell = (cell: string): string => (/^'+[=+@\t\r-]/.test(cell) ? cell.slice(1) : cell);
