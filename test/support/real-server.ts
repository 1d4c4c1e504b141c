import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const MAIN = join(import.meta.dirname, '../../dist/src/main.js');

export interface RealServer {
  readonly base: string;
  end(): Promise<void>;
}

/** `spendlight serve` of the built program, as a process of its own, on a port of its own. */
export async function realServer(
  lake: string,
  { now, outbox, env = {} }: { now: string; outbox: string; env?: Readonly<Record<string, string>> },
): Promise<RealServer> {
  const program = spawn(process.execPath, [MAIN, '--lake', lake, '--now', now, 'serve', '--port', '0'], {
    env: { PATH: process.env.PATH, OUTBOX_DIR: outbox, LOG_LEVEL: 'ERROR', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { base: await address(program), end: () => ended(program) };
}

/** The address that it prints once it listens. */
async function address(program: ChildProcess): Promise<string> {
  const said: string[] = [];
  const streams = [program.stdout, program.stderr].flatMap((stream) => stream ?? []);
  return new Promise((resolve, reject) => {
    program.once('exit', (code) => reject(new Error(`serve ended with ${code}: ${said.join('\n')}`)));
    for (const input of streams) {
      createInterface({ input }).on('line', (line) => {
        said.push(line);
        const found = /http:\/\/[^\s/]+/.exec(line)?.[0];
        if (found !== undefined) resolve(found);
      });
    }
  });
}

async function ended(program: ChildProcess): Promise<void> {
  if (program.exitCode !== null) return;
  const exit = new Promise((resolve) => program.once('exit', resolve));
  program.kill('SIGTERM');
  await exit;
}
