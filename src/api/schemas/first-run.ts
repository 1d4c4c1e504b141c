import { z } from '@hono/zod-openapi';
import { Amount, Day, orNull, plainText } from './parts.ts';

/** The name that the dropped file has on the person's machine. */
export const UploadQuery = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(200)
    .refine((text) => plainText(text) && !/[/\\]/.test(text), 'is not a file name')
    .openapi({ description: 'File name with its ending, for example costs.csv.gz.' }),
});

export const Peek = z
  .object({
    upload: z.string().openapi({ description: 'Names the file for `ingest`; kept until the server ends.' }),
    name: z.string(),
    bytes: z.int(),
    format: z.string(),
    source: z.string(),
    lines: z.int(),
    firstDay: orNull(Day),
    lastDay: orNull(Day),
    accounts: z.int(),
    services: z.int(),
    totals: z.array(z.object({ currency: z.string(), metric: z.string(), amount: Amount })),
    categories: z.array(
      z.object({ currency: z.string(), category: z.string(), lines: z.int(), amount: Amount }),
    ),
    rejects: z.int().openapi({ description: 'Rows that could not be loaded.' }),
    notes: z.array(z.string()).openapi({ description: 'What looks wrong, or is worth knowing.' }),
  })
  .openapi('Peek');
export type Peek = z.infer<typeof Peek>;

export const IngestBody = z
  .strictObject({ upload: z.string().regex(/^[a-z0-9-]{1,64}$/) })
  .openapi('IngestRequest');

export const IngestJob = z
  .object({
    job: z.string(),
    state: z.enum(['running', 'done', 'failed']),
    step: z.string(),
    done: z.number(),
    total: z.number().openapi({ description: '0: unknown.' }),
    note: z.string(),
    lakeVersion: z.int().nullable(),
    lines: z.int().nullable(),
    problem: z
      .object({ code: z.string(), detail: z.string(), remedy: z.string() })
      .nullable()
      .openapi({ description: 'Why it failed.' }),
  })
  .openapi('IngestJob');
export type IngestJob = z.infer<typeof IngestJob>;
