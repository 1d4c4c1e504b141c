import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock, systemRandom } from '../../src/adapters/clock/clock.ts';
import { diskStore } from '../../src/adapters/disk/disk-store.ts';
import { openDuckDb } from '../../src/adapters/duckdb/duckdb-engine.ts';
import { importAccounts } from '../../src/app/import-files.ts';
import { ingest } from '../../src/app/ingest.ts';
import type { IngestDoors } from '../../src/app/ingest-doors.ts';
import type { Engine } from '../../src/ports/engine.ts';
import type { ObjectStore } from '../../src/ports/object-store.ts';
import { accountsFile, type BenchData, monthFiles, scratchOf, yearFiles } from '../data/prepare.ts';
import { type Case, inChild } from '../harness/measure.ts';

/** `month`: one month of all lines. `year`: all lines over 13 months. */
export type LakeName = 'month' | 'year';

export const lakeFolder = (data: BenchData, lake: LakeName): string => join(data.folder, `lake-${lake}`);

/** The engine as the measured cases open it. */
export const engineFor = (data: Pick<BenchData, 'folder'>, memory = '2GB'): Promise<Engine> =>
  openDuckDb({ memoryLimit: memory, threads: 2, tempDirectory: join(data.folder, 'scratch', 'spill') });

/** What ingest works with, silent. */
export const ingestDoors = (engine: Engine, store: ObjectStore, scratch: string): IngestDoors => ({
  engine,
  store,
  scratch,
  clock: systemClock,
  random: systemRandom,
  progress: { step: () => undefined, end: () => undefined },
  log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  settings: {
    costMetric: 'EffectiveCost',
    reportingCurrency: undefined,
    requiredTagKeys: ['Environment', 'Owner', 'Project', 'CostCenter'],
  },
});

/** Makes a lake to ask: `lake`, `scratch`, `accounts`, files. */
export const lakeCase: Case = async (stopwatch, [lake = '', scratch = '', accounts = '', ...paths]) => {
  await rm(lake, { recursive: true, force: true });
  const engine = await openDuckDb({ memoryLimit: '6GB', threads: 2, tempDirectory: join(scratch, 'spill') });
  const store = diskStore(lake);
  const doors = ingestDoors(engine, store, join(scratch, 'staged'));
  await stopwatch(() =>
    ingest(doors, { paths, source: 'bench', format: 'auto', allow: { shrink: false }, maxRejects: 0 }),
  );
  await importAccounts(doors, accounts);
  await engine.close();
  await rm(scratch, { recursive: true, force: true });
  return {};
};

const made = new Set<string>();

/** The lake, made anew where the program that is measured is newer than it. Gives its folder. */
export async function standingLake(data: BenchData, lake: LakeName): Promise<string> {
  const folder = lakeFolder(data, lake);
  const [of, built] = await Promise.all([timeOf(join(folder, 'lake.json')), timeOf(process.argv[1] ?? '')]);
  if (made.has(folder) || (of !== undefined && built !== undefined && of > built)) return folder;
  made.add(folder);
  process.stderr.write(`  making ${folder}\n`);
  const files = lake === 'month' ? monthFiles(data) : yearFiles(data);
  await inChild({
    label: 'lake',
    name: 'lake',
    args: [folder, scratchOf(data), accountsFile(data), ...files],
  });
  return folder;
}

const timeOf = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
