// A Lambda function's handler in a process of its own, from the source. (The zips are tried by test/lambda.) With ASKED_IN_TIME
// in its environment it has time enough when it first asks, so often, and afterwards a second.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const SOURCE = fileURLToPath(new URL('../../../src/lambda/', import.meta.url));
/** Below the project, so that packages are found. */
const BUILT = fileURLToPath(new URL('../../../node_modules/.cache/', import.meta.url));

/** The functions that there are. */
const NAMES = ['digest', 'ingest', 'process', 'gap-check', 'slack-forwarder'] as const;
export type FunctionName = (typeof NAMES)[number];

export interface Functions {
  /** What the handler answers to `event`. @throws Error with what it threw, and what it had printed */
  invoke(name: FunctionName, event: object, env: Readonly<Record<string, string>>): Promise<unknown>;
  clear(): Promise<void>;
}

/** As Terraform names them. */
const nameOf = (name: FunctionName): string => (name === 'digest' ? 'daily-finops-digest' : `finops-${name}`);

const DRIVER = `
import { writeFileSync } from 'node:fs';
const [module, event, to, name] = process.argv.slice(1);
const { handler } = await import(module);
const until = Date.now() + 120_000;
let asked = 0;
const context = {
  awsRequestId: crypto.randomUUID(), functionName: name, functionVersion: '$LATEST', memoryLimitInMB: '2048',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:' + name,
  getRemainingTimeInMillis: () => (asked++ < Number(process.env.ASKED_IN_TIME ?? Infinity) ? until - Date.now() : 1_000),
};
const said = await handler(JSON.parse(event), context).then(
  (answer) => ({ answer }), (error) => ({ error: String(error?.stack ?? error) }));
writeFileSync(to, JSON.stringify(said));
process.exit(0);
`;

/** Builds every handler once. */
export async function functions(): Promise<Functions> {
  const folder = await mkdtemp(join(BUILT, 'functions-'));
  await build({
    entryPoints: NAMES.filter((name) => readdirSync(SOURCE).includes(`${name}.ts`)).map((name) =>
      join(SOURCE, `${name}.ts`),
    ),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'warning',
  });
  return {
    async invoke(name, event, env) {
      const to = join(folder, `${randomUUID()}.json`);
      const module = pathToFileURL(join(folder, `${name}.mjs`)).href;
      const args = ['--input-type=module', '-e', DRIVER, module, JSON.stringify(event), to, nameOf(name)];
      const child = spawn(process.execPath, args, {
        env: { PATH: process.env.PATH ?? '', TMPDIR: folder, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: 100_000,
        killSignal: 'SIGKILL',
      });
      let printed = '';
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (part: string) => (printed += part));
      await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
      const said = await readFile(to, 'utf8').then(JSON.parse, () => ({
        error: 'it ended without an answer',
      }));
      if ('error' in said) throw new Error(`${name}: ${said.error}\n${printed}`);
      return said.answer;
    },
    clear: () => rm(folder, { recursive: true, force: true }),
  };
}
