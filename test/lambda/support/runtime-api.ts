// Lambda's Runtime API for one process, which runs a packed function under AWS's own runtime client and nothing else.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ACCOUNT, REGION } from '../../aws/support/calls.ts';

/** What Lambda is told of a failure. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** What came of one event. */
export type Outcome = { readonly answer: unknown } | { readonly error: FunctionError };

export interface PackedFunction {
  /** The unpacked zip. */
  readonly folder: string;
  /** What .ci/lambda-runtime made. */
  readonly runtime: string;
  /** `22` or `24`. */
  readonly node: string;
  /** Name in the account. */
  readonly name: string;
  readonly memoryMb?: number;
  readonly env: Readonly<Record<string, string>>;
}

/** What a cold start takes, as milliseconds on the clock and as processor time. */
export interface ColdStart {
  /** From the start of the process to its first question for work. */
  readonly initMs: number;
  readonly initCpuMs: number;
  /** The same, and on to the first line that our handler writes; undefined as long as it has not. */
  readonly handlerMs: number | undefined;
}

/** A process that is kept for events one after the other, as Lambda keeps it. */
export interface Running {
  readonly start: ColdStart;
  /** Hands the process an event; `answer` or `error` is what it reports. */
  invoke(event: unknown): Promise<Outcome>;
  /** The most memory that the process has held. */
  peakMb(): Promise<number>;
  /** All that it printed. */
  printed(): string;
  stop(): Promise<void>;
}

/** It never came to asking for work: what it told Lambda, and what it printed. */
export class InitFailed extends Error {
  readonly reported: FunctionError | undefined;
  constructor(reported: FunctionError | undefined, printed: string) {
    super(reported?.errorMessage ?? printed);
    this.reported = reported;
  }
}

/** Time that Lambda gives an invocation here. */
const LIMIT_MS = 120_000;

/** Starts the function. @throws InitFailed where it cannot be loaded */
export async function started(of: PackedFunction): Promise<Running> {
  const api = new RuntimeApi();
  const address = await api.listen();
  const began = performance.now();
  const child = spawn(
    join(of.runtime, `node-${of.node}`, 'node'),
    [join(of.runtime, 'aws-lambda-ric/node_modules/aws-lambda-ric/index.mjs'), 'index.handler'],
    { cwd: of.folder, env: environmentOf(of, address), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let printed = '';
  let handed: number | undefined;
  let entered: number | undefined;
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => {
      printed += part;
      if (entered === undefined && printed.includes('"function.invoked"')) entered = performance.now();
    });
  const ended = once(child, 'close');
  const isReady = await Promise.race([api.asked().then(() => true), ended.then(() => false)]);
  const initMs = performance.now() - began;
  if (!isReady) {
    await api.close();
    throw new InitFailed(api.initError, printed);
  }
  const initCpuMs = await cpuOf(child);
  return {
    get start() {
      const handlerMs = handed === undefined || entered === undefined ? undefined : initMs + entered - handed;
      return { initMs, initCpuMs, handlerMs };
    },
    async invoke(event) {
      handed ??= performance.now();
      const outcome = await Promise.race([api.outcomeOf(event, of.name), ended]);
      if (Array.isArray(outcome)) throw new Error(`${of.name} ended without an answer:\n${printed}`);
      return outcome;
    },
    peakMb: () => peakOf(child),
    printed: () => printed,
    async stop() {
      child.kill('SIGKILL');
      await ended;
      await api.close();
    },
  };
}

/** What Lambda gives a function, and nothing of ours: no NODE_PATH, no HOME, no setting of this shell. */
const environmentOf = (of: PackedFunction, address: string): Record<string, string> => ({
  PATH: '/usr/local/bin:/usr/bin:/bin',
  LANG: 'en_US.UTF-8',
  TZ: ':UTC',
  AWS_LAMBDA_RUNTIME_API: address,
  LAMBDA_TASK_ROOT: of.folder,
  _HANDLER: 'index.handler',
  AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${of.node}.x`,
  AWS_LAMBDA_FUNCTION_NAME: of.name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(of.memoryMb ?? 2048),
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${of.name}`,
  AWS_LAMBDA_LOG_STREAM_NAME: 'local',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
  ...of.env,
});

/** `VmHWM` of Linux's /proc, in MB. */
async function peakOf({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

/** User and system time so far: fields 14 and 15 of Linux's /proc, in hundredths of a second. */
async function cpuOf({ pid }: ChildProcess): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const [, , , , , , , , , , , user, system] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(user) + Number(system)) * 10;
}

interface Waiting {
  readonly event: unknown;
  readonly name: string;
  readonly done: (outcome: Outcome) => void;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html, as far as a runtime uses it. */
class RuntimeApi {
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  readonly #work: Waiting[] = [];
  readonly #byId = new Map<string, Waiting>();
  #next: ServerResponse | undefined;
  #told: () => void = () => undefined;
  readonly #asked = new Promise<void>((resolve) => {
    this.#told = resolve;
  });
  #invocations = 0;
  initError: FunctionError | undefined;

  async listen(): Promise<string> {
    this.#server.requestTimeout = 0;
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const { port } = this.#server.address() as AddressInfo;
    return `127.0.0.1:${port}`;
  }

  asked(): Promise<void> {
    return this.#asked;
  }

  outcomeOf(event: unknown, name: string): Promise<Outcome> {
    return new Promise((done) => {
      this.#work.push({ event, name, done });
      this.#hand();
    });
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, path = ''] = /^\/2018-06-01\/runtime\/(.*)$/.exec(request.url ?? '') ?? [];
    if (path === 'invocation/next') {
      this.#next = response;
      this.#told();
      this.#hand();
      return;
    }
    const body = await text(request);
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
    if (path === 'init/error') {
      this.initError = JSON.parse(body);
      return;
    }
    const [, id = '', kind] = /^invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    const waiting = this.#byId.get(id);
    this.#byId.delete(id);
    waiting?.done(kind === 'response' ? { answer: JSON.parse(body) } : { error: JSON.parse(body) });
  }

  #hand(): void {
    const [response, waiting] = [this.#next, this.#work[0]];
    if (response === undefined || waiting === undefined) return;
    this.#next = undefined;
    this.#work.shift();
    this.#invocations += 1;
    const id = `00000000-0000-4000-8000-${String(this.#invocations).padStart(12, '0')}`;
    this.#byId.set(id, waiting);
    response.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': id,
      'lambda-runtime-deadline-ms': String(Date.now() + LIMIT_MS),
      'lambda-runtime-invoked-function-arn': `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${waiting.name}`,
    });
    response.end(JSON.stringify(waiting.event));
  }
}
