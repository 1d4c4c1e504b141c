import { type Sql, sql } from '../sql.ts';

/** Which of CHARGE_KINDS a line `l` is. refund: a correction of an invoiced charge, whatever its sign; then by category, unknown categories as usage. */
export const CHARGE_KIND: Sql = sql`
  CASE
    WHEN l.ChargeClass = 'Correction' OR l.x_LineItemType = 'Refund' THEN 'refund'
    WHEN l.ChargeCategory = 'Credit' THEN 'credit'
    WHEN l.ChargeCategory = 'Tax' THEN 'tax'
    WHEN l.ChargeCategory = 'Purchase' THEN 'fee'
    ELSE 'usage'
  END`;
