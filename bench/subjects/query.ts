import { dirname, join } from 'node:path';
import { known } from '../../src/core/errors/invariant.ts';
import type { BenchData } from '../data/prepare.ts';
import { type Case, inTurns, median, output } from '../harness/measure.ts';
import type { Figure } from '../harness/report.ts';
import { standingLake } from './lakes.ts';

/** `spendlight query` as a user starts it, with the CPU of the whole process as the shell counts it: `lake`. */
export const queryCase: Case = async (stopwatch, [folder = '']) => {
  const program = join(dirname(process.argv[1] ?? ''), '..', 'src', 'main.js');
  const question = 'SELECT x_OU, sum(DailyCost) AS Cost FROM daily_costs GROUP BY x_OU ORDER BY x_OU';
  const script = '"$1" "$2" query --lake "$3" "$4" >/dev/null && times';
  const { out, code } = await stopwatch(() =>
    output('sh', ['-c', script, 'sh', process.execPath, program, folder, question]),
  );
  if (code !== 0) throw new Error(`query ended with ${code}`);
  return { cpuSeconds: childrenSeconds(out) };
};

/** The last line of `times`: user and system time of the shell's children, `0m0.401s 0m0.092s`. */
function childrenSeconds(out: string): number {
  const last = out.trim().split('\n').at(-1) ?? '';
  return [...last.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, m, s]) => sum + 60 * Number(m) + Number(s),
    0,
  );
}

/** From the start of the command to its answer, on the lake of 13 months. */
export async function queryFigures(data: BenchData, times: number): Promise<Figure[]> {
  const lake = await standingLake(data, 'year');
  const runs = known(
    (await inTurns(times, [{ label: 'query', name: 'query', args: [lake] }])).get('query'),
    'query',
  );
  return [
    {
      figure: 'start of `query` to its first answer, CPU',
      bar: 0.6,
      stretch: 0.4,
      measured: median(runs.map(({ facts }) => Number(facts.cpuSeconds))),
      unit: 's',
      detail: `${median(runs.map((run) => run.seconds)).toFixed(2)} s wall; sums by OU over 13 months`,
    },
  ];
}
