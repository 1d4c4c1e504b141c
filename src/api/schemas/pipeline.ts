import { z } from '@hono/zod-openapi';
import { CAUSES } from '../../sql/schema.ts';
import { Amount, AsOfText, Day, limit, orNull, plainText } from './parts.ts';

const When = z.string().openapi({ description: 'A moment, ISO 8601, UTC.' });
const Why = z.string().nullable().openapi({ description: 'Why there is nothing, where there is nothing.' });
const Problem = z.object({ code: z.string(), what: z.string(), remedy: z.string() });

/** How many rows of a list, and as of when. */
const listQuery = (standard: number, most: number) =>
  z.strictObject({ limit: limit(standard, most), asOf: AsOfText });

export const RunsQuery = listQuery(20, 200);
export type RunsQuery = z.infer<typeof RunsQuery>;

export const Runs = z
  .object({
    runs: z.array(
      z.object({
        run: z.string(),
        kind: z.enum(['daily', 'backfill', 'watch', 'prune', 'rebuild']),
        runDate: Day,
        number: z.int(),
        continuedBy: z
          .array(z.string())
          .openapi({ description: 'Processes that took it over after it died.' }),
        startedAt: When,
        endedAt: When.nullable().openapi({ description: 'null: it is at it, or it died.' }),
        outcome: z.enum(['running', 'fine', 'not fine', 'failed']),
        lakeVersion: z.int().nullable(),
        archivedDays: z.int(),
        digest: z.string().nullable(),
        problems: z.array(Problem),
        steps: z.array(
          z.object({
            name: z.string(),
            state: z.enum(['waiting', 'running', 'done', 'failed', 'skipped']),
            startedAt: When.nullable(),
            endedAt: When.nullable(),
            ms: z.number().nullable(),
            problem: Problem.nullable(),
          }),
        ),
      }),
    ),
    emptyBecause: Why,
  })
  .openapi('Runs', { description: 'Newest first.' });
export type Runs = z.infer<typeof Runs>;

const PeriodStates = z.enum(['open', 'closing', 'invoiced', 'reopened']);
const Totals = z.array(z.object({ currency: z.string(), billed: Amount, effective: Amount }));
const BillingPeriod = z.string().regex(/^\d{4}-\d{2}$/);

export const Periods = z
  .object({
    lakeVersion: z.int(),
    moment: When,
    periods: z.array(
      z.object({
        period: BillingPeriod,
        state: PeriodStates,
        assumed: z.boolean(),
        totals: Totals,
        bills: z.array(
          z.object({
            source: z.string(),
            billingAccount: z.string(),
            state: PeriodStates,
            assumed: z.boolean(),
            since: When,
            unchangedSince: When,
            why: z.string(),
            invoicedLines: z.int().nullable(),
            uninvoicedLines: z.int().nullable(),
            totals: Totals,
            deliveries: z.array(
              z.object({
                delivery: z.string(),
                scope: z.enum(['month', 'part']),
                deliveredAt: When,
                ageFrom: z.enum(['manifest', 'delivered-at', 'arrival']),
                lakeVersion: z.int(),
                committedAt: When,
                current: z.boolean(),
                totals: Totals,
              }),
            ),
            reopenings: z.array(
              z.object({
                delivery: z.string(),
                deliveredAt: When,
                lakeVersion: z.int(),
                before: Totals,
                after: Totals,
              }),
            ),
          }),
        ),
      }),
    ),
    emptyBecause: Why,
  })
  .openapi('Periods', { description: 'Billing months, newest first.' });
export type Periods = z.infer<typeof Periods>;

export const CalendarQuery = z.strictObject({
  from: Day.optional().openapi({ param: { description: 'Default: 35 days before `to`.' } }),
  to: Day.optional().openapi({ param: { description: 'Default: yesterday.' } }),
  asOf: AsOfText,
});
export type CalendarQuery = z.infer<typeof CalendarQuery>;

export const Calendar = z
  .object({
    lakeVersion: z.int(),
    moment: When,
    from: Day,
    to: Day,
    days: z.array(
      z.object({
        date: Day,
        state: z.enum(['missing', 'provisional', 'settled', 'final']),
        since: orNull(Day),
        why: z.string(),
      }),
    ),
    rows: z.array(
      z.object({
        source: z.string(),
        account: z.string(),
        name: z.string().nullable(),
        ou: z.string().nullable(),
        cells: z.string().openapi({
          description: 'A letter a day: + present, p provisional, l late, m missing, . not due.',
        }),
        settling: z.string().openapi({
          description: 'A letter a day: m missing, p provisional, s settled, f final, . not due.',
        }),
        stretches: z.array(
          z.object({
            from: Day,
            to: Day,
            state: z.enum(['present', 'provisional', 'late', 'missing', 'skipped']),
            reason: z.string(),
            why: z.string(),
            mend: z.string().nullable().openapi({ description: 'The command that mends it.' }),
          }),
        ),
      }),
    ),
    counts: z.object({
      present: z.int(),
      provisional: z.int(),
      late: z.int(),
      missing: z.int(),
      skipped: z.int(),
    }),
    emptyBecause: Why,
  })
  .openapi('Calendar', { description: 'Account by day.' });
export type Calendar = z.infer<typeof Calendar>;

const Changed = { rows: z.int(), up: Amount, down: Amount, change: Amount };
const Causes = z.enum(CAUSES);

export const RestatementsQuery = z.strictObject({
  from: Day.optional().openapi({ param: { description: 'First billing day.' } }),
  to: Day.optional().openapi({ param: { description: 'Last billing day, inclusive.' } }),
  since: z
    .string()
    .regex(/^(\d{1,12}|[1-9]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]))$/)
    .optional()
    .openapi({ description: 'Commits after this lake version, or not before this day.', example: undefined }),
  by: z.enum(['day', 'ou', 'service', 'account']).optional(),
  limit: limit(25, 500),
  asOf: AsOfText,
});
export type RestatementsQuery = z.infer<typeof RestatementsQuery>;

export const Restatements = z
  .object({
    lakeVersion: z.int(),
    metric: z.literal('DailyCost'),
    currency: z.string(),
    total: z.object({ commits: z.int(), ...Changed }),
    commits: z.array(
      z.object({
        lakeVersion: z.int(),
        committedAt: When,
        cause: Causes,
        source: z.string(),
        delivery: z.string().nullable(),
        firstDay: Day,
        lastDay: Day,
        days: z.int(),
        ...Changed,
      }),
    ),
    rows: z.array(
      z.object({
        lakeVersion: z.int(),
        committedAt: When,
        day: Day,
        ou: z.string(),
        service: z.string(),
        account: z.string(),
        source: z.string(),
        before: Amount,
        after: Amount,
        cause: Causes,
        delivery: z.string().nullable(),
      }),
    ),
    groups: z.array(z.object({ key: z.string(), commits: z.int(), ...Changed })),
    emptyBecause: Why,
  })
  .openapi('Restatements', {
    description: 'What commits changed of days that the lake held before, newest first.',
  });
export type Restatements = z.infer<typeof Restatements>;

const part = () => z.string().min(1).max(256).refine(plainText, 'has control characters').optional();

export const DayHistoryQuery = z.strictObject({
  day: Day,
  ou: part(),
  service: part(),
  account: part(),
  asOf: AsOfText,
});
export type DayHistoryQuery = z.infer<typeof DayHistoryQuery>;

export const DayHistory = z
  .object({
    day: Day,
    scope: z.object({
      ou: z.string().nullable(),
      service: z.string().nullable(),
      account: z.string().nullable(),
    }),
    metric: z.literal('DailyCost'),
    currency: z.string(),
    lakeVersion: z.int(),
    now: Amount,
    steps: z
      .array(
        z.object({
          lakeVersion: z.int(),
          committedAt: When,
          cause: z.enum([...CAUSES, 'arrival']),
          source: z.string(),
          delivery: z.string().nullable(),
          before: Amount,
          after: Amount,
          largest: z.array(
            z.object({
              ou: z.string(),
              service: z.string(),
              account: z.string(),
              before: Amount,
              after: Amount,
            }),
          ),
        }),
      )
      .openapi({ description: 'Oldest first; each begins where the one before it ended.' }),
    emptyBecause: Why,
  })
  .openapi('DayHistory');
export type DayHistory = z.infer<typeof DayHistory>;

export const GapsQuery = z.strictObject({
  from: Day.optional().openapi({ param: { description: 'Default: the first line.' } }),
  to: Day.optional().openapi({ param: { description: 'Default: the latest complete day.' } }),
  asOf: AsOfText,
});
export type GapsQuery = z.infer<typeof GapsQuery>;

export const Gaps = z
  .object({
    lakeVersion: z.int(),
    looked: z.object({ from: Day, to: Day }).nullable(),
    gaps: z.array(
      z.object({
        kind: z.enum(['missing', 'small', 'no archive', 'no partition', 'no mail', 'no delivery']),
        source: z.string().nullable(),
        from: Day,
        to: Day,
        what: z.string(),
        command: z.string().openapi({ description: 'What mends it.' }),
      }),
    ),
    emptyBecause: Why,
  })
  .openapi('Gaps', { description: 'What is missing, by day, each with the command that mends it.' });
export type Gaps = z.infer<typeof Gaps>;

export const ArchiveQuery = listQuery(60, 1_000);
export type ArchiveQuery = z.infer<typeof ArchiveQuery>;

export const Archive = z
  .object({
    head: z.string().nullable().openapi({ description: 'The ledger’s newest hash.' }),
    entries: z.int(),
    count: z.int().openapi({ description: 'Archived days in all.' }),
    days: z.array(
      z.object({
        date: Day,
        versions: z
          .array(
            z.object({
              entry: z.int(),
              at: When,
              lakeVersion: z.int(),
              rows: z.int(),
              total: Amount,
              csvSha256: z.string(),
              why: z.enum(['first', 'restated', 'backfill']),
              what: z.enum(['csv and parquet', 'parquet']),
              isWritten: z.boolean(),
            }),
          )
          .openapi({ description: 'Oldest first. Of a restated day the CSV stays as it was mailed.' }),
        digest: z.object({ key: z.string(), runDate: Day, at: When }).nullable(),
      }),
    ),
    emptyBecause: Why,
  })
  .openapi('Archive', { description: 'Archived days, newest first.' });
export type Archive = z.infer<typeof Archive>;

export const ArchivePath = z.object({
  day: Day,
  file: z.enum(['ou_breakdown.csv', 'ou_breakdown.parquet']).openapi({ param: { name: 'file', in: 'path' } }),
});
