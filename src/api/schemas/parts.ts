import { z } from '@hono/zod-openapi';
import { METRICS } from '../../sql/schema.ts';

/** Text from outside: without control characters. */
export const plainText = (text: string): boolean => !/\p{Cc}/u.test(text);

export const Amount = z
  .string()
  .regex(/^-?\d+\.\d{2,15}$/)
  .openapi('Amount', {
    description: 'An exact amount in the currency of the answer: plain digits, at least two decimals.',
    example: '138410.27',
  });

/** The schema, or null: nullable() of a named schema would be written so that null never fits. */
export const orNull = <T extends z.ZodType>(schema: T) => z.union([schema, z.null()]);

export const Day = z
  .string()
  .regex(/^[1-9]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/)
  .openapi('Day', { format: 'date', description: 'A billing day, UTC.', example: '2026-11-17' });

export const Ratio = z.number().openapi('Ratio', {
  description: 'A share or a change, 1 = 100 %. For reading and drawing; exact amounts stand beside it.',
});

/** Points of a small line, for drawing alone. */
export const Spark = z.array(z.number()).openapi('Spark', {
  description: '7-day means of the last 90 days, oldest first, for drawing alone.',
});

export const DayRange = z
  .object({ from: Day, to: Day })
  .openapi('DayRange', { description: 'Billing days, both ends inclusive.' });

const Metric = z.enum(METRICS).openapi('Metric');

/** With what a period is compared. */
const COMPARISONS = ['previous', 'month', 'year'] as const;

/** The states a line's tags can be in. */
const TAG_STATES = ['compliant', 'missing', 'incomplete', 'not_taggable'] as const;

export const About = z
  .object({
    currency: z.string(),
    metric: Metric,
    period: DayRange,
    comparedWith: orNull(DayRange).openapi({ description: 'null: the lake has no such days.' }),
    lakeVersion: z.int().min(0),
    committedAt: z.string().openapi({ description: 'When that version was committed, ISO 8601, UTC.' }),
    asOf: z.string().nullable().openapi({
      description: 'The moment that was asked about, ISO 8601, UTC; null: as it is now.',
    }),
    simulated: z.boolean(),
    filters: z.object({
      ou: z.string().nullable(),
      account: z.string().nullable(),
      service: z.string().nullable(),
      region: z.string().nullable(),
      tag: z.enum(TAG_STATES).nullable(),
    }),
  })
  .openapi('About', { description: 'What every figure of the answer is: unit, metric, period, version.' });

export const Account = z
  .object({ id: z.string(), name: z.string().nullable() })
  .openapi('Account', { description: 'An id that the bill does not give is the empty text.' });

export const Light = z.enum(['over', 'at risk', 'unknown', 'on plan']).openapi('Light');

const name = (description: string) =>
  z
    .string()
    .min(1)
    .max(256)
    .refine(plainText, 'has control characters')
    .optional()
    .openapi({ description, example: undefined });

/** What was known then instead of what is known now. Every route that reads takes it. */
export const AsOfText = z
  .string()
  .regex(/^(v?\d{1,12}|\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z)?)$/)
  .optional()
  .openapi({
    description:
      'The lake as it was known then: a lake version (412), a moment (2026-11-19T07:00:00Z), or a day, which means its ' +
      'end, UTC. Such an answer never changes.',
    example: undefined,
  });

export const AsOfQuery = z.strictObject({ asOf: AsOfText });

/** The filters that every question about costs takes. A parameter that is not known is refused, never ignored. */
export const scopeFields = {
  from: Day.optional().openapi({
    param: { description: 'First billing day. Default: the first of the month of `to`.' },
  }),
  to: Day.optional().openapi({
    param: { description: 'Last billing day, inclusive. Default: the latest complete day.' },
  }),
  compare: z
    .enum(COMPARISONS)
    .optional()
    .openapi({
      description:
        'previous: as many days just before; month (default): the same days one month earlier; year: the same days ' +
        'one year earlier, moved to the same weekdays in daily series.',
    }),
  ou: name('Only this OU, as the account map calls it; Unmapped for accounts in none.'),
  account: name('Only this account (LinkedAccount).'),
  service: name('Only this service, as the breakdown calls it.'),
  region: name('Only this region.'),
  tag: z.enum(TAG_STATES).optional().openapi({ description: 'Only lines whose tags are in this state.' }),
  metric: Metric.optional().openapi({ description: 'Default: the lake’s COST_METRIC.' }),
  asOf: AsOfText,
};

export const ScopeQuery = z.strictObject(scopeFields);
export type ScopeQuery = z.infer<typeof ScopeQuery>;

/** How many rows of a list: 1 … `most`. Text in a query, a number inside. */
export const limit = (standard: number, most: number) =>
  z.coerce
    .number()
    .int()
    .min(1)
    .max(most)
    .default(standard)
    .openapi({ type: 'integer', description: `At most so many rows, up to ${most}.` });

/** Where a list goes on: as the page before gave it. */
export const Cursor = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,2048}$/)
  .optional()
  .openapi({ description: 'Where to go on: `next` of the page before. Holds for its lake version only.' });
