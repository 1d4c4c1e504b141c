import { joined, type Sql, sql } from '../sql.ts';

/** The bucket of accounts that the account map does not know. */
export const UNMAPPED = 'Unmapped';

/** The bucket of accounts directly below Root. */
export const ROOT = 'Root';

/**
 * The OU at `level` (1: below Root) of a path such as `Commercial/Marketing`; a shorter path is its own OU. An empty path is
 * `Root`, an unknown one (null) `Unmapped`: money is never dropped because a map has a gap.
 */
export const ouAt = (path: Sql, level: number): Sql => {
  const below = Array.from({ length: level - 1 }, (_, i) => {
    const part = sql`coalesce(split_part(${path}, '/', ${i + 2}), '')`;
    return sql` || CASE WHEN ${part} = '' THEN '' ELSE '/' || ${part} END`;
  });
  return sql`CASE WHEN ${path} IS NULL THEN ${UNMAPPED} WHEN ${path} = '' THEN ${ROOT}
    ELSE coalesce(split_part(${path}, '/', 1), '')${joined(below, '')} END`;
};
