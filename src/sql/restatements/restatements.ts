import { RESTATED_COLUMNS } from '../schema.ts';
import { joined, name, type Sql, sql } from '../sql.ts';

/** The relation `restatements`: what commits wrote (RESTATED_COLUMNS), with the moment that they became true. */
export const restatements = (): Sql => sql`
  SELECT ${joined(RESTATED_COLUMNS.map((column) => sql`r.${name(column.name)}`))}, c.CommittedAt
  FROM restated r
  JOIN history_commits c ON c.LakeVersion = r.LakeVersion`;
