import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What is done to a request instead of handing it on, or after that. */
export type Fault =
  /** Answered by the proxy; the emulator never hears of it. */
  | { readonly kind: 'answer'; readonly status: number; readonly code: string; readonly message?: string }
  /** Answered by the proxy, well. */
  | { readonly kind: 'json'; readonly value: unknown }
  /** The connection is cut before the emulator hears of it. */
  | { readonly kind: 'cut' }
  /** Carried out by the emulator; then the connection is cut, and the answer is lost. */
  | { readonly kind: 'lost' }
  /** Carried out; nothing is answered, as by a server that hangs. */
  | { readonly kind: 'hang' };

/** A request as the proxy sees it. */
export interface Seen {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** What was sent with it; of large bodies the beginning. */
  readonly body: Buffer;
}

const BODY_KEPT = 1 << 20;

/** A proxy in front of the emulator that does harm as it is told. */
export interface FaultProxy {
  readonly url: string;
  /** What came, in order. */
  readonly seen: readonly Seen[];
  /** Asked for each request; undefined hands it on. */
  harm: (seen: Seen) => Fault | undefined;
  /** Done before a request is handed on. */
  hold: (seen: Seen) => Promise<void>;
  close(): Promise<void>;
}

/** Harms the first `times` requests that `which` is true of. */
export function firstOf(times: number, which: (seen: Seen) => boolean, fault: Fault): FaultProxy['harm'] {
  let left = times;
  return (seen) => (which(seen) && left-- > 0 ? fault : undefined);
}

export async function faultProxy(target: string): Promise<FaultProxy> {
  const seen: Seen[] = [];
  const proxy = {
    seen,
    harm: (_: Seen): Fault | undefined => undefined,
    hold: (_: Seen): Promise<void> => Promise.resolve(),
  };
  const server = createServer((incoming, answer) => {
    const { method = '', url: path = '', headers } = incoming;
    // Read to its end, so that the sender has done all it does.
    void buffer(incoming)
      .then(async (body) => {
        const one = { method, path, headers, body: body.subarray(0, BODY_KEPT) };
        seen.push(one);
        await proxy.hold(one);
        await harmed(target, incoming, answer, body, proxy.harm(one));
      })
      .catch(() => answer.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(proxy, {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

async function harmed(
  target: string,
  incoming: IncomingMessage,
  answer: ServerResponse,
  body: Buffer,
  fault: Fault | undefined,
): Promise<void> {
  if (fault?.kind === 'cut') {
    answer.destroy();
    return;
  }
  if (fault?.kind === 'json') {
    answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(fault.value));
    return;
  }
  if (fault?.kind === 'answer') {
    const { status, code, message = code } = fault;
    const isJson = /json/.test(incoming.headers['content-type'] ?? '');
    const type = isJson ? 'application/json' : 'application/xml';
    answer.writeHead(status, { 'content-type': type, 'x-amz-request-id': 'proxy', 'x-amzn-errortype': code });
    const error = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
    // Services of the query protocol (STS, SNS) wrap what S3 says bare.
    const isForm = /form/.test(incoming.headers['content-type'] ?? '');
    const text = isJson
      ? JSON.stringify({ __type: code, message })
      : `<?xml version="1.0"?>${isForm ? `<ErrorResponse>${error}</ErrorResponse>` : error}`;
    answer.end(incoming.method === 'HEAD' ? undefined : text);
    return;
  }
  const { status, headers, bytes } = await carriedOut(target, incoming, body);
  if (fault?.kind === 'lost') answer.destroy();
  if (fault !== undefined) return;
  answer.writeHead(status, headers);
  answer.end(bytes);
}

function carriedOut(target: string, { method, url, headers }: IncomingMessage, body: Buffer) {
  return new Promise<{ status: number; headers: IncomingMessage['headers']; bytes: Buffer }>(
    (resolve, reject) => {
      // The signature covers the host that the client named, so that name is handed on.
      const call = request(target + url, { method: method ?? 'GET', headers }, (reply) => {
        buffer(reply).then(
          (bytes) => resolve({ status: reply.statusCode ?? 500, headers: reply.headers, bytes }),
          reject,
        );
      });
      call.on('error', reject);
      call.end(body);
    },
  );
}
