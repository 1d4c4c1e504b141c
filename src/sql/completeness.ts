import { addDays, type BillingDate, eachDay, type Period } from '../core/calendar/billing-date.ts';
import { known } from '../core/errors/invariant.ts';
import { DAILY_USAGE } from './parts/daily-usage.ts';
import { openOn } from './parts/names.ts';
import { within } from './parts/within.ts';
import { query } from './query.ts';
import { joined, type Sql, sql } from './sql.ts';

/** A source's day whose accounts are to be looked at. */
export interface CandidateDay {
  readonly source: string;
  readonly date: BillingDate;
}

/** How many earlier days of the same weekday say what is usual. */
const WEEKS = 4;

/**
 * Accounts below half of the same weekday's median line count, on the given days (at least one): [source, account, day,
 * lines, usual lines, newest day with usage]. Accounts with fewer than two such weekdays in four weeks are brand-new and
 * not in it. Counts lines of daily usage, so month-start fees and tax make no day look full. Reads `daily_costs`.
 */
export const thinAccountDays = query('thin_account_days', (candidates: readonly CandidateDay[]) => {
  const dates = candidates.map(({ date }) => date).sort();
  const first = known(dates[0], 'a candidate day');
  const last = known(dates.at(-1), 'a candidate day');
  return thinDays(
    { from: first, until: addDays(last, 1) },
    sql`
    SELECT given.source, CAST(given.day_text AS date) AS candidate_day
    FROM (VALUES ${joined(candidates.map(({ source, date }) => sql`(${source}, ${date})`))}) AS given(source, day_text)`,
  );
});

/** As `thin_account_days`, for every day of `period` (at least one) in every source. */
export const thinDaysWithin = query('thin_days_within', (period: Period) =>
  thinDays(
    period,
    sql`
    SELECT sources.source, CAST(given.day_text AS date) AS candidate_day
    FROM (SELECT DISTINCT x_SourceId AS source FROM daily_costs) sources
    CROSS JOIN (VALUES ${joined([...eachDay(period)].map((date) => sql`(${date})`))}) AS given(day_text)`,
  ),
);

/** The accounts that are thin on `candidates` [source, candidate_day], all of them in `period`. */
const thinDays = ({ from, until }: Period, candidates: Sql): Sql => sql`
  WITH candidates AS (${candidates}
  ), counts AS (
    SELECT x_SourceId AS source, coalesce(SubAccountId, '') AS account, BillingDate, day_of_week(BillingDate) AS on_weekday,
      sum(lines) AS n
    FROM daily_costs
    WHERE BillingDate >= CAST(${addDays(from, -7 * WEEKS)} AS date)
      AND BillingDate <= CAST(${addDays(until, -1)} AS date)
      AND ${DAILY_USAGE}
    GROUP BY x_SourceId, coalesce(SubAccountId, ''), BillingDate
  ), ranked AS (
    SELECT d.source, c.account, d.candidate_day, c.n,
      row_number() OVER (PARTITION BY d.source, c.account, d.candidate_day ORDER BY c.n) AS rank_of_day,
      count(*) OVER (PARTITION BY d.source, c.account, d.candidate_day) AS days_seen
    FROM candidates d
    JOIN counts c ON c.source = d.source AND c.on_weekday = day_of_week(d.candidate_day)
      AND c.BillingDate < d.candidate_day AND c.BillingDate >= CAST(date_add('day', ${-7 * WEEKS}, d.candidate_day) AS date)
  ), usual AS (
    SELECT source, account, candidate_day, avg(CAST(n AS double)) AS usual_lines
    FROM ranked
    WHERE days_seen >= 2
      AND 2 * rank_of_day BETWEEN days_seen AND days_seen + 2
    GROUP BY source, account, candidate_day
  ), seen AS (
    SELECT source, account, max(BillingDate) AS last_seen
    FROM counts
    GROUP BY source, account
  )
  SELECT u.source, u.account, u.candidate_day, CAST(coalesce(c.n, 0) AS bigint) AS lines_seen, u.usual_lines, s.last_seen
  FROM usual u
  JOIN seen s ON s.source = u.source AND s.account = u.account
  LEFT JOIN counts c ON c.source = u.source AND c.account = u.account AND c.BillingDate = u.candidate_day
  WHERE 2 * coalesce(c.n, 0) < u.usual_lines
  ORDER BY u.source, u.account, u.candidate_day`;

/** Lines per source, account and day of `period`: [source, account, day, lines]. Reads `daily_costs`. */
export const linesPerAccountDay = query(
  'lines_per_account_day',
  (period: Period): Sql => sql`
  SELECT x_SourceId AS source, coalesce(SubAccountId, '') AS account, BillingDate, CAST(sum(lines) AS bigint) AS line_count
  FROM daily_costs
  WHERE ${within(period)}
  GROUP BY x_SourceId, coalesce(SubAccountId, ''), BillingDate
  ORDER BY source, account, BillingDate`,
);

/**
 * Who is in the lake, and since when: [source, account, first and newest day with a line, name and OU on that newest day].
 * Reads `daily_costs`.
 */
export const accountSpans = query(
  'account_spans',
  (): Sql => sql`
  WITH spans AS (
    SELECT x_SourceId AS source, coalesce(SubAccountId, '') AS account, min(BillingDate) AS first_day, max(BillingDate) AS last_day
    FROM daily_costs
    GROUP BY x_SourceId, coalesce(SubAccountId, '')
  )
  SELECT s.source, s.account, s.first_day, s.last_day, max(d.SubAccountName) AS account_name, max(d.x_OU) AS ou
  FROM spans s
  JOIN daily_costs d ON d.x_SourceId = s.source AND coalesce(d.SubAccountId, '') = s.account AND d.BillingDate = s.last_day
  GROUP BY s.source, s.account, s.first_day, s.last_day
  ORDER BY s.source, s.account`,
);

/**
 * Newest day with daily usage per account, over all sources, from `since` on: [account, name, day], oldest first; only
 * accounts whose newest day is before `quietBefore`. Accounts that the account map calls closed, or no longer names on that
 * day, are not missed. Reads `daily_costs`, `account_map`.
 */
export const quietAccounts = query(
  'quiet_accounts',
  ({ since, quietBefore }: { readonly since: BillingDate; readonly quietBefore: BillingDate }): Sql => sql`
  WITH seen AS (
    SELECT coalesce(SubAccountId, '') AS account, max(SubAccountName) AS account_name, max(BillingDate) AS last_seen
    FROM daily_costs
    WHERE BillingDate >= CAST(${since} AS date)
      AND ${DAILY_USAGE}
    GROUP BY coalesce(SubAccountId, '')
    HAVING max(BillingDate) < CAST(${quietBefore} AS date)
  ), mapped AS (
    SELECT account_id, max(CASE WHEN ${openOn(quietBefore)} THEN 1 ELSE 0 END) AS is_open
    FROM account_map
    GROUP BY account_id
  )
  SELECT s.account, s.account_name, s.last_seen
  FROM seen s
  LEFT JOIN mapped m ON m.account_id = s.account
  WHERE coalesce(m.is_open, 1) = 1
  ORDER BY s.last_seen, s.account`,
);

/** What each source has: [source, first and newest day with a line]. Reads `daily_costs`. */
export const sourceReach = query(
  'source_reach',
  (): Sql => sql`
  SELECT x_SourceId, min(BillingDate) AS first_day, max(BillingDate) AS last_day
  FROM daily_costs
  GROUP BY x_SourceId
  ORDER BY x_SourceId`,
);

/**
 * Sources all of whose accounts go on in another source on later days: [source]. Accounts are those of the source's own
 * last seven days. Reads `daily_costs`.
 */
export const replacedSources = query(
  'replaced_sources',
  (): Sql => sql`
  WITH reach AS (
    SELECT x_SourceId AS source, coalesce(SubAccountId, '') AS account, max(BillingDate) AS last_day
    FROM daily_costs
    GROUP BY x_SourceId, coalesce(SubAccountId, '')
  ), ends AS (
    SELECT source, max(last_day) AS source_end
    FROM reach
    GROUP BY source
  ), judged AS (
    SELECT r.source, r.account, max(CASE WHEN o.last_day > e.source_end THEN 1 ELSE 0 END) AS goes_on
    FROM reach r
    JOIN ends e ON e.source = r.source AND r.last_day >= CAST(date_add('day', -6, e.source_end) AS date)
    LEFT JOIN reach o ON o.account = r.account AND o.source <> r.source
    GROUP BY r.source, r.account
  )
  SELECT source
  FROM judged
  GROUP BY source
  HAVING min(goes_on) = 1
  ORDER BY source`,
);
