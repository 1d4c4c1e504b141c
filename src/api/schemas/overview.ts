import { z } from '@hono/zod-openapi';
import { About, Account, Amount, Day, DayRange, Light, orNull, Ratio } from './parts.ts';

const Freshness = z
  .object({
    completeTo: orNull(Day),
    newestDay: orNull(Day),
    arriving: z
      .array(
        z.object({
          date: Day,
          soFar: Amount,
          linesUpTo: z
            .string()
            .nullable()
            .openapi({ description: 'UTC hour up to which usage has come; null: only monthly charges.' }),
        }),
      )
      .openapi({ description: 'Days after the judged one that have lines.' }),
    sources: z.array(
      z.object({
        source: z.string(),
        watermark: z.string().nullable(),
        lastDelivery: z.string(),
        late: z.boolean(),
      }),
    ),
    quiet: z.array(z.object({ account: Account, since: Day })),
  })
  .openapi('Freshness');

const Proof = z
  .object({
    csvTotal: orNull(Amount).openapi({ description: 'Sum of the day’s CSV.' }),
    lakeTotal: orNull(Amount).openapi({ description: 'The same day straight from the lines.' }),
    csvRows: z.int(),
    accountsSeen: z.int(),
    accountsKnown: z.int(),
    deliveries: z.array(
      z.object({
        source: z.string(),
        billingPeriod: z.string(),
        deliveredAt: z.string(),
        sha256: z.string(),
      }),
    ),
    ledgerHead: z.string().nullable(),
    versions: z.object({ rules: z.int(), accounts: z.int(), budgets: z.int(), rates: z.int() }),
  })
  .openapi('Proof');

export const Overview = z
  .object({
    about: About,
    sentence: z.array(z.string()).openapi({
      description:
        'The answer in words, the most important sentence first. Computed; the same as in the mail.',
    }),
    total: z.object({
      amount: Amount,
      before: orNull(Amount).openapi({ description: 'Of the period compared with.' }),
      change: orNull(Ratio),
    }),
    month: z
      .object({
        period: DayRange.openapi({ description: 'From the month’s first to the judged day.' }),
        whole: DayRange,
        toDate: Amount,
        planToDate: orNull(Amount),
        againstPlan: orNull(Ratio).openapi({ description: 'toDate ÷ planToDate − 1.' }),
        forecast: orNull(Amount).openapi({ description: 'Run-rate: no band yet.' }),
        forecastMethod: z.literal('run-rate'),
        forecastReason: z.string().nullable().openapi({ description: 'Why there is none.' }),
        budget: orNull(Amount),
        budgetFrom: z.enum(['total', 'ous']).nullable(),
        budgetLeft: orNull(Amount),
        daysLeft: z.int(),
        light: Light,
        ofBudget: orNull(Ratio).openapi({ description: 'forecast ÷ budget.' }),
        reason: z.string(),
      })
      .nullable()
      .openapi({ description: 'The month of the judged day; null where no day is complete.' }),
    day: z
      .object({
        date: Day,
        total: Amount,
        comparable: Amount.openapi({ description: 'Usage of at most a day: what days are compared by.' }),
        onChargeDate: Amount.openapi({
          description: 'total − comparable: fees, tax, credits, monthly charges.',
        }),
        usualWeekday: z.object({ mean: Amount, days: z.int(), change: orNull(Ratio) }).nullable(),
        weekBefore: z.object({ date: Day, comparable: Amount }).nullable(),
      })
      .nullable(),
    unmapped: z
      .object({
        amount: Amount,
        share: orNull(Ratio),
        shareBefore: orNull(Ratio),
        accounts: z.int(),
      })
      .nullable(),
    anomalies: z
      .object({
        open: z.int(),
        excess: Amount,
        oldestSince: orNull(Day),
        oldestDays: z.int().nullable(),
      })
      .nullable(),
    bridge: z
      .object({
        usage: Amount,
        fees: Amount,
        tax: Amount,
        credits: Amount,
        refunds: Amount,
        total: Amount,
      })
      .nullable()
      .openapi({ description: 'What the month to date is made of; credits and refunds are negative.' }),
    incomplete: z.object({
      unknownLines: z.int().openapi({ description: 'Lines whose metric is unknown: in no figure.' }),
      withoutRate: z
        .array(z.object({ currency: z.string(), amount: Amount, lines: z.int() }))
        .openapi({ description: 'Amounts that no exchange rate converts: in no figure.' }),
    }),
    freshness: Freshness,
    trouble: z.array(z.string()).openapi({ description: 'What is wrong, most important first.' }),
    emptyBecause: z
      .string()
      .nullable()
      .openapi({ description: 'Why there are no figures, where there are none.' }),
  })
  .openapi('Overview');
export type Overview = z.infer<typeof Overview>;

export const ProofAnswer = z.object({ about: About, day: orNull(Day), proof: Proof }).openapi('ProofAnswer');
export type ProofAnswer = z.infer<typeof ProofAnswer>;

/** What can be chosen in the filters. */
export const Choices = z
  .object({
    about: About,
    ous: z.array(z.string()),
    accounts: z.array(Account),
    services: z.array(z.string()),
    regions: z.array(z.string()),
    firstDay: orNull(Day),
    lastDay: orNull(Day),
  })
  .openapi('Choices', { description: 'Dearest first, over the last 13 months.' });
export type Choices = z.infer<typeof Choices>;
