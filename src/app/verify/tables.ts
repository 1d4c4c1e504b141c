import type { BillingDate } from '../../core/calendar/billing-date.ts';
import { UserError } from '../../core/errors/user-error.ts';
import type { LakeState } from '../../lake/catalog-types.ts';
import { currentLoads, placesOf, readCurrentLoads } from '../../lake/current-loads.ts';
import { CURRENT_LOADS_KEY } from '../../lake/keys.ts';
import type { Lake } from '../../lake/lake.ts';
import type { Ledger } from '../../lake/ledger.ts';
import { replaced } from '../../lake/projection/project.ts';
import { sha256Of } from '../../lake/sha256.ts';
import { type FolderPlace, LAKE_TABLES } from '../../lake/tables.ts';
import type { Finding, Remark } from '../../lake/verify/finding.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import type { FollowingTables, Partition } from '../../ports/table-catalog.ts';
import { breakdownPartitions, csvDaysFrom, driftOf, mended, type TableDrift } from '../projection/drift.ts';
import type { Compared } from './report.ts';

/** The tables of other engines, with the UTC day by which CSVs grow old. */
export interface TablesToday extends FollowingTables {
  readonly today: BillingDate;
}

export interface TablesOf {
  readonly tables: TablesToday;
  readonly lake: Lake;
  readonly state: LakeState;
  readonly ledger: Ledger;
  /** Keys of all files that some version names and that were not removed. */
  readonly named: Iterable<string>;
}

/** What the tables say, and what was done about it. */
export interface TablesCompared extends Compared {
  readonly remarks: readonly Remark[];
  readonly mended: readonly string[];
}

/** No tables follow the lake. */
export const NO_TABLES: TablesCompared = {
  compared: [],
  notCompared: [],
  findings: [],
  remarks: [],
  mended: [],
};
const REPAIR = 'Mend it: spendlight verify --repair';

/**
 * Compares what other engines find with the lake: every table is there, every file of a version lies in a partition, no day
 * of the archive is there twice, and `current_loads` says the newest version. With `repair` mends it first, but for tables
 * that are missing. A catalog that cannot be asked is a finding: nobody knows what other engines see.
 */
export async function tablesLayer(
  of: TablesOf,
  { repair }: { readonly repair: boolean },
): Promise<TablesCompared> {
  try {
    const first = await comparedTables(of);
    if (!repair || (first.drifts.every(isNone) && first.stale === undefined)) return reported(of, first, []);
    const done = await repaired(of, first);
    return reported(of, await comparedTables(of), done);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { database } = of.tables.catalog;
    const finding = told(database, `Nobody knows what other engines see: ${error.what}`, error.remedy);
    return { ...NO_TABLES, notCompared: [`Tables of ${database}: ${error.what}`], findings: [finding] };
  }
}

interface Looked {
  readonly lacking: readonly string[];
  readonly drifts: readonly TableDrift[];
  /** Partitions of loads that no version names: losers of races, thinned ones. They count for nothing. */
  readonly idle: readonly TableDrift[];
  readonly stale: Stale | undefined;
  readonly partitions: number;
}

interface Stale {
  readonly what: string;
  readonly bytes: Uint8Array;
  readonly etag: string | undefined;
  readonly found: string | undefined;
}

const isNone = ({ missing, surplus }: TableDrift): boolean => missing.length + surplus.length === 0;

async function comparedTables(of: TablesOf): Promise<Looked> {
  const { tables, lake, state, ledger } = of;
  const { catalog } = tables;
  const there = await catalog.tables();
  const breakdowns = breakdownPartitions(lake.store, ledger, csvDaysFrom(tables, tables.today));
  const wanted = [...breakdowns.keys(), ...LAKE_TABLES.map(({ table }) => table)];
  const present = wanted.filter((table) => there.has(table));
  const named = placesOf([...of.named].map((key) => ({ key })));
  const drifts: TableDrift[] = [];
  const idle: TableDrift[] = [];
  let partitions = 0;
  for (const table of present) {
    const found = await catalog.partitions(table);
    partitions += found.length;
    const days = breakdowns.get(table);
    if (days !== undefined) {
      drifts.push(driftOf(table, days, found));
      continue;
    }
    const files = partitionsOf(lake.store, named, table);
    const known = new Set(files.map(({ values }) => values.join('/')));
    const isKnown = ({ values }: Partition): boolean => known.has(values.join('/'));
    drifts.push(driftOf(table, files, found.filter(isKnown)));
    idle.push({ table, missing: [], surplus: found.filter((partition) => !isKnown(partition)) });
  }
  const lacking = [...wanted, 'current_loads'].filter((table) => !there.has(table));
  return { lacking, drifts, idle, stale: await staleness(lake, state), partitions };
}

const partitionsOf = (
  store: Pick<ObjectStore, 'uri'>,
  places: readonly FolderPlace[],
  table: string,
): readonly Partition[] =>
  places
    .filter((place) => place.table === table)
    .map(({ values, folder }) => ({ values, location: `${store.uri(folder)}/` }));

async function staleness(lake: Lake, state: LakeState): Promise<Stale | undefined> {
  if (state.version === 0) return undefined;
  const [there, bytes] = [await readCurrentLoads(lake.store), await currentLoads(lake, state)];
  if (there !== undefined && sha256Of(there.bytes) === sha256Of(bytes)) return undefined;
  const version = there?.value?.lake_version;
  const what =
    there === undefined
      ? 'Other engines see nothing of the lake'
      : version === undefined || version === state.version
        ? 'What other engines see is not what was written'
        : `Other engines see version ${version} of the lake, and it is at ${state.version}`;
  return { what, bytes, etag: there?.etag, found: version === undefined ? undefined : String(version) };
}

/** Says what it did. */
async function repaired(
  { tables, lake, state }: TablesOf,
  { drifts, idle, stale }: Looked,
): Promise<string[]> {
  const done: string[] = [];
  for (const drift of [...drifts, ...idle]) {
    if (isNone(drift)) continue;
    await mended(tables.catalog, drift);
    const [added, dropped] = [drift.missing.length, drift.surplus.length];
    done.push(`${tables.catalog.database}.${drift.table}: ${added} partitions added, ${dropped} taken out`);
  }
  // Last: what it names has to be there. Who replaced it meanwhile knows better.
  if (stale !== undefined && (await replaced(lake.store, stale.bytes, stale.etag)))
    done.push(`current_loads: other engines see version ${state.version}`);
  return done;
}

function reported({ tables, state }: TablesOf, looked: Looked, done: readonly string[]): TablesCompared {
  const { database } = tables.catalog;
  const { lacking, drifts, idle, stale, partitions } = looked;
  const findings = [
    ...lacking.map((table) =>
      told(`${database}.${table}`, 'Glue has no such table', 'Apply the Terraform module: infra/terraform'),
    ),
    ...drifts.flatMap((drift) => driftFindings(database, drift)),
    ...(stale === undefined
      ? []
      : [
          {
            ...told(CURRENT_LOADS_KEY, stale.what, REPAIR),
            expected: String(state.version),
            found: stale.found,
          },
        ]),
  ];
  return {
    compared:
      findings.length === 0
        ? [`${partitions} partitions of ${database}: tables = lake version ${state.version}`]
        : [],
    notCompared: [],
    findings,
    remarks: idle.flatMap(({ table, surplus }) =>
      surplus.map(
        ({ values }): Remark => ({ kind: 'leftover', key: `${database}.${table}/${values.join('/')}` }),
      ),
    ),
    mended: done,
  };
}

function driftFindings(database: string, { table, missing, surplus }: TableDrift): Finding[] {
  const key = ({ values }: Partition): string => `${database}.${table}/${values.join('/')}`;
  const misplaced = new Map(surplus.map((partition) => [key(partition), partition.location]));
  const lacking = new Set(missing.map(key));
  return [
    ...missing.map((partition): Finding => {
      const found = misplaced.get(key(partition));
      const what =
        found === undefined
          ? 'The partition is not registered: other engines do not see its rows'
          : 'The partition points elsewhere';
      return { ...told(key(partition), what, REPAIR), expected: partition.location, found };
    }),
    ...surplus
      .filter((partition) => !lacking.has(key(partition)))
      .map((partition) => ({
        ...told(
          key(partition),
          'The partition must not be there: its rows are counted twice, or cannot be read',
          REPAIR,
        ),
        found: partition.location,
      })),
  ];
}

const told = (key: string, what: string, remedy: string): Finding => ({
  fault: 'table',
  key,
  what,
  expected: undefined,
  found: undefined,
  remedy,
});
