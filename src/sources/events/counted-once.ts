import { UserError } from '../../core/errors/user-error.ts';
import type { Engine } from '../../ports/engine.ts';
import { EVENT_COLUMNS } from '../../sql/schema.ts';
import { identifier, joined, name, type Sql, sql } from '../../sql/sql.ts';
import type { OpenOptions } from '../contract.ts';
import type { Profile } from '../profile.ts';
import { raw } from '../reading/raw-table.ts';
import * as read from '../reading/values.ts';
import type { Staged } from '../staged.ts';
import { unfit } from '../survey.ts';

const MONTH = 'x_Month';
const REPEATED = 'x_Repeated';
const DIFFERS = 'x_Differs';

/** A delivery of events and what it is: of events with one id only the first counts. */
interface Events {
  readonly staged: Staged;
  readonly profile: Profile;
}

/**
 * Says of each event whether its id counts already, in an earlier delivery or before it in this one; rows that cannot be
 * loaded do not count. Of equal ids in one delivery the oldest counts, and so on through all fields: always the same one.
 * @throws UserError `SIMULATED_AND_REAL` where some events are simulated and others are not
 */
export async function countedOnce(
  engine: Engine,
  { staged, profile }: Events,
  counted: OpenOptions['counted'],
): Promise<Events> {
  const relation = `${profile.table.relation}_once`;
  const before = (await counted?.()) ?? (await noneBefore(engine, relation));
  await engine.keep(relation, onceSql(profile, before));
  const column = (name: string): Sql => sql`r.${identifier(name)}`;
  const [row = []] = await engine.rows(sql`
    SELECT count(*), count(CASE WHEN ${column('simulated')} = 'true' THEN 1 END),
      count(CASE WHEN ${column(REPEATED)} THEN 1 END), count(CASE WHEN ${column(DIFFERS)} THEN 1 END)
    FROM ${name(relation)} r`);
  const [events = 0, simulated = 0, repeated = 0, different = 0] = row.map(Number);
  if (simulated > 0 && simulated < events) throw mixed(staged.files[0]);
  const table = profile.table.over(relation, [MONTH]);
  return {
    staged: { ...staged, relations: [relation, `${relation}_before`, ...staged.relations] },
    profile: {
      ...profile,
      table,
      periodColumn: MONTH,
      dropped: column(REPEATED),
      simulated: simulated > 0,
      notes: [...profile.notes, ...notesOf(repeated, different)],
    },
  };
}

/** Nothing came before: for a look at files without a lake. */
async function noneBefore(engine: Engine, relation: string): Promise<string> {
  await engine.values(`${relation}_before`, EVENT_COLUMNS, []);
  return `${relation}_before`;
}

function onceSql(profile: Profile, before: string): Sql {
  const { table, columns, events } = profile;
  const id = events?.id ?? read.NO_TEXT;
  const own = table.columns.map(raw);
  const names = table.columns.map((column) => identifier(column.name));
  const order = joined([sql`x_Time`, ...names]);
  return sql`
    SELECT ${joined(names)}, ${name(MONTH)}, NOT x_Unfit AND (x_Known OR x_Place > 1) AS ${name(REPEATED)},
      NOT x_Unfit AND (x_Known OR x_Place > 1) AND x_Cost <> coalesce(x_CostBefore, x_CostFirst) AS ${name(DIFFERS)}
    FROM (
      SELECT ${joined(names)}, ${name(MONTH)}, x_Unfit, x_Cost, x_CostBefore, x_CostBefore IS NOT NULL AS x_Known,
        row_number() OVER (PARTITION BY x_Id, x_Unfit ORDER BY ${order}) AS x_Place,
        first_value(x_Cost) OVER (PARTITION BY x_Id, x_Unfit ORDER BY ${order}) AS x_CostFirst
      FROM (
        SELECT ${joined(own)}, CAST(${columns.get('BillingPeriodStart') ?? sql`NULL`} AS varchar) AS ${name(MONTH)},
          ${id} AS x_Id, ${events?.time ?? sql`NULL`} AS x_Time, ${unfit(profile) ?? sql`false`} AS x_Unfit,
          ${columns.get('BilledCost') ?? sql`NULL`} AS x_Cost, b.BilledCost AS x_CostBefore
        FROM ${name(table.relation)} r
        LEFT JOIN ${name(before)} b ON b.x_EventId = ${id}
      ) AS read
    ) AS placed`;
}

const events = (count: number): string => (count === 1 ? '1 event' : `${count} events`);

const notesOf = (repeated: number, different: number): readonly string[] => [
  ...(repeated === 0 ? [] : [`${events(repeated)} came again: an event_id counts once.`]),
  ...(different === 0 ? [] : [`${events(different)} of these with another cost: the first that came stays.`]),
];

const mixed = (file: string | undefined): UserError =>
  new UserError('SIMULATED_AND_REAL', {
    what: 'Some of these events are simulated, others are not',
    place: { file },
    remedy: 'Give them apart, for two lakes.',
  });
