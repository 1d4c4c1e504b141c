import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { known } from '../../src/core/errors/invariant.ts';
import type { BenchData } from '../data/prepare.ts';
import { type Case, inTurns, median, output } from '../harness/measure.ts';
import type { Figure } from '../harness/report.ts';
import { standingLake } from './lakes.ts';

const PROGRAM = join(dirname(process.argv[1] ?? ''), '..', 'src', 'main.js');
/** Five days after the last month's end: all days are complete. */
const NOW = '2025-10-06T07:00:00Z';
export const DEMO_NOW = '2026-11-21T07:00:00Z';
/** What a filter's change asks for at one time. */
const BLOCKS = ['overview', 'trend', 'lights', 'movers', 'shares?by=service', 'shares?by=account', 'alerts'];
const READERS = 16;

/** Of a second, as the kernel counts processor time. */
const TICKS = 100;

/** A server that runs, in a process of its own. */
interface Running {
  readonly base: string;
  readonly child: ChildProcess;
  residentMiB(): number;
  /** Of all its threads, user and system. */
  cpuSeconds(): number;
}

/** Starts `command` of the built program and waits for the address it prints. */
export async function started(args: readonly string[]): Promise<Running> {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, LOG_LEVEL: 'ERROR' },
  });
  const base = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (data) => {
      said += data;
      const address = /(http:\/\/[\d.]+:\d+)\//.exec(said)?.[1];
      if (address !== undefined) resolve(address);
    });
    child.once('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${code}: ${said}`)));
  });
  return {
    base,
    child,
    residentMiB: () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024,
    cpuSeconds: () => cpuSecondsOf(child),
  };
}

/** Starts a command of the built program that prints no address. */
export function startedSilent(args: readonly string[]): Pick<Running, 'child' | 'cpuSeconds'> {
  const env = { ...process.env, LOG_LEVEL: 'ERROR' };
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: 'ignore', env });
  return { child, cpuSeconds: () => cpuSecondsOf(child) };
}

function cpuSecondsOf({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

export async function ended({ child }: Pick<Running, 'child'>): Promise<void> {
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exit;
}

export const asked = async (base: string, path: string): Promise<number> => {
  const began = performance.now();
  const response = await fetch(`${base}/api/v1/${path}`);
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`${path}: ${response.status}`);
  return performance.now() - began;
};

/** `start` on a lake with its daily run done: from the process to the first answer of the Overview. */
export const startCase: Case = async (stopwatch, [lake = '']) => {
  let running: Running | undefined;
  await stopwatch(async () => {
    running = await started(['--lake', lake, '--now', DEMO_NOW, 'start', '--port', '0']);
    await asked(running.base, 'overview');
  });
  await ended(known(running, 'a server'));
  return {};
};

/** Interactions one after another, then the same again (cached), then by many readers; `lake`, `interactions`. */
export const serveCase: Case = async (stopwatch, [lake = '', interactions = '']) => {
  const server = await started(['--lake', lake, '--now', NOW, 'serve', '--port', '0']);
  const facts = await stopwatch(() => load(server, Number(interactions)));
  await ended(server);
  return facts;
};

async function load(server: Running, interactions: number): Promise<Record<string, number>> {
  const { base } = server;
  const scopes = await filters(base, interactions);
  const paths = scopes.flatMap((scope) => BLOCKS.map((block) => withScope(block, scope)));
  for (const block of BLOCKS) await asked(base, block); // the page is open, as a person sees it, before anything is clicked
  await new Promise((resolve) => setTimeout(resolve, READING_MS));
  const [blocks, whole] = [[] as number[], [] as number[]];
  const cpuBefore = server.cpuSeconds();
  for (const scope of scopes) {
    const began = performance.now();
    blocks.push(...(await Promise.all(BLOCKS.map((block) => asked(base, withScope(block, scope))))));
    whole.push(performance.now() - began);
  }
  const cpu = (server.cpuSeconds() - cpuBefore) / scopes.length;
  const causes: number[] = [];
  for (const scope of scopes) causes.push(await asked(base, withScope('causes', scope)));
  const cached: number[] = [];
  for (const path of paths.slice(-200)) cached.push(await asked(base, path));
  const afterOne = server.residentMiB();
  const many: number[] = [];
  const alone: number[] = [];
  const others = paths.map((path) => `${path}${path.includes('?') ? '&' : '?'}compare=year`);
  for (const path of others.slice(0, 60)) alone.push(await asked(base, path));
  const made = await count(base, 'made');
  const shared = others.slice(60, 120);
  await Promise.all(
    Array.from({ length: READERS }, async () => {
      for (const path of shared) many.push(await asked(base, path));
    }),
  );
  const made16 = (await count(base, 'made')) - made;
  let peak = server.residentMiB();
  const soak = performance.now() + SOAK_MS;
  for (let i = 0; performance.now() < soak; i++) {
    await Promise.all(
      BLOCKS.map((block) =>
        asked(base, `${withScope(block, scopes[i % scopes.length] ?? '')}${from(i, block)}`),
      ),
    );
    peak = Math.max(peak, server.residentMiB());
  }
  return {
    blockP95: p95(blocks),
    wholeP95: p95(whole),
    causesP95: p95(causes),
    cpu,
    cachedP95: p95(cached),
    aloneP95: p95(alone),
    manyP95: p95(many),
    repeated: made16 / shared.length,
    afterOne,
    peak,
    afterSoak: server.residentMiB(),
  };
}

/** How long somebody reads the open page before the first click. */
const READING_MS = 10_000;
/** How long memory is watched under questions that are never the same. */
const SOAK_MS = 30_000;

/** Another period each time, so that nothing is answered from the cache. */
const from = (i: number, block: string): string =>
  `${block.includes('?') || i >= 0 ? '&' : '?'}from=2025-09-${String(1 + (i % 28)).padStart(2, '0')}&compare=${['previous', 'month', 'year'][i % 3]}`;

const withScope = (block: string, scope: string): string =>
  `${block}${block.includes('?') ? '&' : '?'}${scope}`;

/** What somebody clicks on: each of the dearest OUs, services, accounts and regions. */
async function filters(base: string, most: number): Promise<string[]> {
  const choices = (await (await fetch(`${base}/api/v1/choices`)).json()) as {
    readonly ous: readonly string[];
    readonly services: readonly string[];
    readonly regions: readonly string[];
    readonly accounts: readonly { readonly id: string }[];
  };
  const of = (name: string, values: readonly string[]) =>
    values.slice(0, most / 4).map((value) => `${name}=${encodeURIComponent(value)}`);
  return [
    ...of('ou', choices.ous),
    ...of('service', choices.services),
    ...of('region', choices.regions),
    ...of(
      'account',
      choices.accounts.map(({ id }) => id),
    ),
  ].slice(0, most);
}

async function count(base: string, result: string): Promise<number> {
  const text = await (await fetch(`${base}/metrics`)).text();
  return Number(new RegExp(`spendlight_answers_total\\{result="${result}"\\} (\\d+)`).exec(text)?.[1] ?? 0);
}

export const p95 = (times: readonly number[]): number =>
  [...times].sort((a, b) => a - b)[Math.ceil(times.length * 0.95) - 1] ?? Number.NaN;

/** The demo lake, made once: with its daily run done, as `npm start` leaves it. */
export async function demoLake(data: BenchData): Promise<string> {
  const lake = join(data.folder, 'lake-demo');
  if (
    await stat(join(lake, 'ledger')).then(
      () => true,
      () => false,
    )
  )
    return lake;
  process.stderr.write(`  making ${lake}\n`);
  for (const command of ['demo', 'run']) {
    const { code } = await output(process.execPath, [PROGRAM, '--lake', lake, '--now', DEMO_NOW, command]);
    if (code === 2) throw new Error(`${command} failed`);
  }
  return lake;
}

/** From the start of the server to figures, what interactions take, and what the process holds. */
export async function serveFigures(data: BenchData, times: number): Promise<Figure[]> {
  const [year, demo] = [await standingLake(data, 'year'), await demoLake(data)];
  const runs = await inTurns(times, [
    { label: 'start', name: 'start', args: [demo] },
    { label: 'serve', name: 'serve', args: [year, '40'] },
  ]);
  const start = known(runs.get('start'), 'start');
  const serve = known(runs.get('serve'), 'serve');
  const of = (fact: string): number => median(serve.map(({ facts }) => Number(facts[fact])));
  const none = { bar: Number.POSITIVE_INFINITY, stretch: Number.POSITIVE_INFINITY };
  return [
    {
      figure: '`start` on an existing demo lake to the Overview’s figures',
      bar: 4,
      stretch: 2,
      measured: median(start.map(({ seconds }) => seconds)),
      unit: 's',
      detail: 'process, daily run, server, first answer; without the build',
    },
    {
      figure: 'data of an interaction, p95, one reader',
      bar: 150,
      stretch: 75,
      measured: of('blockP95'),
      unit: 'ms',
      detail: `each of the ${BLOCKS.length} blocks that a new filter asks for at one time; all of them p95 ${of('wholeP95').toFixed(0)} ms`,
    },
    {
      figure: 'the same, cached',
      bar: 15,
      stretch: 5,
      measured: of('cachedP95'),
      unit: 'ms',
      detail: 'answers made before, whole bodies',
    },
    {
      figure: `${READERS} readers, p95 / one reader’s`,
      bar: 10,
      stretch: 5,
      measured: of('manyP95') / of('aloneP95'),
      unit: 'x',
      detail: `one ${of('aloneP95').toFixed(0)} ms, ${READERS} ${of('manyP95').toFixed(0)} ms; each question computed ${of('repeated').toFixed(2)} times`,
    },
    {
      figure: 'memory of `serve` under load, peak',
      bar: 400,
      stretch: 300,
      measured: of('peak'),
      unit: 'MiB',
      detail: `${of('afterOne').toFixed(0)} MiB after one reader, ${of('afterSoak').toFixed(0)} MiB after ${SOAK_MS / 1000} s of questions that are never the same`,
    },
    {
      figure: 'processor time of an interaction, all blocks',
      ...none,
      measured: of('cpu') * 1000,
      unit: 'ms',
      detail: 'of the server, mean; steadier than the clock where the machine is busy',
    },
    {
      figure: 'why the movers moved, p95',
      ...none,
      measured: of('causesP95'),
      unit: 'ms',
      detail: 'read from lines, after the figures, which do not wait for it',
    },
    {
      figure: 'all blocks of an interaction, p95',
      ...none,
      measured: of('wholeP95'),
      unit: 'ms',
      detail: 'the slowest of the seven',
    },
  ];
}
