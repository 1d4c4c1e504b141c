import { joined, type Sql, sql } from '../sql.ts';

/** A level of OUs that only the engine knows, of at most `max`. */
export interface LevelThere {
  readonly level: Sql;
  readonly max: number;
}

/** The bucket of accounts that the account map does not know. */
export const UNMAPPED = 'Unmapped';

/** The bucket of accounts directly below Root. */
export const ROOT = 'Root';

/**
 * The OU at `level` (1: below Root) of a path such as `Commercial/Marketing`; a shorter path is its own OU. An empty path is
 * `Root`, an unknown one (null) `Unmapped`: money is never dropped because a map has a gap.
 */
export const ouAt = (path: Sql, level: number | LevelThere): Sql => {
  const [max, there] = typeof level === 'number' ? [level, undefined] : [level.max, level.level];
  const below = Array.from({ length: max - 1 }, (_, i) => {
    const part = sql`coalesce(split_part(${path}, '/', ${i + 2}), '')`;
    const isDeeper = there === undefined ? sql`` : sql`${there} < ${i + 2} OR `;
    return sql` || CASE WHEN ${isDeeper}${part} = '' THEN '' ELSE '/' || ${part} END`;
  });
  return sql`CASE WHEN ${path} IS NULL THEN ${UNMAPPED} WHEN ${path} = '' THEN ${ROOT}
    ELSE coalesce(split_part(${path}, '/', 1), '')${joined(below, '')} END`;
};

/** Named subquery `accounts_then`: in which OU (`path`) and team an account was on which days, open ends filled. Reads `account_map`. */
export const ACCOUNTS_THEN: Sql = sql`
  accounts_then AS (
    SELECT account_id, coalesce(valid_from, DATE '0001-01-01') AS since,
      coalesce(valid_until, DATE '9999-12-31') AS until,
      CASE WHEN ou_path = 'Root' THEN '' WHEN starts_with(ou_path, 'Root/') THEN substr(ou_path, 6)
        ELSE coalesce(ou_path, '') END AS path,
      coalesce(element_at(tags, 'team'), element_at(tags, 'Team')) AS team
    FROM account_map
  )`;
