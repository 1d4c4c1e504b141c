import { z } from '@hono/zod-openapi';
import {
  About,
  Account,
  Amount,
  Cursor,
  Day,
  Light,
  limit,
  orNull,
  Ratio,
  Spark,
  scopeFields,
} from './parts.ts';

/** By what costs are shared out. */
const SHARED_BY = ['service', 'account', 'ou', 'region', 'tag'] as const;

export const TrendQuery = z.strictObject({
  ...scopeFields,
  by: z
    .enum(['none', 'service', 'ou', 'account'])
    .default('none')
    .openapi({ description: 'Also the daily amounts of the six dearest and of all others.' }),
});
export type TrendQuery = z.infer<typeof TrendQuery>;
export const SharesQuery = z.strictObject({
  ...scopeFields,
  by: z.enum(SHARED_BY).default('service'),
  limit: limit(8, 500),
});
export type SharesQuery = z.infer<typeof SharesQuery>;
export const PageQuery = z.strictObject({ ...scopeFields, limit: limit(100, 1000), cursor: Cursor });
export type PageQuery = z.infer<typeof PageQuery>;

export const Trend = z
  .object({
    about: About,
    days: z
      .array(
        z.object({
          date: Day,
          state: z.enum(['settled', 'complete', 'provisional', 'missing', 'ahead']),
          total: orNull(Amount).openapi({ description: 'null: nothing has come (missing, ahead).' }),
          onChargeDate: orNull(Amount).openapi({
            description: 'The part of total that is fees, tax, credits, refunds and charges that span days.',
          }),
          budget: orNull(Amount).openapi({ description: 'The month’s budget ÷ its days.' }),
          runRate: orNull(Amount).openapi({
            description: 'Days ahead, and the rest of provisional ones.',
          }),
          before: orNull(Amount).openapi({
            description: 'The day of the compared period; only inside `period`.',
          }),
          beforeDate: orNull(Day),
          spikes: z.int(),
          openSpikes: z.int().openapi({ description: 'Of them still running on the judged day.' }),
        }),
      )
      .openapi({
        description: 'Twelve months before the month of the judged day, and that month to its end.',
      }),
    series: z.array(z.object({ name: z.string(), label: z.string(), amounts: z.array(Amount) })).openapi({
      description: 'With `by`: in the order of their cost, the last is "Other". One amount a day.',
    }),
    total: Amount.openapi({ description: 'Of all days that have lines.' }),
  })
  .openapi('Trend');
export type Trend = z.infer<typeof Trend>;

const LightRow = z.object({
  ou: z.string(),
  accounts: z.int(),
  monthToDate: Amount,
  share: orNull(Ratio),
  planToDate: orNull(Amount),
  againstPlan: orNull(Ratio),
  forecast: orNull(Amount),
  budget: orNull(Amount),
  light: Light,
  ofBudget: orNull(Ratio),
  reason: z.string(),
  incomplete: z.boolean().openapi({ description: 'Part of its usual usage has not arrived: show ≈.' }),
  spark: Spark,
});

export const Lights = z
  .object({
    about: About,
    rows: z.array(LightRow).openapi({ description: 'By money, dearest first.' }),
    total: LightRow.nullable(),
  })
  .openapi('Lights');
export type Lights = z.infer<typeof Lights>;

const MoverRow = z.object({
  service: z.string(),
  account: Account,
  ou: z.string(),
  amount: Amount,
  usual: orNull(Amount),
  change: orNull(Amount),
});

export const Movers = z
  .object({
    about: About,
    day: orNull(Day),
    weeks: z
      .int()
      .openapi({ description: 'How many of the same weekdays before are the mean compared with.' }),
    rows: z.array(MoverRow).openapi({ description: 'Largest change first, by its size.' }),
    others: z.object({ rows: z.int(), largest: Amount, change: Amount }).nullable(),
    total: z.object({ change: Amount, now: Amount, usual: Amount }).nullable(),
    emptyBecause: z.string().nullable(),
  })
  .openapi('Movers');
export type Movers = z.infer<typeof Movers>;

export const Causes = z
  .object({
    about: About,
    day: orNull(Day),
    rows: z.array(
      z.object({
        service: z.string(),
        account: Account,
        why: z.string().nullable().openapi({ description: 'null: the lines tell no single cause.' }),
      }),
    ),
  })
  .openapi('Causes', {
    description: 'Read from lines, so it takes longer than the figures that it explains.',
  });
export type Causes = z.infer<typeof Causes>;

const ShareRow = z.object({
  key: z.string().openapi({ description: 'What the filter of this dimension takes.' }),
  name: z.string(),
  ou: z.string().nullable().openapi({ description: 'Accounts: the OU of the last day.' }),
  amount: Amount,
  share: orNull(Ratio),
  before: orNull(Amount),
  change: orNull(Amount),
  changeShare: orNull(Ratio).openapi({ description: 'change ÷ before.' }),
  alerts: z.int(),
  spark: Spark,
  colour: z.int().min(0).max(8).openapi({ description: 'Its series colour, 1 to 8; 0 is "other".' }),
});

export const Shares = z
  .object({
    about: About,
    by: z.enum(SHARED_BY),
    rows: z.array(ShareRow).openapi({ description: 'Dearest first.' }),
    others: ShareRow.extend({ rows: z.int() }).nullable(),
    total: ShareRow,
    count: z.int().openapi({ description: 'How many there are in all.' }),
  })
  .openapi('Shares');
export type Shares = z.infer<typeof Shares>;

export const Alerts = z
  .object({
    about: About,
    rows: z
      .array(
        z.object({
          id: z.string(),
          kind: z.enum(['budget', 'anomaly', 'feed']),
          level: Light,
          what: z.string(),
          ou: z.string().nullable(),
          service: z.string().nullable(),
          account: orNull(Account),
          impact: orNull(Amount),
          since: orNull(Day),
        }),
      )
      .openapi({ description: 'Budgets over, then at risk, then anomalies, then feeds; each by money.' }),
    anomalies: z.object({ open: z.int(), excess: Amount }),
  })
  .openapi('Alerts');
export type Alerts = z.infer<typeof Alerts>;

export const Breakdown = z
  .object({
    about: About,
    rows: z.array(
      z.object({
        BillingDate: Day,
        OU: z.string(),
        Service: z.string(),
        LinkedAccount: z.string(),
        DailyCost: Amount,
      }),
    ),
    total: Amount.openapi({ description: 'Of all rows of the period and filters, not of the page.' }),
    count: z.int(),
    next: z.string().nullable().openapi({ description: 'Cursor of the next page; null on the last.' }),
  })
  .openapi('Breakdown');
export type Breakdown = z.infer<typeof Breakdown>;

export const Lines = z
  .object({
    about: About,
    rows: z
      .array(
        z.object({
          BillingDate: Day,
          OU: z.string(),
          Service: z.string(),
          SubAccountId: z.string().nullable(),
          RegionId: z.string().nullable(),
          ResourceId: z.string().nullable(),
          SkuMeter: z.string().nullable(),
          ChargeCategory: z.string().nullable(),
          ChargeDescription: z.string().nullable(),
          Cost: orNull(Amount).openapi({ description: 'The metric in BillingCurrency; null: unknown.' }),
          BillingCurrency: z.string().nullable(),
          CostClass: z.string().nullable(),
          SourceId: z.string(),
        }),
      )
      .openapi({ description: 'The lines behind a figure, dearest first.' }),
    count: z.int(),
    totals: z
      .array(z.object({ currency: z.string(), amount: Amount }))
      .openapi({ description: 'Of all lines, by billing currency.' }),
    next: z.string().nullable(),
  })
  .openapi('Lines');
export type Lines = z.infer<typeof Lines>;
