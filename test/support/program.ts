import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The built program. */
export const MAIN = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));

/** How a process of the built program ended. */
export interface Ended {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

/** A folder in which the built program (`dist/`, made by `npm run build`) is run as a person would run it. */
export interface Desk {
  readonly folder: string;
  /** Runs a command; nothing of the tests' own environment reaches it but what `env` says. */
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
  /** The same, ended by SIGKILL after `ms` milliseconds or when `killed` resolves, whichever comes first. */
  runKilled(args: readonly string[], when: KillWhen): Promise<Ended>;
  clear(): Promise<void>;
}

export interface KillWhen {
  readonly ms: number;
  readonly killed?: Promise<void> | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** An empty desk below `inside`, or below the system's folder for such things. */
export async function desk(inside = tmpdir()): Promise<Desk> {
  const folder = await mkdtemp(join(inside, 'spendlight-desk-'));
  // What a killed process leaves behind goes when the desk is cleared.
  const scratch = join(folder, '.tmp');
  await mkdir(scratch);
  const begin = (args: readonly string[], env: Readonly<Record<string, string>>, when?: KillWhen) =>
    ended(args, { cwd: folder, env: { PATH: process.env.PATH ?? '', TMPDIR: scratch, ...env } }, when);
  return {
    folder,
    run: (args, env = {}) => begin(args, env),
    runKilled: (args, when) => begin(args, when.env ?? {}, when),
    clear: () => rm(folder, { recursive: true, force: true }),
  };
}

function ended(
  args: readonly string[],
  place: { readonly cwd: string; readonly env: Record<string, string> },
  when: KillWhen | undefined,
): Promise<Ended> {
  const begun = performance.now();
  const child = spawn(process.execPath, [MAIN, ...args], {
    ...place,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 100_000, // a program that hangs must not outlive its test
    killSignal: 'SIGKILL',
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (part: string) => (said.stdout += part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => (said.stderr += part));
  const kill = (): void => void child.kill('SIGKILL');
  const timer = when === undefined ? undefined : setTimeout(kill, when.ms);
  when?.killed?.then(kill, kill);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, ...said, ms: performance.now() - begun });
    });
  });
}
