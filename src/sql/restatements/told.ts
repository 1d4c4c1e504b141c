import type { BillingDate } from '../../core/calendar/billing-date.ts';
import { query } from '../query.ts';
import { joined, name, type Sql, sql } from '../sql.ts';

/** Columns of `restatements` that answers add up by. */
export type RestatedColumn = 'BillingDate' | 'OU' | 'Service' | 'LinkedAccount';

export interface RestatedWhere {
  /** The first and the last day asked for, both in it. */
  readonly from?: BillingDate | undefined;
  readonly to?: BillingDate | undefined;
  /** Commits after this version, and not before this moment (`YYYY-MM-DD HH:MM:SS.mmm`, UTC). */
  readonly after?: number | undefined;
  readonly since?: string | undefined;
  readonly ou?: string | undefined;
  readonly service?: string | undefined;
  readonly account?: string | undefined;
}

/** One row a commit, cause and source, newest first: what it changed in the reporting currency. Day span, rows, what went up and down. */
export const restatingCommits = query(
  'restating_commits',
  ({ rows, ...where }: RestatedWhere & { readonly rows: number }) => sql`
  SELECT LakeVersion, CommittedAt, Cause, Source, Delivery, min(BillingDate) AS FirstDay, max(BillingDate) AS LastDay,
    count(DISTINCT BillingDate) AS day_count, ${CHANGES}
  FROM restatements
  WHERE ${conditions(where)}
  GROUP BY LakeVersion, CommittedAt, Cause, Source, Delivery
  ORDER BY LakeVersion DESC, Cause, Source
  LIMIT ${rows}`,
);

/** One row of all commits: versions that changed something, rows, what went up and down; nulls where there is none. */
export const restatedTotal = query(
  'restated_total',
  (where: RestatedWhere) => sql`
  SELECT count(DISTINCT LakeVersion) AS commit_count, ${CHANGES}
  FROM restatements
  WHERE ${conditions(where)}`,
);

/** Each restatement by itself, newest first, the largest of a commit first. */
export const restatedRows = query(
  'restated_rows',
  ({ rows, ...where }: RestatedWhere & { readonly rows: number }) => sql`
  SELECT LakeVersion, CommittedAt, BillingDate, OU, Service, LinkedAccount, Source, Before, After, Cause, Delivery
  FROM restatements
  WHERE ${conditions(where)}
  ORDER BY LakeVersion DESC, abs(After - Before) DESC, BillingDate, OU, Service, LinkedAccount, Source
  LIMIT ${rows}`,
);

/** All commits added up by one column, the largest change first. */
export const restatedBy = query(
  'restated_by',
  ({ by, rows, ...where }: RestatedWhere & { readonly by: RestatedColumn; readonly rows: number }) => sql`
  SELECT ${name(by)}, count(DISTINCT LakeVersion) AS commit_count, ${CHANGES}
  FROM restatements
  WHERE ${conditions(where)}
  GROUP BY ${name(by)}
  ORDER BY abs(sum(After - Before)) DESC, ${name(by)}
  LIMIT ${rows}`,
);

/**
 * Everything that ever happened to a day in the reporting currency, newest first: one row a commit, cause and source, and
 * where the commit was the first to know of the day in that source, the cause is `arrival`.
 */
export const dayChanges = query(
  'day_changes',
  (where: RestatedWhere & { readonly day: BillingDate }) => sql`
  SELECT h.LakeVersion, c.CommittedAt, h.Cause, h.Source, h.Delivery, h.Change
  FROM (
    SELECT LakeVersion, 'arrival' AS Cause, x_SourceId AS Source, Delivery, sum(DailyCost) AS Change
    FROM arrivals
    WHERE New AND Counted AND DailyCost IS NOT NULL AND BillingDate = CAST(${where.day} AS DATE)${arrivalScope(where)}
    GROUP BY LakeVersion, x_SourceId, Delivery
    UNION ALL
    SELECT LakeVersion, Cause, Source, Delivery, sum(After - Before) AS Change
    FROM restatements
    WHERE ${conditions({ ...where, from: where.day, to: where.day })}
    GROUP BY LakeVersion, Cause, Source, Delivery
  ) h
  JOIN history_commits c ON c.LakeVersion = h.LakeVersion
  ORDER BY h.LakeVersion DESC, h.Cause DESC, h.Source`,
);

/** The `rows` largest restatements of a day in each commit, cause and source, largest first. */
export const dayLargest = query(
  'day_largest',
  ({ rows, ...where }: RestatedWhere & { readonly day: BillingDate; readonly rows: number }) => sql`
  SELECT LakeVersion, Cause, Source, OU, Service, LinkedAccount, Before, After
  FROM (
    SELECT LakeVersion, Cause, Source, OU, Service, LinkedAccount, Before, After,
      row_number() OVER (PARTITION BY LakeVersion, Cause, Source
        ORDER BY abs(After - Before) DESC, OU, Service, LinkedAccount) AS place
    FROM restatements
    WHERE ${conditions({ ...where, from: where.day, to: where.day })}
  ) ranked
  WHERE place <= ${rows}
  ORDER BY LakeVersion DESC, Cause DESC, Source, place`,
);

/** What a day is now, in the reporting currency; null where it holds nothing. */
export const dayNow = query(
  'day_now',
  (where: RestatedWhere & { readonly day: BillingDate }) => sql`
  SELECT sum(DailyCost) AS amount
  FROM ou_breakdown
  WHERE BillingDate = CAST(${where.day} AS DATE)${named(where)}`,
);

const CHANGES: Sql = sql`count(*) AS row_count,
    sum(CASE WHEN After > Before THEN After - Before ELSE CAST(0 AS decimal(38,15)) END) AS Up,
    sum(CASE WHEN After < Before THEN After - Before ELSE CAST(0 AS decimal(38,15)) END) AS Down,
    sum(After - Before) AS Change`;

/** In the reporting currency: amounts in billing currencies are for whoever asks in SQL. */
function conditions(where: RestatedWhere): Sql {
  const { from, to, after, since } = where;
  return sql`Metric = 'DailyCost'${joined(
    [
      ...(from === undefined ? [] : [sql` AND BillingDate >= CAST(${from} AS DATE)`]),
      ...(to === undefined ? [] : [sql` AND BillingDate <= CAST(${to} AS DATE)`]),
      ...(after === undefined ? [] : [sql` AND LakeVersion > ${after}`]),
      ...(since === undefined ? [] : [sql` AND CommittedAt >= CAST(${since} AS timestamp)`]),
    ],
    '',
  )}${named(where)}`;
}

const named = ({ ou, service, account }: RestatedWhere): Sql =>
  joined(
    [
      ...(ou === undefined ? [] : [sql` AND OU = ${ou}`]),
      ...(service === undefined ? [] : [sql` AND Service = ${service}`]),
      ...(account === undefined ? [] : [sql` AND LinkedAccount = ${account}`]),
    ],
    '',
  );

const arrivalScope = ({ ou, service, account }: RestatedWhere): Sql =>
  joined(
    [
      ...(ou === undefined ? [] : [sql` AND x_OU = ${ou}`]),
      ...(service === undefined ? [] : [sql` AND x_ServiceCode = ${service}`]),
      ...(account === undefined ? [] : [sql` AND coalesce(SubAccountId, '') = ${account}`]),
    ],
    '',
  );
