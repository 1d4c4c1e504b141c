import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { diskStore } from '../../src/adapters/disk/disk-store.ts';
import { openDuckDb } from '../../src/adapters/duckdb/duckdb-engine.ts';
import { ingest } from '../../src/app/ingest.ts';
import { known } from '../../src/core/errors/invariant.ts';
import { type BenchData, csvFiles, csvLines, monthFiles, scratchOf, yearFiles } from '../data/prepare.ts';
import { bareDuckDb, listed, quoted } from '../harness/duckdb.ts';
import { type Case, inTurns, type Measured, median, type Run, ratio } from '../harness/measure.ts';
import { type Figure, perSecond } from '../harness/report.ts';
import { ingestDoors } from './lakes.ts';

/** The whole of an ingest, from opening the engine to the commit: `lake`, `memory`, `scratch`, files. */
export const ingestCase: Case = async (stopwatch, [lake = '', memory = '', scratch = '', ...paths]) => {
  await rm(lake, { recursive: true, force: true });
  const store = diskStore(lake);
  const { lines, refused } = await stopwatch(async () => {
    const engine = await openDuckDb({
      memoryLimit: memory,
      threads: 2,
      tempDirectory: join(scratch, 'spill'),
    });
    const doors = ingestDoors(engine, store, join(scratch, 'staged'));
    const report = await ingest(doors, {
      paths,
      source: 'bench',
      format: 'auto',
      allow: { shrink: false },
      maxRejects: 0,
    });
    await engine.close();
    return {
      lines: report.deliveries
        .flatMap(({ periods }) => periods)
        .reduce((sum, { lines: { loaded } }) => sum + loaded, 0),
      refused: report.refused,
    };
  });
  const [first] = refused;
  if (first !== undefined) throw first.error;
  const bytes = (await store.list('cost-lines/')).reduce((sum, file) => sum + file.bytes, 0);
  await rm(scratch, { recursive: true, force: true });
  return { lines, bytes };
};

/** `COPY` of the same rows into flat zstd files, one for each file: `out`, `memory`, `scratch`, files. */
export const bareCopyCase: Case = async (stopwatch, [out = '', memory = '', scratch = '', ...files]) => {
  const outs = files.map((_, i) => `${out}-${i}.parquet`);
  await stopwatch(() =>
    bareDuckDb({ memory, scratch }, async (connection) => {
      for (const [i, file] of files.entries()) {
        const rows = `SELECT * FROM read_parquet(${quoted(file)})`;
        await connection.run(`COPY (${rows}) TO ${quoted(outs[i] ?? '')} (FORMAT parquet, COMPRESSION zstd)`);
      }
    }),
  );
  const sizes = await Promise.all(outs.map(async (file) => (await stat(file)).size));
  await Promise.all(outs.map((file) => rm(file)));
  return { bytes: sizes.reduce((sum, size) => sum + size, 0) };
};

/** `COPY (FROM read_csv(all_varchar))` of the same bytes into a flat zstd file. */
export const bareCsvCase: Case = async (stopwatch, [out = '', memory = '', scratch = '', ...files]) => {
  await stopwatch(() =>
    bareDuckDb({ memory, scratch }, (connection) =>
      connection.run(
        `COPY (FROM read_csv(${listed(files)}, all_varchar = true)) TO ${quoted(out)} (FORMAT parquet, COMPRESSION zstd)`,
      ),
    ),
  );
  const { size } = await stat(out);
  await rm(out);
  return { bytes: size };
};

/** The figures of ingest: a month and 13 months of all lines, with 2 GB and 6 GB, and CSV. */
export async function ingestFigures(data: BenchData, times: number): Promise<Figure[]> {
  const month = await parquet(data, 'a month', monthFiles(data), times);
  const year = await parquet(data, '13 months', yearFiles(data), times);
  const csv = await text(data, times);
  return [...month, ...year, ...csv];
}

const LABELS = { bare: 'bare COPY', small: 'ingest, 2GB', large: 'ingest, 6GB' } as const;

async function parquet(
  data: BenchData,
  what: string,
  files: readonly string[],
  times: number,
): Promise<Figure[]> {
  const [scratch, lake] = [scratchOf(data), join(data.folder, 'lake-measured')];
  const ours = (label: string, memory: string): Run => ({
    label: `${label}, ${what}`,
    name: 'ingest',
    args: [lake, memory, scratch, ...files],
  });
  const bare = {
    label: `${LABELS.bare}, ${what}`,
    name: 'bare-copy',
    args: [join(data.folder, 'bare'), '2GB', scratch, ...files],
  };
  const runs = await inTurns(times, [bare, ours(LABELS.small, '2GB'), ours(LABELS.large, '6GB')]);
  await rm(lake, { recursive: true, force: true });
  const of = (label: string): Measured[] => known(runs.get(`${label}, ${what}`), label);
  const [base, small, large] = [of(LABELS.bare), of(LABELS.small), of(LABELS.large)];
  const bytes = (measured: Measured): number => Number(measured.facts.bytes);
  return [
    {
      figure: `ingest Parquet, ${what}, 2 GB`,
      bar: 5,
      stretch: 3.5,
      measured: ratio(small, base),
      unit: 'x',
      detail: spent(small, base),
    },
    {
      figure: `ingest Parquet, ${what}, 6 GB`,
      bar: 4,
      stretch: 2.8,
      measured: ratio(large, base),
      unit: 'x',
      detail: spent(large, base),
    },
    {
      figure: `peak memory of that ingest, ${what}, 2 GB`,
      bar: 3,
      stretch: 2.5,
      measured: median(small.map(({ peakMiB }) => peakMiB)) / 1024,
      unit: 'GiB',
      detail: `bare COPY ${(median(base.map(({ peakMiB }) => peakMiB)) / 1024).toFixed(2)} GiB`,
    },
    {
      figure: `bytes a line, ${what}`,
      bar: 1,
      stretch: 0.85,
      measured: ratio(small, base, bytes),
      unit: 'x',
      detail: `${perLine(small)} against ${perLine(base, small)} bytes`,
    },
  ];
}

async function text(data: BenchData, times: number): Promise<Figure[]> {
  const [scratch, files] = [scratchOf(data), csvFiles(data)];
  const lake = join(data.folder, 'lake-measured');
  const runs = await inTurns(times, [
    {
      label: 'bare COPY of CSV',
      name: 'bare-csv',
      args: [join(data.folder, 'bare.parquet'), '2GB', scratch, ...files],
    },
    { label: 'ingest of CSV', name: 'ingest', args: [lake, '2GB', scratch, ...files] },
  ]);
  await rm(lake, { recursive: true, force: true });
  const [base, ours] = [
    known(runs.get('bare COPY of CSV'), 'bare'),
    known(runs.get('ingest of CSV'), 'ours'),
  ];
  const detail = `${spent(ours, base)}; ${csvLines(data)} lines`;
  return [
    { figure: 'ingest CSV.gz, 2 GB', bar: 1.8, stretch: 1.4, measured: ratio(ours, base), unit: 'x', detail },
  ];
}

function spent(ours: readonly Measured[], base: readonly Measured[]): string {
  const seconds = (runs: readonly Measured[]): number => median(runs.map((run) => run.seconds));
  const lines = Number(ours[0]?.facts.lines);
  const cpu = ratio(ours, base, ({ cpuSeconds }) => cpuSeconds);
  return `${seconds(ours).toFixed(1)} against ${seconds(base).toFixed(1)} s, CPU ${cpu.toFixed(2)}x, ${perSecond(lines, seconds(ours))}`;
}

const perLine = (
  [run]: readonly Measured[],
  [counted]: readonly Measured[] = run === undefined ? [] : [run],
): string => (Number(run?.facts.bytes) / Number(counted?.facts.lines)).toFixed(1);
