import { z } from '@hono/zod-openapi';
import { scopeFields } from './parts.ts';

/** The blocks of the page that can be had as CSV. */
export const EXPORTS = [
  'trend',
  'lights',
  'movers',
  'services',
  'accounts',
  'ous',
  'regions',
  'alerts',
  'breakdown',
] as const;

export const ExportPath = z.object({ file: z.enum(EXPORTS.map((block) => `${block}.csv` as const)) });
export const ExportScope = z.strictObject(scopeFields);

export interface ExportQuery extends z.infer<typeof ExportScope> {
  readonly block: (typeof EXPORTS)[number];
}
