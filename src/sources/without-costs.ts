import type { Engine } from '../ports/engine.ts';
import { name, sql } from '../sql/sql.ts';
import { notCosts } from './header-errors.ts';
import type { Profile } from './profile.ts';
import { raw } from './reading/raw-table.ts';
import type { Survey } from './surveyed.ts';

/** As `refuseAllEmpty`, where the survey has not seen an amount already. */
export async function refuseWithoutCosts(engine: Engine, profile: Profile, survey: Survey): Promise<void> {
  if (!survey.hasAmounts) await refuseAllEmpty(engine, profile);
}

/** Columns of a bill without one amount in them would become a month that cost nothing. @throws UserError FORMAT_NOT_COSTS */
export async function refuseAllEmpty(engine: Engine, profile: Profile): Promise<void> {
  const column = profile.table.find(profile.costColumn);
  if (column !== undefined) {
    const given = sql`nullif(CAST(${raw(column)} AS varchar), '') IS NOT NULL`;
    // One row is enough to know; engines stop at it.
    const found = await engine.rows(
      sql`SELECT 1 FROM ${name(profile.table.relation)} r WHERE ${given} LIMIT 1`,
    );
    if (found.length > 0) return;
  }
  throw notCosts(
    `${profile.label} was recognised, but ${profile.costColumn} is empty in all rows`,
    'Export it again with its cost columns filled; an empty cost is unknown, never 0.',
  );
}
