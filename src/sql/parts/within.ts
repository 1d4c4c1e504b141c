import type { Period } from '../../core/calendar/billing-date.ts';
import { type Sql, sql } from '../sql.ts';

/** BillingDate lies in `period`. A bare column lets engines skip files. */
export const within = ({ from, until }: Period): Sql =>
  sql`BillingDate >= CAST(${from} AS DATE) AND BillingDate < CAST(${until} AS DATE)`;
