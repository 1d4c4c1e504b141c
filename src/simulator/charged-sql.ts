import { type Sql, sql } from '../sql/sql.ts';
import { WHOLE } from './split.ts';

/** Which lines of a plan a delivery knows. Days are day numbers; the cut is the newest hour it has usage of. */
export interface Known {
  /** First day, and the day after the last. */
  readonly from: number;
  readonly until: number;
  readonly cutDay: number;
  /** 0 … 24. */
  readonly cutHour: number;
}

/**
 * The relation `charged` of a WITH clause: what each resource used each day, as a whole number of 10⁻ᑫ units. Of the day of
 * the cut only the hours that have passed are there; late lines and changed amounts are as they were known at the cut.
 * Reads `sim_days`, `sim_series`, `sim_parts`.
 */
export const charged = ({ from, until, cutDay, cutHour }: Known): Sql => sql`
  known AS (
    SELECT d.series, d.day, s.start_hour, s.end_hour,
      CASE WHEN d.day < ${cutDay} OR s.prorated = 0 THEN s.end_hour
        ELSE least(s.end_hour, ${cutHour} - CASE WHEN d.series % 3 = 2 THEN 1 ELSE 0 END) END AS until_hour,
      CAST(CASE WHEN d.restated_on > ${cutDay} THEN d.before ELSE d.quantity END AS bigint) AS quantity
    FROM sim_days d
    JOIN sim_series s ON s.series = d.series
    WHERE d.day >= ${from} AND d.day < ${until} AND d.day <= ${cutDay} AND (d.lag = 0 OR d.day + d.lag < ${cutDay})
  ),
  passed AS (
    SELECT k.series, k.day, k.start_hour, k.until_hour,
      CASE WHEN k.until_hour = k.end_hour THEN k.quantity
        ELSE k.quantity * (k.until_hour - k.start_hour) / (k.end_hour - k.start_hour) END AS quantity
    FROM known k
    WHERE k.until_hour > k.start_hour
  ),
  charged AS (
    SELECT d.series, d.day, d.start_hour, d.until_hour, p.resource,
      CASE WHEN p.until_part - p.from_part = ${WHOLE} THEN d.quantity
        ELSE d.quantity * p.until_part / ${WHOLE} - d.quantity * p.from_part / ${WHOLE} END AS quantity
    FROM passed d
    JOIN sim_parts p ON p.series = d.series
  )`;
