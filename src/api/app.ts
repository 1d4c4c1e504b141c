import { OpenAPIHono } from '@hono/zod-openapi';
import { answering, etagOf, isKnown, keepingOf, noLake, type PinnedEnv } from './answers.ts';
import type { ApiDoors } from './doors.ts';
import { eventStream } from './events.ts';
import { MAIL_POLICY } from './headers.ts';
import type { Pin } from './pin.ts';
import { pipelineApi } from './pipeline.ts';
import { refusal, requestInvalid } from './problems.ts';
import * as routes from './routes.ts';
import { EXPORTS } from './schemas/exports.ts';

/** Questions about costs: all that go through the cache. */
const QUESTIONS = [
  routes.overview,
  routes.trend,
  routes.lights,
  routes.movers,
  routes.causes,
  routes.shares,
  routes.alerts,
  routes.breakdown,
  routes.lines,
  routes.proof,
  routes.explain,
  routes.choices,
] as const;

/** The API below /api/v1: each route calls one door. */
export const api = <P extends Pin>(doors: ApiDoors<P>) => {
  const { costs } = doors;
  const router = new OpenAPIHono<PinnedEnv<P>>({
    defaultHook: (result) => {
      if (!result.success) throw requestInvalid(result.error);
    },
  });
  const answer = answering(doors);
  for (const { path } of QUESTIONS) router.get(path, answer);
  return router
    .openapi(routes.overview, async (c) => c.json(await costs.overview(c.var.pin, c.req.valid('query')), 200))
    .openapi(routes.trend, async (c) => c.json(await costs.trend(c.var.pin, c.req.valid('query')), 200))
    .openapi(routes.lights, async (c) => c.json(await costs.lights(c.var.pin, c.req.valid('query')), 200))
    .openapi(routes.movers, async (c) => c.json(await costs.movers(c.var.pin, c.req.valid('query')), 200))
    .openapi(routes.causes, async (c) => c.json(await costs.causes(c.var.pin, c.req.valid('query')), 200))
    .openapi(routes.shares, async (c) => c.json(await costs.shares(c.var.pin, c.req.valid('query')), 200))
    .openapi(routes.alerts, async (c) => c.json(await costs.alerts(c.var.pin, c.req.valid('query')), 200))
    .openapi(routes.breakdown, async (c) =>
      c.json(await costs.breakdown(c.var.pin, c.req.valid('query')), 200),
    )
    .openapi(routes.lines, async (c) => c.json(await costs.lines(c.var.pin, c.req.valid('query')), 200))
    .openapi(routes.proof, async (c) => c.json(await costs.proof(c.var.pin, c.req.valid('query')), 200))
    .openapi(routes.explain, async (c) => c.json(await costs.explain(c.var.pin, c.req.valid('query')), 200))
    .openapi(routes.choices, async (c) => c.json(await costs.choices(c.var.pin, c.req.valid('query')), 200))
    .openapi(routes.csv, (c) => {
      const { file } = c.req.valid('param');
      const block = EXPORTS.find((name) => `${name}.csv` === file) ?? 'breakdown';
      return csvResponse(doors, { ...c.req.valid('query'), block }, { file, request: c.req.raw });
    })
    .openapi(routes.status, async (c) => c.json(await doors.status(c.req.valid('query').asOf), 200))
    .openapi(routes.events, (c) => eventStream(doors, c.req.raw.signal))
    .openapi(routes.preferences, async (c) => c.json(await doors.preferences(), 200))
    .openapi(routes.keepPreferences, async (c) =>
      c.json(await doors.keepPreferences(c.req.valid('json')), 200),
    )
    .openapi(routes.outbox, async (c) => c.json(await doors.outbox(c.req.valid('query').asOf), 200))
    .openapi(routes.mail, async (c) =>
      c.html((await doors.mail(c.req.valid('param').id, c.req.valid('query').asOf)).html, 200, {
        'Content-Security-Policy': MAIL_POLICY,
      }),
    )
    .openapi(routes.peek, async (c) => {
      octets(c.req.header('Content-Type'));
      return c.json(await doors.peek(c.req.valid('query').name, c.req.raw.body), 200);
    })
    .openapi(routes.ingest, async (c) => c.json(await doors.ingest(c.req.valid('json').upload), 202))
    .openapi(routes.job, async (c) => c.json(await doors.job(c.req.valid('param').job), 200))
    .route('/', pipelineApi(doors, answer));
};

/** What the typed client is made from: `hc<App>('/api/v1')`. */
export type App = ReturnType<typeof api>;

/** A CSV in pieces. Its first piece is made before the headers go: what is wrong with the question is a problem document. */
async function csvResponse<P extends Pin>(
  { hold, costs }: ApiDoors<P>,
  query: Parameters<ApiDoors<P>['costs']['csv']>[1],
  { file, request }: { readonly file: string; readonly request: Request },
): Promise<Response> {
  const held = await hold(query.asOf);
  if (held === undefined) throw noLake();
  const etag = etagOf(held.pin, new URL(request.url));
  if (isKnown(request.headers.get('If-None-Match') ?? undefined, etag)) {
    held.release();
    return new Response(null, {
      status: 304,
      headers: { ETag: etag, 'Cache-Control': keepingOf(held.pin) },
    });
  }
  const pieces = costs.csv(held.pin, query)[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  const first = await pieces.next().catch((error) => {
    held.release();
    throw error;
  });
  let ahead: IteratorResult<string> | undefined = first;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = ahead ?? (await pieces.next());
        ahead = undefined;
        if (done !== true) return controller.enqueue(encoder.encode(value));
        held.release();
        return controller.close();
      } catch (error) {
        held.release();
        return controller.error(error);
      }
    },
    async cancel() {
      await pieces.return?.();
      held.release();
    },
  });
  return new Response(body, {
    headers: {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="spendlight-${file}"`,
      ETag: etag,
      'Cache-Control': keepingOf(held.pin),
    },
  });
}

function octets(type: string | undefined): void {
  if (type?.split(';')[0]?.trim().toLowerCase() === 'application/octet-stream') return;
  throw refusal(
    'BODY_TYPE',
    'A file is sent as application/octet-stream',
    'Send its bytes as they are, with that type.',
  );
}
