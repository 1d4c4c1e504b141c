import { z } from '@hono/zod-openapi';

/** An error for programs and people (RFC 9457). `code` never changes its meaning. */
export const Problem = z
  .object({
    type: z.string().openapi({ description: 'A URI reference to what the code means.' }),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string().openapi({ description: 'What is wrong.' }),
    remedy: z.string().openapi({ description: 'What to do.' }),
    requestId: z.string(),
    place: z
      .object({
        file: z.string().optional(),
        line: z.int().optional(),
        column: z.string().optional(),
        value: z.string().optional(),
      })
      .optional(),
  })
  .openapi('Problem');
export type Problem = z.infer<typeof Problem>;
