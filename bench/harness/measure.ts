import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What one run of a case cost: its measured part alone (wall, CPU), and the whole process (peak memory). */
export interface Measured {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMiB: number;
  /** What the case says beside: bytes, rows, counts. */
  readonly facts: Readonly<Record<string, number | string>>;
}

export type Facts = Measured['facts'];

/** Measures `work` and nothing around it. Each case calls it once. */
export type Stopwatch = <T>(work: () => Promise<T>) => Promise<T>;

/** A thing to measure, run in a process of its own so that its peak memory is its own. `args` come from the subject. */
export type Case = (stopwatch: Stopwatch, args: readonly string[]) => Promise<Facts>;

const MARK = 'measured ';

/** The child's side: runs the case and prints what it cost on the last line. */
export async function runCase(run: Case, args: readonly string[]): Promise<void> {
  let seconds = 0;
  let cpuSeconds = 0;
  const facts = await run(async (work) => {
    const [cpu, wall] = [process.cpuUsage(), performance.now()];
    const result = await work();
    seconds = (performance.now() - wall) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    cpuSeconds = (user + system) / 1e6;
    return result;
  }, args);
  const measured: Measured = { seconds, cpuSeconds, peakMiB: peakMiB(), facts };
  process.stdout.write(`${MARK}${JSON.stringify(measured)}\n`);
}

/** The most memory this process ever held; Linux counts it since exec, elsewhere since fork. */
function peakMiB(): number {
  try {
    const status = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'));
    if (status?.[1] !== undefined) return Number(status[1]) / 1024;
  } catch {
    // not Linux
  }
  return process.resourceUsage().maxRSS / 1024;
}

/** A case by its name, with its arguments. */
export interface Run {
  readonly label: string;
  readonly name: string;
  readonly args: readonly string[];
}

/**
 * Runs every case `times` times, one after another in turn, so that a noisy minute hits all alike. Gives, per label,
 * what each turn cost.
 */
export async function inTurns(times: number, runs: readonly Run[]): Promise<Map<string, Measured[]>> {
  const all = new Map<string, Measured[]>(runs.map(({ label }) => [label, []]));
  for (let turn = 1; turn <= times; turn++) {
    for (const run of runs) {
      const measured = await inChild(run);
      all.get(run.label)?.push(measured);
      process.stderr.write(
        `  ${run.label} ${turn}/${times}: ${measured.seconds.toFixed(2)} s, ${measured.cpuSeconds.toFixed(2)} s CPU, ${measured.peakMiB.toFixed(0)} MiB\n`,
      );
    }
  }
  return all;
}

/** One run in a process of its own. @throws Error with the child's complaint if it fails */
export async function inChild({ label, name, args }: Run): Promise<Measured> {
  const main = fileURLToPath(import.meta.url);
  const { out, code } = await output(process.execPath, [process.argv[1] ?? main, '--case', name, ...args]);
  const line = out.split('\n').findLast((text) => text.startsWith(MARK));
  if (code !== 0 || line === undefined) throw new Error(`${label} failed (exit ${code}): ${out}`);
  return JSON.parse(line.slice(MARK.length)) as Measured;
}

/** Runs a program; gives what it wrote to stdout, and its exit code. Its stderr is passed on. */
export function output(
  program: string,
  args: readonly string[],
): Promise<{ readonly out: string; readonly code: number | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ out, code }));
  });
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[middle - 1] ?? Number.NaN, sorted[middle] ?? Number.NaN];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

/** The median, over the turns, of `ours` against `base` in the same turn. */
export const ratio = (
  ours: readonly Measured[] = [],
  base: readonly Measured[] = [],
  of: (measured: Measured) => number = ({ seconds }) => seconds,
): number =>
  median(ours.flatMap((mine, turn) => (base[turn] === undefined ? [] : of(mine) / of(base[turn]))));
