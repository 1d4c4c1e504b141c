import { type Sql, sql } from '../sql.ts';

/** Usage that spans at most a day: what days are compared by. No tax, fees, credits, refunds, month-spanning charges. */
export const DAILY_USAGE: Sql = sql`x_ChargeKind = 'usage' AND NOT x_SpansDays`;
