import { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiDoors } from './doors.ts';
import type { Pin } from './pin.ts';
import * as routes from './routes.ts';

/** The API below /api/v1: each route calls one door. */
export const api = <P extends Pin>(doors: ApiDoors<P>) => {
  const { costs } = doors;
  const router = new OpenAPIHono<{ Variables: { requestId: string; pin: P } }>();
  return router
    .openapi(routes.overview, async (c) => c.json(await costs.overview(c.var.pin, c.req.valid('query')), 200))
    .openapi(routes.trend, async (c) => c.json(await costs.trend(c.var.pin, c.req.valid('query')), 200))
    .openapi(routes.lights, async (c) => c.json(await costs.lights(c.var.pin, c.req.valid('query')), 200))
    .openapi(routes.movers, async (c) => c.json(await costs.movers(c.var.pin, c.req.valid('query')), 200))
    .openapi(routes.shares, async (c) => c.json(await costs.shares(c.var.pin, c.req.valid('query')), 200))
    .openapi(routes.alerts, async (c) => c.json(await costs.alerts(c.var.pin, c.req.valid('query')), 200))
    .openapi(routes.breakdown, async (c) =>
      c.json(await costs.breakdown(c.var.pin, c.req.valid('query')), 200),
    )
    .openapi(routes.lines, async (c) => c.json(await costs.lines(c.var.pin, c.req.valid('query')), 200))
    .openapi(routes.proof, async (c) => c.json(await costs.proof(c.var.pin, c.req.valid('query')), 200))
    .openapi(routes.choices, async (c) => c.json(await costs.choices(c.var.pin, c.req.valid('query')), 200))
    .openapi(routes.status, async (c) => c.json(await doors.status(), 200))
    .openapi(routes.preferences, async (c) => c.json(await doors.preferences(), 200))
    .openapi(routes.keepPreferences, async (c) =>
      c.json(await doors.keepPreferences(c.req.valid('json')), 200),
    )
    .openapi(routes.outbox, async (c) => c.json(await doors.outbox(), 200))
    .openapi(routes.peek, async (c) =>
      c.json(await doors.peek(c.req.valid('query').name, c.req.raw.body), 200),
    )
    .openapi(routes.ingest, async (c) => c.json(await doors.ingest(c.req.valid('json').upload), 202))
    .openapi(routes.job, async (c) => c.json(await doors.job(c.req.valid('param').job), 200));
};

/** What the typed client is made from: `hc<App>('/api/v1')`. */
export type App = ReturnType<typeof api>;
