import { type Context, Hono } from 'hono';
import { UserError } from '../core/errors/user-error.ts';
import type { Site, SiteFile } from '../ports/site.ts';
import { api } from './app.ts';
import type { ApiDoors } from './doors.ts';
import { Guard, type GuardOf } from './guard.ts';
import { securityHeaders } from './headers.ts';
import { Metrics } from './metrics.ts';
import { documentOf } from './openapi.ts';
import type { Pin } from './pin.ts';
import { problemResponse, refusal } from './problems.ts';

export interface SiteOf<P extends Pin> {
  readonly doors: ApiDoors<P>;
  readonly guard: GuardOf;
  /** Undefined where the page has not been built. */
  readonly pages: Site | undefined;
  readonly version: string;
  /** How long a caller may take for a body that is no file, in milliseconds. */
  readonly bodyMs: number;
  /** Resident memory now, in bytes. */
  readonly memoryBytes: () => number;
}

/** What a server needs: it answers requests, and says how somebody gets in. */
export interface Answering {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  readonly guard: Guard;
}

type Env = { Variables: { requestId: string; cache?: string; etag?: string } };

/** JSON bodies are a few lines. */
const BODY_BYTES_MAX = 64 * 1024;

/** Everything the server answers: API, page, health, metrics. */
export function site<P extends Pin>(of: SiteOf<P>): Answering {
  const guard = new Guard(of.guard);
  const metrics = new Metrics();
  const router = new Hono<Env>();
  router.use(identified(of.doors, metrics));
  router.use(securityHeaders);
  router.use(guard.check);
  const routes = api(of.doors);
  const document = documentOf(routes, of.version);
  router.use(onlyMethods(document.methods));
  router.use('/api/*', smallBodies(of.bodyMs));
  router.onError((error, c) => {
    if (!(error instanceof UserError) && !isBadJson(error)) {
      of.doors.log.error('request.failed', { id: c.var.requestId, problem: error.stack ?? String(error) });
    }
    return problemResponse(isBadJson(error) ? badJson() : error, c.var.requestId);
  });
  router.route('/api/v1', routes);
  router.get('/api/v1/openapi.json', (c) =>
    c.body(document.text, 200, { 'Content-Type': 'application/json', 'Cache-Control': 'private, no-cache' }),
  );
  router.get('/healthz', (c) => c.text('alive\n'));
  router.get('/readyz', async (c) => {
    const held = await of.doors.hold();
    held?.release();
    return c.text(held === undefined ? 'ready: no lake yet\n' : `ready: lake version ${held.pin.version}\n`);
  });
  router.get('/metrics', async (c) =>
    c.body(metrics.text(await gauges(of)), 200, { 'Content-Type': PROMETHEUS }),
  );
  router.get('/login', (c) => c.html(WELCOME, 200, { 'Set-Cookie': guard.open(c.req.query('code') ?? '') }));
  router.notFound((c) => notFound(c, of.pages));
  return { fetch: (request) => router.fetch(request), guard };
}

const PROMETHEUS = 'text/plain; version=0.0.4; charset=utf-8';

/** A page of its own before the way on: a cookie that is strict about its site would not go along with a redirect from elsewhere. */
const WELCOME =
  '<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=/"><title>Spendlight</title><p><a href="/">Go to Spendlight</a></p></html>\n';

/** Gives each request an id, taken from the caller where it is a plain one; notes and logs what became of it. */
const identified =
  <P extends Pin>({ clock, random, log }: ApiDoors<P>, metrics: Metrics) =>
  async (c: Context<Env>, next: () => Promise<void>): Promise<void> => {
    const given = c.req.header('X-Request-Id');
    const id = given !== undefined && /^[A-Za-z0-9._-]{8,64}$/.test(given) ? given : random.id();
    c.set('requestId', id);
    const began = performance.now();
    await next();
    const ms = performance.now() - began;
    c.res.headers.set('X-Request-Id', id);
    const { method, path, routePath } = c.req;
    const { status } = c.res;
    const cache = c.var.cache;
    metrics.note({
      route: status === 404 ? 'none' : routePath,
      method: METHODS.has(method) ? method : 'other',
      status,
      seconds: ms / 1000,
      cache,
    });
    log.info('request.answered', {
      id,
      method,
      path: path.slice(0, 200),
      status,
      ms: Math.round(ms * 10) / 10,
      ...(cache === undefined ? {} : { cache }),
    });
    void clock;
  };

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Bodies that are not files are small and come soon; who says otherwise is refused before a byte is read. */
const smallBodies =
  (bodyMs: number) =>
  async (c: Context<Env>, next: () => Promise<void>): Promise<void> => {
    const { method, path } = c.req;
    const length = Number(c.req.header('Content-Length') ?? 0);
    if (path === '/api/v1/peek') return next();
    if (c.req.header('Transfer-Encoding') !== undefined || length > BODY_BYTES_MAX) {
      throw refusal(
        'BODY_TOO_LARGE',
        'The body is too large',
        `Send at most ${BODY_BYTES_MAX} bytes, with their length.`,
      );
    }
    if (method !== 'PUT' && method !== 'POST') return next();
    if (c.req.header('Content-Type')?.split(';')[0]?.trim().toLowerCase() !== 'application/json') {
      throw refusal('BODY_TYPE', 'The body is not JSON', 'Send it with Content-Type: application/json.');
    }
    await soon(c.req.text(), bodyMs); // kept by hono for whoever reads it next
    return next();
  };

/** What `work` gives, unless it takes longer than `ms`. */
async function soon<T>(work: Promise<T>, ms: number): Promise<T> {
  let late: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    late = setTimeout(() => reject(refusal('BODY_SLOW', 'The body did not come', 'Send it at once.')), ms);
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(late);
  }
}

async function gauges<P extends Pin>({ doors, memoryBytes }: SiteOf<P>) {
  const held = await doors.hold().catch(() => undefined);
  held?.release();
  return {
    spendlight_lake_version: {
      help: 'The lake version that answers; 0 where there is none.',
      values: [{ value: held?.pin.version ?? 0 }],
    },
    process_resident_memory_bytes: { help: 'Resident memory.', values: [{ value: memoryBytes() }] },
    ...(await doors.vitals()),
  };
}

/** An address that is right, asked by a method that it does not take. */
const onlyMethods =
  (methods: (path: string) => readonly string[]) =>
  async (c: Context<Env>, next: () => Promise<void>): Promise<Response | undefined> => {
    const { path, method } = c.req;
    const allowed = methods(path);
    if (allowed.length === 0 || allowed.includes(method) || (method === 'HEAD' && allowed.includes('GET'))) {
      await next();
      return undefined;
    }
    const response = problemResponse(
      refusal('METHOD_NOT_ALLOWED', `${path} does not take this method`, `It takes ${allowed.join(', ')}.`),
      c.var.requestId,
    );
    response.headers.set('Allow', allowed.join(', '));
    return response;
  };

/** No route: a file of the page, the page itself, or nothing. */
async function notFound(c: Context<Env>, pages: Site | undefined): Promise<Response> {
  const { path, method } = c.req;
  const isPage = (method === 'GET' || method === 'HEAD') && !path.startsWith('/api/');
  const accepted = (c.req.header('Accept-Encoding') ?? '')
    .split(',')
    .map((part) => part.split(';')[0]?.trim() ?? '');
  if (isPage && pages !== undefined) {
    const file =
      (await pages.file(path, accepted)) ??
      (isPlace(path) ? await pages.file('/index.html', accepted) : undefined);
    if (file !== undefined) return fileResponse(file, method === 'HEAD');
  }
  if (isPage && pages === undefined && path === '/') return c.text(UNBUILT, 200);
  return problemResponse(
    refusal('NOT_FOUND', 'There is nothing at this address', 'GET /api/v1/openapi.json lists what there is.'),
    c.var.requestId,
  );
}

const UNBUILT =
  'Spendlight is running, and its page has not been built: npm run build.\nThe API is described at /api/v1/openapi.json.\n';

/** A place within the page, which it finds by itself: a path of plain parts without a file's ending. */
const isPlace = (path: string): boolean => /^(\/[A-Za-z0-9_-]+)*\/?$/.test(path);

const fileResponse = ({ bytes, type, encoding, isImmutable }: SiteFile, isHead: boolean): Response =>
  new Response(isHead ? null : bytes, {
    headers: {
      'Content-Type': type,
      'Content-Length': String(bytes.byteLength),
      'Cache-Control': isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
      Vary: 'Accept-Encoding',
      ...(encoding === undefined ? {} : { 'Content-Encoding': encoding }),
    },
  });

/** What hono says of a body that is no JSON. */
const isBadJson = (error: unknown): boolean =>
  error instanceof Error && 'status' in error && error.status === 400;

const badJson = (): UserError =>
  refusal('REQUEST_INVALID', 'The body is not valid JSON', 'Send one JSON document.');
