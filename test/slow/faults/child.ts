import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Place } from './process.ts';
import { NOW, type Operation, type World } from './world.ts';

/** The built program; this file is bundled into dist/test/. */
const MAIN = fileURLToPath(new URL('../src/main.js', import.meta.url));
/** A program that hangs must not outlive its case. */
const HANGS_MS = 60_000;

/** How a process of the built program ended. */
export interface Ended {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly said: string;
}

export interface Child {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts an operation as a process of its own, in its place. `limit`: no file may become larger, in KiB. */
export async function started({ folder }: Place, { command }: Operation, limit?: number): Promise<Child> {
  const scratch = join(folder, '.tmp');
  await mkdir(scratch, { recursive: true });
  const [program, all] =
    limit === undefined
      ? [process.execPath, [MAIN, ...command]]
      : ['bash', ['-c', `ulimit -f ${limit}; exec "$0" "$@"`, process.execPath, MAIN, ...command]];
  const child = spawn(program, all, {
    cwd: folder,
    env: {
      PATH: process.env.PATH ?? '',
      TMPDIR: scratch,
      TZ: 'America/St_Johns',
      SPENDLIGHT_MEMORY_LIMIT: '512MB',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: HANGS_MS,
    killSignal: 'SIGKILL',
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => (said += part));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, said }));
  });
  return { process: child, ended };
}

const usual = new Map<string, number>();

/** How long an operation takes when nothing disturbs it, in milliseconds; measured once. */
export async function usualMs(world: World, operation: Operation): Promise<number> {
  const known = usual.get(operation.name);
  if (known !== undefined) return known;
  const place = await world.fresh(operation.from);
  const began = performance.now();
  const { code, said } = await (await started(place, operation)).ended;
  // 1: done, and something is not fine (an older delivery lies in the watched folder, too).
  if (code !== 0 && code !== 1)
    throw new Error(`${operation.name}, undisturbed at ${NOW}, ended with ${code}: ${said}`);
  const ms = performance.now() - began;
  usual.set(operation.name, ms);
  await world.clear(place);
  return ms;
}

/** Waits `ms`, or until the process has ended; tells whether it still runs. */
export const stillRuns = async ({ ended }: Child, ms: number): Promise<boolean> =>
  Promise.race([ended.then(() => false), wait(ms).then(() => true)]);
