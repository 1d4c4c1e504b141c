// Stands before the emulator and notes who calls what. Every suite reaches AWS through it, so that the policies in `iam/`
// can be held against the calls that are really made.
import { appendFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type Call, callOf, signedBy } from './calls.ts';
import { identityOf } from './identities.ts';

/** A line of the record. */
export interface RecordedCall extends Call {
  /** One of `IDENTITIES`, the ARN of a role that was assumed, or the key id of somebody unknown. */
  readonly who: string;
  readonly key: string;
  /** Of the answer. */
  readonly status: number;
}

/** A pass-through that records. */
export interface Recorder {
  readonly url: string;
  close(): Promise<void>;
}

/** What a session's keys and a query's id stand for, learned from the answers that gave them out. */
interface Learned {
  readonly roles: Map<string, string>;
  readonly workgroups: Map<string, string>;
}

/** Where a request goes, by its path and query; undefined: the connection is cut, and nobody hears of it. */
export type Route = (
  url: string,
  of: { readonly method: string; readonly key: string },
) => string | undefined;

/**
 * Hands everything on to `target` and appends one line of JSON a call to `file`; several processes may share it.
 * Calls of the tests themselves (`bench`) and unsigned ones are handed on only.
 */
export async function recorder(target: string | Route, file: string | undefined): Promise<Recorder> {
  const route = typeof target === 'string' ? () => target : target;
  const learned: Learned = { roles: new Map(), workgroups: new Map() };
  // One write of one short line is whole on every system we run on, whoever else appends.
  const note = (call: RecordedCall): void => {
    if (file !== undefined) appendFileSync(file, `${JSON.stringify(call)}\n`);
  };
  const server = createServer((incoming, answer) => {
    void passedOn(route, incoming, answer, { learned, note }).catch(() => answer.destroy());
  });
  server.requestTimeout = 0;
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function passedOn(
  route: Route,
  incoming: IncomingMessage,
  answer: ServerResponse,
  { learned, note }: { readonly learned: Learned; readonly note: (call: RecordedCall) => void },
): Promise<void> {
  const { method = 'GET', url = '/', headers } = incoming;
  const signed = signedBy(headers);
  // Objects go through as they come, however large; the rest is small, and is read.
  const isObject = signed === undefined || signed.service === 's3';
  const target = route(url, { method, key: signed?.key ?? '' });
  if (target === undefined) {
    answer.destroy();
    return;
  }
  const sent = isObject ? undefined : await buffer(incoming);
  const reply = await new Promise<IncomingMessage>((resolve, reject) => {
    const { connection: _, ...kept } = headers;
    const call = request(target + url, { method, headers: kept, agent: false }, resolve);
    call.on('error', reject);
    answer.on('close', () => call.destroy());
    if (sent === undefined) incoming.on('error', reject).pipe(call);
    else call.end(sent);
  });
  const status = reply.statusCode ?? 500;
  const { connection: _, 'keep-alive': __, ...given } = reply.headers;
  const got = isObject ? undefined : await buffer(reply);
  const recorded = signed === undefined ? undefined : named(signed);
  if (recorded !== undefined) note(recorded); // before the answer: whoever has it finds the call in the record
  answer.writeHead(status, given);
  if (got === undefined) reply.on('error', () => answer.destroy()).pipe(answer);
  else answer.end(got);

  function named({ key, service }: NonNullable<typeof signed>): RecordedCall | undefined {
    const who = identityOf(key) ?? learned.roles.get(key) ?? key;
    const call = callOf(service, { method, url, headers, body: sent?.toString() ?? '' });
    const context = {
      ...call.context,
      ...learn(call, got?.toString() ?? '', who, learned),
      ...keyUsed(reply.headers),
    };
    return who === 'bench' ? undefined : { who, key, ...call, context, status };
  }
}

/** Notes what later calls refer to, and gives the workgroup of a query that is named by its id alone. */
function learn(
  call: Call,
  answer: string,
  who: string,
  { roles, workgroups }: Learned,
): Record<string, string> {
  if (call.operation === 'AssumeRole') {
    const [, key] = /<AccessKeyId>([^<]+)</.exec(answer) ?? [];
    const [role] = call.resources;
    // What the tests set up in another account is still the tests' own doing.
    if (key !== undefined && role !== undefined) roles.set(key, who === 'bench' ? who : role);
  }
  if (call.service !== 'athena') return {};
  const [, started] = /"QueryExecutionId"\s*:\s*"([^"]+)"/.exec(answer) ?? [];
  const { WorkGroup, QueryExecutionId = started } = call.context;
  if (started !== undefined && WorkGroup !== undefined) workgroups.set(started, WorkGroup);
  const group = WorkGroup ?? (QueryExecutionId === undefined ? undefined : workgroups.get(QueryExecutionId));
  return group === undefined ? {} : { WorkGroup: group };
}

/** The KMS key that an object is encrypted with, as the answer tells. */
function keyUsed(headers: IncomingMessage['headers']): Record<string, string> {
  const id = headers['x-amz-server-side-encryption-aws-kms-key-id'];
  return headers['x-amz-server-side-encryption'] === 'aws:kms' ? { kms: String(id ?? '') } : {};
}
