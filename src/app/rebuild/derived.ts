import { known } from '../../core/errors/invariant.ts';
import { UserError } from '../../core/errors/user-error.ts';
import type { CatalogEntry } from '../../lake/catalog.ts';
import type { LakeState, Load, Rollup } from '../../lake/catalog-types.ts';
import type { Lake } from '../../lake/lake.ts';
import { pinInputs, pinLake } from '../../lake/pin.ts';
import { historyOf } from '../../lake/restatements.ts';
import { spikeRules } from '../../lake/rules.ts';
import type { ColumnDef } from '../../ports/engine.ts';
import { ARRIVAL_COLUMNS, RESTATED_COLUMNS } from '../../sql/schema.ts';
import { joined, name, sql } from '../../sql/sql.ts';
import { checkRollup } from '../ingest-write.ts';
import { rollUp } from '../rollups.ts';
import { judgedMonths } from '../verdicts.ts';
import type { RebuiltFiles } from './files.ts';
import type { RebuildDoors } from './rebuild-doors.ts';

/** A commit with the lake before and after it. */
export interface Commit {
  readonly lake: Lake;
  readonly before: LakeState;
  readonly after: LakeState;
  readonly entry: CatalogEntry;
}

/** Makes lost or damaged rollups of a commit again from their lines and the inputs of that version. */
export async function remakeRollups(
  doors: RebuildDoors,
  files: RebuiltFiles,
  { lake, after, entry }: Commit,
): Promise<void> {
  for (const { load, rollup } of rollupsOf(entry, after)) {
    const bad = await files.bad(rollup.files);
    await files.remake(rollup.files, bad, async (clear) => {
      doors.progress.step('rebuild', 0, 0, `rollup of ${load.source} ${load.billingPeriod}`);
      for (const file of load.lines) if (!(await files.isWhole(file))) throw fromBad(file.key);
      await pinInputs(doors.engine, lake, after);
      await clear();
      const id = idIn(rollup.files[0]?.key).slice(load.id.length + 1);
      const settings = { ...doors.settings, requiredTagKeys: tagsIn(rollup.identity) };
      const made = await rollUp({ ...doors, settings, random: { id: () => id } }, lake, after, load);
      if (made.identity === rollup.identity && rowsOf(made) === rowsOf(rollup)) {
        await checkRollup(doors, { ...load, load: load.id }, made);
        return;
      }
      for (const { key } of made.files) await doors.store.discard(key);
      throw differs(`The rollup of ${load.source} ${load.billingPeriod}`);
    });
  }
}

/** The rollups that a commit brought, with their loads. */
function rollupsOf({ change }: CatalogEntry, after: LakeState): readonly { load: Load; rollup: Rollup }[] {
  if (change.kind === 'loads') return change.added.map((load) => ({ load, rollup: load.rollup }));
  if (change.kind !== 'inputs') return [];
  return change.rollups.map(({ load: id, rollup }) => ({
    load: known(
      after.loads.find((load) => load.id === id),
      `load ${id}`,
    ),
    rollup,
  }));
}

/** `load=<load>.<id>` of a rollup, or the name of a file of verdicts or of the history. */
const idIn = (key: string | undefined): string =>
  /\/load=([^/]+)\/[^/]+$/.exec(key ?? '')?.[1] ?? /\/([^/]+)\.parquet$/.exec(key ?? '')?.[1] ?? '';

/** The tag keys that were required then, where no version of the rules says so. */
const tagsIn = (identity: string): readonly string[] =>
  (/; tags ([^;]*?)(?: by [0-9a-f]{8})?(?:;|$)/.exec(identity)?.[1] ?? '')
    .split(',')
    .filter((key) => key !== '');

const rowsOf = ({ files }: Rollup): string => JSON.stringify(files.map(({ key, rows }) => [key, rows]));

/** Makes lost or damaged verdicts of a commit again: its months are judged as they were then. */
export async function remakeVerdicts(
  doors: RebuildDoors,
  files: RebuiltFiles,
  { lake, before, after, entry }: Commit,
): Promise<void> {
  const months = 'months' in entry.change ? (entry.change.months ?? []) : [];
  const all = months.flatMap((month) => month.files);
  const bad = await files.bad(all);
  await files.remake(all, bad, async (clear) => {
    doors.progress.step('rebuild', 0, 0, `verdicts of version ${entry.version}`);
    for (const { rollup } of after.loads)
      for (const file of rollup.files) if (!(await files.isWhole(file))) throw fromBad(file.key);
    const base = entry.change.kind === 'verdicts' ? before : { ...after, verdicts: before.verdicts };
    const unjudged = {
      ...base,
      verdicts: base.verdicts.filter(({ month }) => !months.some((of) => of.month === month)),
    };
    const loads = after.loads.map((load) => ({ ...load, lines: [] }));
    await pinLake(doors.engine, lake, { ...unjudged, loads, verdicts: [] });
    await clear();
    const ids = all.map(({ key }) => idIn(key)).values();
    const clock = { ...doors.clock, now: () => Date.parse(entry.committedAt) };
    const rules = await spikeRules(lake, after, doors.settings);
    const made = await judgedMonths(doors.engine, lake, unjudged, rules, clock, {
      id: () => ids.next().value ?? doors.random.id(),
    });
    const text = (of: typeof made): string =>
      JSON.stringify(
        of.map(({ month, identity, files: f }) => [month, identity, f.map(({ key, rows }) => [key, rows])]),
      );
    if (text(made) === text(months)) return;
    for (const { key } of made.flatMap((month) => month.files)) await doors.store.discard(key);
    throw differs(`The verdicts of version ${entry.version}`);
  });
}

/** Makes the history of a commit again, from the rollups before and after it. */
export async function remakeHistory(
  doors: RebuildDoors,
  files: RebuiltFiles,
  { lake, before, after, entry }: Commit,
): Promise<void> {
  const { restatements = [], arrivals = [] } = entry.change.history ?? {};
  const all = [...restatements, ...arrivals];
  const bad = await files.bad(all);
  const lost = await files.remake(all, bad, async (clear) => {
    doors.progress.step('rebuild', 0, 0, `history of version ${entry.version}`);
    for (const { rollup } of [...before.loads, ...after.loads])
      for (const file of rollup.files) if (!(await files.isWhole(file))) throw fromBad(file.key);
    await clear();
    const { change } = entry;
    const id = idIn(all[0]?.key);
    const made = await historyOf(
      doors.engine,
      { id: () => id },
      lake,
      before,
      change.kind === 'loads' ? { ...change, exclusions: after.exclusions } : change,
    );
    const text = (of: typeof all): string => JSON.stringify(of.map(({ key, rows }) => [key, rows]));
    const again = [...made.restatements, ...made.arrivals];
    if (text(again) === text(all)) return;
    for (const { key } of again) await doors.store.discard(key);
    throw differs(`The history of version ${entry.version}`);
  });
  for (const file of lost) {
    const columns = restatements.some(({ key }) => key === file.key) ? RESTATED_COLUMNS : ARRIVAL_COLUMNS;
    await emptyFile(doors, file.key, columns);
    await files.empty(file);
  }
}

/** A file without rows: the commits that name it can be read, and the ledger says that it is not what it was. */
async function emptyFile({ engine, store }: RebuildDoors, key: string, columns: readonly ColumnDef[]) {
  await store.discard(key);
  await engine.values('nothing_known', columns, []);
  const all = joined(columns.map((column) => name(column.name)));
  await engine.write(sql`SELECT ${all} FROM ${name('nothing_known')}`, store.uri(key));
  await engine.drop('nothing_known');
}

const fromBad = (key: string): UserError =>
  new UserError('LAKE_DAMAGED', {
    what: 'What it was made from has thinned out, or could not be made again',
    place: { file: key },
    remedy: 'Bring this object back from a backup.',
  });

const differs = (what: string): UserError =>
  new UserError('REBUILD_DIFFERS', {
    what: `${what} cannot be made again as it was: its rules, or this program, have changed since`,
    remedy: 'Rebuild with the version of Spendlight that wrote it, or bring the file back from a backup.',
  });
