import type { Engine } from '../ports/engine.ts';
import { name, sql } from '../sql/sql.ts';
import { notCosts } from './header-errors.ts';
import type { Profile } from './profile.ts';
import { raw } from './reading/raw-table.ts';
import type { Survey } from './survey.ts';

/** Columns of a bill without one amount in them would become a month that cost nothing. @throws UserError FORMAT_NOT_COSTS */
export async function refuseWithoutCosts(engine: Engine, profile: Profile, survey: Survey): Promise<void> {
  if (survey.hasAmounts) return;
  const column = profile.table.find(profile.costColumn);
  if (column !== undefined && survey.rows > 0) {
    const [row] = await engine.rows(
      sql`SELECT count(nullif(CAST(${raw(column)} AS varchar), '')) FROM ${name(profile.table.relation)} r`,
    );
    if (Number(row?.[0]) > 0) return;
  }
  throw notCosts(
    `${profile.label} was recognised, but ${profile.costColumn} is empty in all ${survey.rows} rows`,
    'Export it again with its cost columns filled; an empty cost is unknown, never 0.',
  );
}
