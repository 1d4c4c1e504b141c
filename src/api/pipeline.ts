import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import type { answering, PinnedEnv } from './answers.ts';
import type { ApiDoors } from './doors.ts';
import type { Pin } from './pin.ts';
import { requestInvalid } from './problems.ts';
import { json, problems, question } from './route.ts';
import { AsOfQuery } from './schemas/parts.ts';
import {
  Archive,
  ArchivePath,
  ArchiveQuery,
  Calendar,
  CalendarQuery,
  DayHistory,
  DayHistoryQuery,
  Gaps,
  GapsQuery,
  Periods,
  Restatements,
  RestatementsQuery,
  Runs,
  RunsQuery,
} from './schemas/pipeline.ts';

const TAG = 'pipeline';

const periods = question('/periods', 'getPeriods', 'The ledger of billing periods', AsOfQuery, Periods, TAG);
const calendar = question(
  '/calendar',
  'getCalendar',
  'Which days of which accounts are there',
  CalendarQuery,
  Calendar,
  TAG,
);
const restatements = question(
  '/restatements',
  'getRestatements',
  'What changed of days that were known, when and why',
  RestatementsQuery,
  Restatements,
  TAG,
);
const dayHistory = question(
  '/day-history',
  'getDayHistory',
  'What a day was after each commit that changed it',
  DayHistoryQuery,
  DayHistory,
  TAG,
);

/** What happens beside commits: asked anew each time. */
const runs = createRoute({
  method: 'get',
  path: '/runs',
  operationId: 'getRuns',
  summary: 'Runs of all kinds, step by step',
  tags: [TAG],
  request: { query: RunsQuery },
  responses: { 200: json(Runs, 'Newest first'), ...problems(400, 401, 403, 404, 500, 503) },
});
const gaps = createRoute({
  method: 'get',
  path: '/gaps',
  operationId: 'getGaps',
  summary: 'What is missing, and what mends it',
  tags: [TAG],
  request: { query: GapsQuery },
  responses: { 200: json(Gaps, 'By day'), ...problems(400, 401, 403, 404, 500, 503) },
});
const archive = createRoute({
  method: 'get',
  path: '/archive',
  operationId: 'getArchive',
  summary: 'Archived days and what was ever written of them',
  tags: [TAG],
  request: { query: ArchiveQuery },
  responses: { 200: json(Archive, 'Newest first'), ...problems(400, 401, 403, 404, 500, 503) },
});
const archived = createRoute({
  method: 'get',
  path: '/archive/{day}/{file}',
  operationId: 'getArchivedFile',
  summary: 'A day’s breakdown as it is archived',
  tags: [TAG],
  request: { params: ArchivePath, query: AsOfQuery },
  responses: {
    200: {
      description: 'The bytes as they are kept.',
      content: {
        'text/csv': { schema: { type: 'string' } },
        'application/vnd.apache.parquet': { schema: { type: 'string', format: 'binary' } },
      },
    },
    ...problems(400, 401, 403, 404, 500, 503),
  },
});

/** How the data came and what is kept: runs, periods, calendar, restatements, archive. */
export const pipelineApi = <P extends Pin>(doors: ApiDoors<P>, answer: ReturnType<typeof answering<P>>) => {
  const { pipeline } = doors;
  const router = new OpenAPIHono<PinnedEnv<P>>({
    defaultHook: (result) => {
      if (!result.success) throw requestInvalid(result.error);
    },
  });
  for (const { path } of [periods, calendar, restatements, dayHistory]) router.get(path, answer);
  return router
    .openapi(periods, async (c) => c.json(await pipeline.periods(c.var.pin), 200))
    .openapi(calendar, async (c) => c.json(await pipeline.calendar(c.var.pin, c.req.valid('query')), 200))
    .openapi(restatements, async (c) =>
      c.json(await pipeline.restatements(c.var.pin, c.req.valid('query')), 200),
    )
    .openapi(dayHistory, async (c) => c.json(await pipeline.dayHistory(c.var.pin, c.req.valid('query')), 200))
    .openapi(runs, async (c) => c.json(await pipeline.runs(c.req.valid('query')), 200))
    .openapi(gaps, async (c) => c.json(await pipeline.gaps(c.req.valid('query')), 200))
    .openapi(archive, async (c) => c.json(await pipeline.archive(c.req.valid('query')), 200))
    .openapi(archived, async (c) => {
      const { day, file } = c.req.valid('param');
      const bytes = await pipeline.archived(
        day,
        file === 'ou_breakdown.csv' ? 'csv' : 'parquet',
        c.req.valid('query').asOf,
      );
      return new Response(bytes, {
        headers: {
          'Content-Type': file.endsWith('.csv')
            ? 'text/csv; charset=utf-8'
            : 'application/vnd.apache.parquet',
          'Content-Disposition': `attachment; filename="${day}-${file}"`,
          'Cache-Control': 'private, no-cache',
        },
      });
    });
};
