import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { UserError } from '../../core/errors/user-error.ts';
import type { Listening, ListenOf } from '../../ports/http.ts';

/** Limits of what a caller may take its time or room for. */
const LIMITS = {
  headerBytes: 16 * 1024,
  headersMs: 10_000,
  /** A large bill over a slow disk; other bodies are small and come in one piece. */
  requestMs: 300_000,
  idleMs: 65_000,
  connections: 512,
  headers: 100,
} as const;
/** How long answers that have begun may take once the server stops. */
const DRAIN_MS = 5_000;

/** Listens on a port of this machine, over HTTP/1.1. @throws UserError `PORT_TAKEN`, `USAGE` for an address that is not this machine's */
export async function listen({ fetch, host, port, stopping, headersMs }: ListenOf): Promise<Listening> {
  const answer = getRequestListener(fetch, { overrideGlobalObjects: false, errorHandler: () => broken() });
  const server = createServer({ maxHeaderSize: LIMITS.headerBytes, connectionsCheckingInterval: 500 });
  server.headersTimeout = headersMs ?? LIMITS.headersMs;
  server.requestTimeout = LIMITS.requestMs;
  server.keepAliveTimeout = LIMITS.idleMs;
  server.maxHeadersCount = LIMITS.headers;
  server.maxConnections = LIMITS.connections;
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    // Whoever goes away in the middle of an answer is no error of ours.
    answer(request, response).catch(() => response.destroy());
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || error.code === 'ECONNRESET') return socket.destroy();
    const status =
      error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : refused(error);
    return socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });
  await bound(server, host, port);
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    async stop() {
      stopping();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const late = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
      await closed;
      clearTimeout(late);
    },
  };
}

const refused = (error: NodeJS.ErrnoException): string =>
  error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? '408 Request Timeout' : '400 Bad Request';

const broken = (): Response => new Response('The request cannot be understood.\n', { status: 400 });

function bound(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(notBound(error, host, port)));
    server.listen(port, host, resolve);
  });
}

function notBound(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    return new UserError('PORT_TAKEN', {
      what: `Port ${port} of ${host} is taken by another program`,
      remedy: `Stop that one, or take another: --port ${port === 65_535 ? 8501 : port + 1}.`,
    });
  }
  if (error.code === 'EACCES' || error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return new UserError('USAGE', {
      what: `Nothing can listen on ${host}, port ${port} (${error.code})`,
      remedy: 'Name an address of this machine and a port above 1023.',
    });
  }
  return error;
}
