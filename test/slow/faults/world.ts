import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDuckDb } from '../../../src/adapters/duckdb/duckdb-engine.ts';
import { writeDemoEvents } from '../../../src/app/demo-events.ts';
import { writeSimulatedExport } from '../../support/simulated-export.ts';
import { Faults } from './faulty.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { asProcess, type Place, type Process } from './process.ts';

export const NOW = '2026-11-12T07:05:00Z';
const YESTERDAY = '2026-11-11T07:05:00Z';

/** Something that people do, which may be disturbed. */
export interface Operation {
  readonly name: string;
  /** The folder that a case begins with, below `home`. */
  readonly from: string;
  /** Done in this process. */
  readonly act: (process: Process, place: Place) => Promise<void>;
  /** The same as a command line of the built program, which runs in the place. */
  readonly command: readonly string[];
  /** Files from outside that it reads, below its place. */
  readonly sources: (place: Place) => Promise<readonly string[]>;
  /** What there is when nothing disturbed it, and the daily run has been done. */
  readonly calm: Outcome;
  /** Calls to the store and writes of the engine, undisturbed. */
  readonly calls: number;
}

export interface World {
  readonly home: string;
  readonly operations: readonly Operation[];
  readonly lines: number;
  /** A copy of a folder to begin with. */
  fresh(from: string): Promise<Place>;
  clear(place: Place): Promise<void>;
  end(): Promise<void>;
}

type Plain = Omit<Operation, 'calm' | 'calls'>;

const COMMON = ['--lake', 'lake', '--now', NOW];
const EXPORT = 'export';
const LANDING = 'landing';

/** What is done, in a small world: eleven days of twelve accounts. */
const PLAIN: readonly Plain[] = [
  {
    name: 'ingest',
    from: 'new',
    act: (process, { folder }) => process.ingest([join(folder, EXPORT)], join(folder, 'accounts.csv')),
    command: [...COMMON, 'ingest', EXPORT, '--accounts', 'accounts.csv'],
    sources: ({ folder }) => filesIn(join(folder, EXPORT)),
  },
  {
    name: 'restate',
    from: 'yesterday',
    act: (process, { folder }) => process.ingest([join(folder, EXPORT)]),
    command: [...COMMON, 'ingest', EXPORT],
    sources: ({ folder }) => filesIn(join(folder, EXPORT)),
  },
  {
    name: 'run',
    from: 'ingested',
    act: (process) => process.run(),
    command: [...COMMON, 'run'],
    sources: () => Promise.resolve([]),
  },
  {
    name: 'backfill',
    from: 'ran',
    act: (process) => process.backfill('2026-11-01', '2026-11-10'),
    command: [...COMMON, 'backfill', '--from', '2026-11-01', '--to', '2026-11-10'],
    sources: () => Promise.resolve([]),
  },
  {
    name: 'rerun',
    from: 'ran',
    act: (process) => process.backfill('2026-11-05', '2026-11-05'),
    command: [...COMMON, 'backfill', '--date', '2026-11-05'],
    sources: () => Promise.resolve([]),
  },
  {
    name: 'watch',
    from: 'landed',
    act: (process, { folder }) => process.watch(join(folder, LANDING)),
    command: [...COMMON, 'watch', LANDING, '--once'],
    sources: ({ folder }) => filesIn(join(folder, LANDING)),
  },
];

/** Makes the world: exports, lakes to begin with, and what becomes of each operation when nothing disturbs it. */
export async function makeWorld(): Promise<World> {
  const home = await mkdtemp(join(tmpdir(), 'spendlight-faults-'));
  const at = (name: string): string => join(home, name);
  const size = { days: 5, accounts: 12, linesPerDay: 150 };
  await Promise.all(['new', 'old'].map((name) => mkdir(at(name))));
  await writeSimulatedExport(at('old'), { ...size, now: YESTERDAY });
  const lines = await writeSimulatedExport(at('new'), { ...size, now: NOW });
  // Yesterday: the deliveries of then, and their run. Its clock says yesterday.
  await asProcess({ folder: at('old') }, { now: YESTERDAY }, async (process) => {
    await process.ingest([at('old/export')], at('old/accounts.csv'));
    await process.run();
  });
  await cp(at('new'), at('yesterday'), { recursive: true });
  for (const name of ['lake', 'outbox'])
    await cp(at(`old/${name}`), at(`yesterday/${name}`), { recursive: true });
  await cp(at('yesterday'), at('landed'), { recursive: true });
  await cp(at('new/export'), at('landed/landing'), { recursive: true });
  await writeEvents(at('landed/landing/events'));
  await cp(at('yesterday'), at('ingested'), { recursive: true });
  await asProcess({ folder: at('ingested') }, { now: NOW }, (process) => process.ingest([at('new/export')]));
  await cp(at('ingested'), at('ran'), { recursive: true });
  await asProcess({ folder: at('ran') }, { now: NOW }, (process) => process.run());
  const world = { home, lines, fresh, clear, end: () => rm(home, { recursive: true, force: true }) };
  async function fresh(from: string): Promise<Place> {
    const folder = await mkdtemp(join(home, 'case-'));
    await cp(at(from), folder, { recursive: true, preserveTimestamps: true });
    return { folder };
  }
  async function clear({ folder }: Place): Promise<void> {
    await rm(folder, { recursive: true, force: true });
  }
  const operations: Operation[] = [];
  for (const plain of PLAIN) operations.push(await calmly(plain, fresh));
  return { ...world, operations };
}

/** Events of accounts that no bill tells of. */
async function writeEvents(folder: string): Promise<void> {
  const engine = await openDuckDb({ threads: 1 });
  const clock = { now: () => Date.parse(NOW), monotonic: () => 0 };
  const progress = { step: () => undefined, end: () => undefined };
  try {
    const of = { folder, days: 3, seed: 7, accounts: 4, linesPerDay: 20 };
    await writeDemoEvents({ engine, clock, progress }, of);
  } finally {
    await engine.close();
  }
}

async function calmly(plain: Plain, fresh: World['fresh']): Promise<Operation> {
  const place = await fresh(plain.from);
  const faults = new Faults();
  await asProcess(place, { now: NOW, faults }, (process) => plain.act(process, place));
  const { calls } = faults;
  const calm = await asProcess(place, { now: NOW }, (process) => outcomeOf(process, place));
  return { ...plain, calm, calls };
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
