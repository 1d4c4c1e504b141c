import { createRoute, z } from '@hono/zod-openapi';
import { json, problems, question, UNCHANGED } from './route.ts';
import {
  Alerts,
  Breakdown,
  Causes,
  Lights,
  Lines,
  Movers,
  PageQuery,
  Shares,
  SharesQuery,
  Trend,
  TrendQuery,
} from './schemas/blocks.ts';
import { ExplainQuery, Explanation } from './schemas/explain.ts';
import { ExportPath, ExportScope } from './schemas/exports.ts';
import { IngestBody, IngestJob, Peek, UploadQuery } from './schemas/first-run.ts';
import { Outbox, Preferences, StatusAnswer } from './schemas/health.ts';
import { Choices, Overview, ProofAnswer } from './schemas/overview.ts';
import { AsOfQuery, ScopeQuery } from './schemas/parts.ts';

export const overview = question(
  '/overview',
  'getOverview',
  'The sentence, six figures, their comparisons, freshness',
  ScopeQuery,
  Overview,
);
export const trend = question('/trend', 'getTrend', 'Daily cost of 13 months', TrendQuery, Trend);
export const lights = question('/lights', 'getLights', 'Traffic lights by OU', ScopeQuery, Lights);
export const movers = question('/movers', 'getMovers', 'What moved on the judged day', ScopeQuery, Movers);
export const causes = question('/causes', 'getCauses', 'Why the movers moved', ScopeQuery, Causes);
export const shares = question('/shares', 'getShares', 'Shares of the period’s cost', SharesQuery, Shares);
export const alerts = question('/alerts', 'getAlerts', 'Open alerts', ScopeQuery, Alerts);
export const breakdown = question(
  '/breakdown',
  'getBreakdown',
  'Cost per day, OU, service and account',
  PageQuery,
  Breakdown,
);
export const lines = question('/lines', 'getLines', 'The lines behind a figure', PageQuery, Lines);
export const proof = question(
  '/proof',
  'getProof',
  'What stands behind the judged day',
  ScopeQuery,
  ProofAnswer,
);
export const explain = question(
  '/explain',
  'getExplanation',
  'What stands behind a figure',
  ExplainQuery,
  Explanation,
);
export const choices = question(
  '/choices',
  'getChoices',
  'What the filters can be set to',
  ScopeQuery,
  Choices,
);

export const csv = createRoute({
  method: 'get',
  path: '/exports/{file}',
  operationId: 'getExport',
  summary: 'A block of the page as CSV: exactly its rows, full precision',
  tags: ['costs'],
  request: { params: ExportPath, query: ExportScope },
  responses: {
    200: {
      description: 'UTF-8, LF, a header; metric, currency and as-of are columns. Formulas are made harmless.',
      content: { 'text/csv': { schema: z.string() } },
    },
    ...UNCHANGED,
    ...problems(400, 401, 403, 404, 409, 500, 503),
  },
});

export const status = createRoute({
  method: 'get',
  path: '/status',
  operationId: 'getStatus',
  summary: 'Lake, runs, store, engine, versions; what is wrong and how to mend it',
  tags: ['health'],
  request: { query: AsOfQuery },
  responses: {
    200: json(StatusAnswer, 'As it is now, or was then'),
    ...problems(400, 401, 403, 404, 500, 503),
  },
});

export const events = createRoute({
  method: 'get',
  path: '/events',
  operationId: 'getEvents',
  summary: 'Server-sent events: `lake` with the version, now and at each new one',
  tags: ['health'],
  responses: {
    200: {
      description: 'A stream that does not end.',
      content: { 'text/event-stream': { schema: z.string() } },
    },
    ...problems(401, 403, 500, 503),
  },
});

export const preferences = createRoute({
  method: 'get',
  path: '/preferences',
  operationId: 'getPreferences',
  summary: 'How this person likes to see it',
  tags: ['preferences'],
  responses: { 200: json(Preferences, 'As kept, else the defaults'), ...problems(401, 403, 500, 503) },
});

export const keepPreferences = createRoute({
  method: 'put',
  path: '/preferences',
  operationId: 'putPreferences',
  summary: 'Keeps how this person likes to see it',
  tags: ['preferences'],
  request: { body: { required: true, content: { 'application/json': { schema: Preferences } } } },
  responses: {
    200: json(Preferences, 'As kept'),
    ...problems(400, 401, 403, 408, 409, 413, 415, 500, 503),
  },
});

export const outbox = createRoute({
  method: 'get',
  path: '/outbox',
  operationId: 'getOutbox',
  summary: 'Mails that were written to the outbox; demo lakes only',
  tags: ['outbox'],
  request: { query: AsOfQuery },
  responses: { 200: json(Outbox, 'Newest first'), ...problems(400, 401, 403, 404, 500, 503) },
});

export const mail = createRoute({
  method: 'get',
  path: '/outbox/{id}',
  operationId: 'getMail',
  summary: 'A mail of the outbox as its reader sees it; demo lakes only',
  tags: ['outbox'],
  request: {
    params: z.object({ id: z.string().regex(/^[A-Za-z0-9._-]{1,200}$/) }),
    query: AsOfQuery,
  },
  responses: {
    200: {
      description: 'A page of its own, without script, pictures inside.',
      content: { 'text/html': { schema: z.string() } },
    },
    ...problems(400, 401, 403, 404, 500, 503),
  },
});

export const peek = createRoute({
  method: 'post',
  path: '/peek',
  operationId: 'postPeek',
  summary: 'Looks at a dropped bill; only while the lake is empty',
  tags: ['first run'],
  request: {
    query: UploadQuery,
    body: {
      required: true,
      content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
    },
  },
  responses: {
    200: json(Peek, 'What the file holds'),
    ...problems(400, 401, 403, 404, 408, 409, 413, 415, 422, 500, 503),
  },
});

export const ingest = createRoute({
  method: 'post',
  path: '/ingest',
  operationId: 'postIngest',
  summary: 'Brings a file in that was looked at; only while the lake is empty',
  tags: ['first run'],
  request: { body: { required: true, content: { 'application/json': { schema: IngestBody } } } },
  responses: {
    202: json(IngestJob, 'Begun: ask for the job until it is done'),
    ...problems(400, 401, 403, 404, 408, 409, 413, 415, 422, 500, 503),
  },
});

export const job = createRoute({
  method: 'get',
  path: '/ingest/{job}',
  operationId: 'getIngest',
  summary: 'How far an ingest is',
  tags: ['first run'],
  request: { params: z.object({ job: z.string().regex(/^[a-z0-9-]{1,64}$/) }) },
  responses: { 200: json(IngestJob, 'As it is now'), ...problems(400, 401, 403, 404, 500, 503) },
});
