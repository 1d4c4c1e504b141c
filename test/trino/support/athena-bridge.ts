// Athena's API over a real Trino: what Athena would be asked is asked there, every other call goes on to the emulator, so
// that one address serves all clients.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import {
  AthenaClient,
  type GetQueryResultsInput,
  GetWorkGroupCommand,
  type QueryExecution,
  type StartQueryExecutionInput,
} from '@aws-sdk/client-athena';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { clientOf, KEYS } from '../../aws/support/buckets.ts';
import { asAthenaSays, type Outcome, trinoSays } from './athena-outcome.ts';
import { isUnload, unloaded } from './athena-unload.ts';

/** What is done to a call, or to a statement, instead of carrying it out. */
export type BridgeFault =
  /** The call is refused with this error of the API. */
  | { readonly refuse: string; readonly message: string; readonly status?: number }
  /** Carried out; then the connection is cut. */
  | 'lose the answer'
  /** The statement ends like this (StartQueryExecution only). */
  | { readonly ends: 'FAILED' | 'CANCELLED'; readonly reason: string; readonly category?: number }
  /** The statement never ends by itself (StartQueryExecution only). */
  | 'hang';

export interface AthenaBridge {
  readonly url: string;
  /** Names of the calls that came, in order. */
  readonly calls: readonly string[];
  /** Statements that were begun, in order. */
  readonly queries: readonly QueryExecution[];
  /** Asked for each call of Athena; undefined carries it out. */
  fault: (operation: string) => BridgeFault | undefined;
  close(): Promise<void>;
}

interface Run {
  readonly input: Input;
  readonly execution: QueryExecution & { Status: { State: string } };
  outcome: Outcome;
  readonly stop: AbortController;
}

class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

const invalid = (message: string): ApiError => new ApiError('InvalidRequestException', message);

/** `server` is Trino's, with the emulator's tables as catalog `awsdatacatalog`. */
export async function athenaBridge(emulator: string, server: string): Promise<AthenaBridge> {
  const runs = new Map<string, Run>();
  const calls: string[] = [];
  const queries: QueryExecution[] = [];
  const bridge = { fault: (_: string): BridgeFault | undefined => undefined };
  const tools = { emulator, server, runs, queries };
  const http = createServer((incoming, answer) => {
    const operation = /^AmazonAthena\.(\w+)$/.exec(String(incoming.headers['x-amz-target'] ?? ''))?.[1];
    if (operation === undefined || !(operation in OPERATIONS)) {
      handOn(emulator, incoming, answer);
      return;
    }
    calls.push(operation);
    const fault = bridge.fault(operation);
    void textOf(incoming)
      .then((body) => OPERATIONS[operation]?.(tools, JSON.parse(body), fault))
      .then((value) => {
        if (fault === 'lose the answer') answer.destroy();
        else reply(answer, 200, value);
      })
      .catch((error) => {
        const { code, status } =
          error instanceof ApiError ? error : { code: 'InternalServerException', status: 500 };
        reply(answer, status, { __type: code, message: String(error.message) });
      });
  });
  http.requestTimeout = 0;
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  return Object.assign(bridge, {
    url: `http://127.0.0.1:${port}`,
    calls,
    queries,
    async close() {
      for (const { stop } of runs.values()) stop.abort();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  });
}

interface Tools {
  readonly emulator: string;
  readonly server: string;
  readonly runs: Map<string, Run>;
  readonly queries: QueryExecution[];
}

/** What any of the calls may say. */
type Input = Partial<StartQueryExecutionInput & GetQueryResultsInput>;
type Operation = (tools: Tools, input: Input, fault: BridgeFault | undefined) => unknown;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  StartQueryExecution: begin,
  GetQueryExecution({ runs }, input: Input, fault) {
    refused(fault);
    return { QueryExecution: runOf(runs, input).execution };
  },
  async StopQueryExecution({ runs }, input: Input, fault) {
    refused(fault);
    const { execution, stop } = runOf(runs, input);
    if (['QUEUED', 'RUNNING'].includes(execution.Status.State))
      ended(execution, 'CANCELLED', 'Query was cancelled');
    stop.abort();
    return {};
  },
  GetQueryResults({ runs }, input: Input, fault) {
    refused(fault);
    const { execution, outcome } = runOf(runs, input);
    const state = execution.Status.State;
    if (state !== 'SUCCEEDED')
      throw invalid(`Query did not finish successfully. Final query state: ${state}`);
    const header = execution.StatementType === 'DML' ? [outcome.columns.map(({ Name }) => Name ?? '')] : [];
    const all = [...header, ...outcome.rows];
    const from = Number(input.NextToken ?? 0);
    const to = from + Math.min(input.MaxResults ?? 1_000, 1_000);
    return {
      ...(to < all.length ? { NextToken: String(to) } : {}),
      UpdateCount: 0,
      ResultSet: {
        Rows: all.slice(from, to).map((row) => ({
          Data: row.map((value) => (value === null ? {} : { VarCharValue: value })),
        })),
        ResultSetMetadata: { ColumnInfo: outcome.columns },
      },
    };
  },
};

async function begin(tools: Tools, input: Input, fault: BridgeFault | undefined) {
  refused(fault);
  const { runs, queries } = tools;
  const token = input.ClientRequestToken;
  const twin = [...runs.values()].find(
    (run) => token !== undefined && run.input.ClientRequestToken === token,
  );
  if (twin !== undefined) {
    if (twin.input.QueryString !== input.QueryString) throw invalid('Idempotent parameters do not match');
    return { QueryExecutionId: twin.execution.QueryExecutionId };
  }
  if (Buffer.byteLength(input.QueryString ?? '') > 262_144)
    throw invalid('Query string is longer than 262144 bytes');
  const { output, bytesMax } = await workgroupOf(tools.emulator, input);
  const id = randomUUID();
  const run: Run = {
    input,
    outcome: { columns: [], rows: [], scannedBytes: 0 },
    stop: new AbortController(),
    execution: {
      QueryExecutionId: id,
      Query: input.QueryString,
      StatementType: /^\s*(CREATE|DROP|ALTER|MSCK|SHOW|DESCRIBE)\b/i.test(input.QueryString ?? '')
        ? 'DDL'
        : 'DML',
      WorkGroup: input.WorkGroup,
      QueryExecutionContext: input.QueryExecutionContext,
      ResultReuseConfiguration: input.ResultReuseConfiguration,
      ResultConfiguration: { OutputLocation: `${output.replace(/\/?$/, '/')}${id}.csv` },
      Status: { State: 'QUEUED' },
    },
  };
  runs.set(id, run);
  queries.push(run.execution);
  if (fault !== 'hang') void carriedOut(tools, run, bytesMax, fault);
  return { QueryExecutionId: id };
}

/** Ends `run`: as the fault says, with an earlier answer where one may stand, or with Trino's. */
async function carriedOut(
  { runs, emulator, server }: Tools,
  run: Run,
  bytesMax: number,
  fault: BridgeFault | undefined,
): Promise<void> {
  const { execution, input, stop } = run;
  execution.Status.State = 'RUNNING';
  if (typeof fault === 'object' && 'ends' in fault) {
    ended(execution, fault.ends, fault.reason, fault.category);
    return;
  }
  const isReusable = input.ResultReuseConfiguration?.ResultReuseByAgeConfiguration?.Enabled === true;
  const twin = [...runs.values()].find(
    (other) =>
      other !== run &&
      other.execution.Status.State === 'SUCCEEDED' &&
      other.input.QueryString === input.QueryString &&
      other.input.QueryExecutionContext?.Database === input.QueryExecutionContext?.Database,
  );
  if (isReusable && twin !== undefined) {
    run.outcome = { ...twin.outcome, scannedBytes: 0 };
    told(execution, run.outcome, true);
    ended(execution, 'SUCCEEDED');
    return;
  }
  try {
    run.outcome = await (isUnload(input)
      ? unloaded({ emulator, server }, input, stop.signal)
      : trinoSays(server, input, stop.signal));
    told(execution, run.outcome, false);
    if (run.outcome.scannedBytes > bytesMax) {
      ended(execution, 'CANCELLED', 'Query cancelled! : Bytes scanned limit was exceeded');
      return;
    }
    if (!isUnload(input))
      await put(emulator, execution.ResultConfiguration?.OutputLocation ?? '', asAthenaSays(run.outcome));
    if (!stop.signal.aborted) ended(execution, 'SUCCEEDED');
  } catch (error) {
    if (stop.signal.aborted) return;
    const isUsers = error instanceof Error && error.name === 'USER_ERROR';
    ended(execution, 'FAILED', error instanceof Error ? error.message : String(error), isUsers ? 2 : 1);
  }
}

function told(execution: QueryExecution, { scannedBytes }: Outcome, reused: boolean): void {
  execution.Statistics = {
    DataScannedInBytes: scannedBytes,
    TotalExecutionTimeInMillis: 1,
    ResultReuseInformation: { ReusedPreviousResult: reused },
  };
}

function ended(execution: Run['execution'], state: string, reason?: string, category?: number): void {
  execution.Status = {
    State: state,
    ...(reason === undefined ? {} : { StateChangeReason: reason }),
    ...(category === undefined ? {} : { AthenaError: { ErrorCategory: category, ErrorMessage: reason } }),
  } as Run['execution']['Status'];
}

/** Where results go, and what a statement may read. */
async function workgroupOf(emulator: string, { WorkGroup = 'primary', ResultConfiguration }: Input) {
  const client = new AthenaClient({ endpoint: emulator, region: 'us-east-1', credentials: KEYS });
  try {
    const group = await client.send(new GetWorkGroupCommand({ WorkGroup })).catch(() => {
      throw invalid(`WorkGroup ${WorkGroup} is not found.`);
    });
    const { Configuration = {} } = group.WorkGroup ?? {};
    const output = ResultConfiguration?.OutputLocation ?? Configuration.ResultConfiguration?.OutputLocation;
    if (!output) throw invalid('No output location provided. An output location is required.');
    return { output, bytesMax: Configuration.BytesScannedCutoffPerQuery ?? Number.POSITIVE_INFINITY };
  } finally {
    client.destroy();
  }
}

async function put(emulator: string, uri: string, body: string): Promise<void> {
  const [, Bucket = '', Key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  const client = clientOf(emulator);
  await client.send(new PutObjectCommand({ Bucket, Key, Body: body }));
  client.destroy();
}

function refused(fault: BridgeFault | undefined): void {
  if (typeof fault === 'object' && 'refuse' in fault)
    throw new ApiError(fault.refuse, fault.message, fault.status);
}

function runOf(runs: ReadonlyMap<string, Run>, { QueryExecutionId = '' }: Input): Run {
  const run = runs.get(QueryExecutionId);
  if (run === undefined) throw invalid(`QueryExecution ${QueryExecutionId} was not found`);
  return run;
}

function reply(answer: ServerResponse, status: number, value: unknown): void {
  answer.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(value));
}

function handOn(emulator: string, incoming: IncomingMessage, answer: ServerResponse): void {
  const { method = 'GET', headers, url = '/' } = incoming;
  // The signature covers the host that the client named, so that name is handed on.
  const call = request(emulator + url, { method, headers }, (from) => {
    answer.writeHead(from.statusCode ?? 502, from.rawHeaders);
    from.pipe(answer);
  });
  call.on('error', () => answer.destroy());
  incoming.pipe(call);
}
