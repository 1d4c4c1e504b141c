import { rm } from 'node:fs/promises';
import { peek } from '../../src/app/peek.ts';
import { known } from '../../src/core/errors/invariant.ts';
import { type BenchData, monthFiles, scratchOf, yearFiles } from '../data/prepare.ts';
import { bareDuckDb, listed } from '../harness/duckdb.ts';
import { type Case, inTurns, median, ratio } from '../harness/measure.ts';
import { type Figure, perSecond } from '../harness/report.ts';
import { engineFor } from './lakes.ts';

/** All facts of `peek`, the engine's opening included: `folder`, `scratch`, files. */
export const peekCase: Case = async (stopwatch, [folder = '', scratch = '', ...paths]) => {
  const facts = await stopwatch(async () => {
    const engine = await engineFor({ folder });
    const seen = await peek(engine, { paths, format: 'auto', scratch });
    await engine.close();
    return seen;
  });
  await rm(scratch, { recursive: true, force: true });
  return { lines: facts.bills.reduce((lines, bill) => lines + bill.lines, 0) };
};

/** The sums of the four metrics by service: the least that anybody would ask of the files. */
export const sumsCase: Case = async (stopwatch, [scratch = '', ...files]) => {
  await stopwatch(() =>
    bareDuckDb({ memory: '2GB', scratch }, (connection) =>
      connection.runAndReadAll(`
        SELECT ServiceName, sum(BilledCost), sum(EffectiveCost), sum(ListCost), sum(ContractedCost)
        FROM read_parquet(${listed(files)}) GROUP BY ServiceName ORDER BY ServiceName`),
    ),
  );
  return {};
};

/** `peek` on a month and on 13 months, against the bare sums by service of the same files. */
export async function peekFigures(data: BenchData, times: number): Promise<Figure[]> {
  const month = await figure(data, 'a month', monthFiles(data), times);
  const year = await figure(data, '13 months', yearFiles(data), times);
  return [month, year];
}

async function figure(
  data: BenchData,
  what: string,
  files: readonly string[],
  times: number,
): Promise<Figure> {
  const scratch = scratchOf(data);
  const runs = await inTurns(times, [
    { label: `sums by service, ${what}`, name: 'sums', args: [scratch, ...files] },
    { label: `peek, ${what}`, name: 'peek', args: [data.folder, scratch, ...files] },
  ]);
  const [base, ours] = [`sums by service, ${what}`, `peek, ${what}`].map((label) =>
    known(runs.get(label), label),
  );
  const seconds = median((ours ?? []).map((run) => run.seconds));
  const cpu = ratio(ours, base, (run) => run.cpuSeconds);
  return {
    figure: `peek / sums by service, ${what}`,
    bar: 3,
    stretch: 2,
    measured: ratio(ours, base),
    unit: 'x',
    detail: `${seconds.toFixed(2)} against ${median((base ?? []).map((run) => run.seconds)).toFixed(2)} s, CPU ${cpu.toFixed(1)}x, ${perSecond(data.lines, seconds)}`,
  };
}
