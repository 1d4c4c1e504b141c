import { z } from '@hono/zod-openapi';
import { Day, orNull } from './parts.ts';

export const StatusAnswer = z
  .object({
    version: z.string().openapi({ description: 'Of Spendlight.' }),
    node: z.string(),
    engine: z.string(),
    uptimeSeconds: z.number(),
    memoryBytes: z.int(),
    now: z.string(),
    auth: z.enum(['none', 'token']),
    lake: z
      .object({
        location: z.string(),
        version: z.int(),
        committedAt: z.string(),
        simulated: z.boolean(),
        costMetric: z.string(),
        reportingCurrency: z.string(),
        readable: z.boolean(),
      })
      .nullable()
      .openapi({ description: 'null: there is none yet; the first page takes a file.' }),
    completeTo: orNull(Day),
    sources: z.array(
      z.object({
        source: z.string(),
        watermark: z.string().nullable(),
        ageHours: z.number().nullable(),
        lastDelivery: z.string(),
        state: z.enum(['on time', 'late', 'ended']),
        accounts: z.int(),
      }),
    ),
    days: z.array(
      z.object({ date: Day, state: z.enum(['complete', 'arriving', 'missing']), archived: z.boolean() }),
    ),
    loads: z.array(
      z.object({
        source: z.string(),
        billingPeriod: z.string(),
        format: z.string(),
        deliveredAt: z.string(),
        lines: z.int(),
        watermark: z.string().nullable(),
      }),
    ),
    lastRun: z
      .object({
        run: z.string(),
        runDate: Day,
        startedAt: z.string(),
        endedAt: z.string(),
        outcome: z.enum(['fine', 'not fine', 'failed']),
        archivedDays: z.int(),
        problems: z.int(),
      })
      .nullable(),
    nextRunDue: z.string().nullable(),
    writing: z
      .object({ command: z.string(), host: z.string(), pid: z.int(), since: z.string() })
      .nullable()
      .openapi({ description: 'The process whose turn it is to write to the lake; null: nobody writes.' }),
    heartbeats: z
      .array(
        z.object({
          kind: z.enum(['feed', 'schedule', 'channel', 'engine']),
          name: z.string(),
          isFine: z.boolean(),
          lastGood: z.string().nullable(),
          lastBad: z.string().nullable(),
          why: z.string().nullable(),
        }),
      )
      .openapi({ description: 'Last signs of life of feeds, schedules, channels and the engine.' }),
    mail: z
      .object({
        key: z.string(),
        state: z.string().nullable(),
        heard: z
          .array(
            z.object({
              fate: z.enum(['delivered', 'delayed', 'bounced', 'complained', 'rejected']),
              recipients: z.int(),
            }),
          )
          .openapi({ description: 'What its service told of recipients since; nothing of the others.' }),
      })
      .nullable(),
    ledger: z.object({ entries: z.int(), head: z.string().nullable(), archivedDays: z.int() }),
    troubles: z
      .array(
        z.object({
          severity: z.enum(['wrong', 'note']),
          code: z.string(),
          what: z.string(),
          remedy: z.string(),
        }),
      )
      .openapi({ description: 'What is wrong and how to mend it, most important first.' }),
  })
  .openapi('Status');
export type StatusAnswer = z.infer<typeof StatusAnswer>;

export const Preferences = z
  .strictObject({
    theme: z.enum(['auto', 'light', 'dark']),
    density: z.enum(['comfortable', 'dense']),
    range: z.enum(['month', 'last-month', '7d', '30d', '90d']),
  })
  .openapi('Preferences');
export type Preferences = z.infer<typeof Preferences>;

export const Outbox = z
  .object({
    mails: z
      .array(
        z.object({
          id: z.string(),
          subject: z.string(),
          from: z.string(),
          to: z.array(z.string()),
          date: z.string(),
          bytes: z.int(),
          attachments: z.array(z.object({ name: z.string(), bytes: z.int() })),
        }),
      )
      .openapi({ description: 'Newest first, at most 200.' }),
  })
  .openapi('Outbox');
export type Outbox = z.infer<typeof Outbox>;
