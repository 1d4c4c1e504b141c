import { parseArgs } from 'node:util';
import { benchData, prepare } from './data/prepare.ts';
import { type Case, runCase } from './harness/measure.ts';
import { type Figure, table } from './harness/report.ts';
import { SUBJECTS } from './subjects/subjects.ts';

/** `npm run bench -- <subject …|all> --lines N --times 3`: prints the table of figures. A child runs one case. */
async function main(): Promise<void> {
  const [flag, name = '', ...args] = process.argv.slice(2);
  if (flag === '--case') {
    const found = Object.values(SUBJECTS)
      .flatMap(({ cases }): [string, Case][] => Object.entries(cases))
      .find(([key]) => key === name);
    if (found === undefined) throw new Error(`There is no case "${name}"`);
    return runCase(found[1], args);
  }
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { lines: { type: 'string', default: '10000000' }, times: { type: 'string', default: '3' } },
  });
  const asked = positionals.includes('all') ? Object.keys(SUBJECTS) : positionals;
  const unknown = asked.find((subject) => !(subject in SUBJECTS));
  if (asked.length === 0 || unknown !== undefined) {
    throw new Error(
      `Name subjects of ${Object.keys(SUBJECTS).join(', ')}, or all${unknown === undefined ? '' : `; not "${unknown}"`}`,
    );
  }
  await measured(asked, Number(values.lines), Number(values.times));
}

async function measured(asked: readonly string[], lines: number, times: number): Promise<void> {
  const began = performance.now();
  const data = benchData(lines);
  await prepare(data);
  const figures: Figure[] = [];
  for (const subject of asked) {
    process.stderr.write(`${subject}\n`);
    figures.push(...((await SUBJECTS[subject]?.figures(data, times)) ?? []));
  }
  process.stdout.write(
    `${table(figures)}\n${lines} lines, medians of ${times}, ${((performance.now() - began) / 60_000).toFixed(1)} minutes\n`,
  );
}

await main();
