import { z } from '@hono/zod-openapi';
import { FIGURES } from '../../app/explain-types.ts';
import { CHARGE_KINDS, METRICS } from '../../sql/schema.ts';
import { Amount, DayRange, orNull, scopeFields } from './parts.ts';

export const ExplainQuery = z.strictObject({
  ...scopeFields,
  figure: z.enum(FIGURES).openapi({
    description:
      'mtd: month to date; day: the last day of the period; period: all its days; forecast, budget: of its month; ' +
      'digest: the headline that the run of `to` mailed.',
  }),
  lines: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .optional()
    .openapi({ type: 'integer', description: 'Also the dearest lines behind it, at most so many.' }),
});
export type ExplainQuery = z.infer<typeof ExplainQuery>;

export const Explanation = z
  .object({
    figure: z.enum(FIGURES),
    title: z.string(),
    value: orNull(Amount).openapi({ description: 'null: there is none, and `why`.' }),
    why: z.string().nullable(),
    currency: z.string(),
    metric: z.enum(METRICS),
    formula: z.string(),
    period: DayRange,
    filters: z.array(z.string()),
    lakeVersion: z.int(),
    committedAt: z.string(),
    simulated: z.boolean(),
    inputs: z.object({ accounts: z.int(), budgets: z.int(), rates: z.int(), rules: z.int() }),
    parts: z.array(z.object({ what: z.string(), amount: Amount })),
    charges: z
      .array(z.object({ kind: z.enum(CHARGE_KINDS), amount: Amount, lines: z.int() }))
      .openapi({ description: 'They add up to `costs`.' }),
    costs: Amount,
    leftOut: z.array(z.object({ what: z.string(), amount: z.string().nullable(), lines: z.int() })),
    rows: z.object({
      rollupRows: z.int(),
      rollupSum: Amount,
      lines: z.int(),
      lineSum: orNull(Amount),
      ties: z.boolean(),
    }),
    deliveries: z.array(
      z.object({
        source: z.string(),
        billingPeriod: z.string(),
        delivery: z.string(),
        deliveredAt: z.string(),
        load: z.string(),
        totals: z.array(
          z.object({
            currency: z.string(),
            chargeCategory: z.string(),
            rows: z.int(),
            read: z.string(),
            loaded: z.string(),
          }),
        ),
        raw: z.array(z.object({ key: z.string(), bytes: z.int(), sha256: z.string() })),
      }),
    ),
    howToCheck: z.array(z.string()).openapi({ description: 'How to see the same elsewhere, step by step.' }),
    dearest: z.array(
      z.object({
        date: z.string(),
        account: z.string().nullable(),
        service: z.string(),
        region: z.string().nullable(),
        resource: z.string().nullable(),
        category: z.string(),
        description: z.string().nullable(),
        amount: z.string(),
        currency: z.string(),
      }),
    ),
  })
  .openapi('Explanation', { description: 'What stands behind one figure.' });
export type Explanation = z.infer<typeof Explanation>;
