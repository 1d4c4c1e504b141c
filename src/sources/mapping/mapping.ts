import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { UserError } from '../../core/errors/user-error.ts';
import { COST_LINE_COLUMNS } from '../../sql/schema.ts';

/** A value by its source column: the first that is there; through a table of values; or a fixed text. */
const Rule = z.union([
  z.string(),
  z.array(z.string()).min(1),
  z.strictObject({
    from: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
    /** The same text in every row. */
    value: z.string().optional(),
    /** What the source says → what the lake says; `else` for everything that is not listed. */
    values: z.record(z.string(), z.string()).optional(),
    else: z.string().optional(),
    /** Days are added: `1` makes an inclusive last day exclusive. */
    plusDays: z.number().int().min(-1).max(31).optional(),
  }),
]);

const Mapping = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]+$/),
  label: z.string().min(1),
  /** Which source counts where two have an account's month: the lower. FOCUS is 10 to 13, CUR 2.0 20, legacy CUR 30. */
  rank: z.number().int().min(1).max(99).default(50),
  /** `focus`: rows are charges under FOCUS names. `cur2`: columns get CUR 2.0's names, then its rules apply. */
  reads: z.enum(['focus', 'cur2']).default('focus'),
  /** A file is of this format if it has all columns of one of these lists. */
  recognise: z.array(z.array(z.string()).min(1)).min(1),
  /** How the source writes days: `ISO`, or `M/D/YYYY`. */
  dates: z.enum(['ISO', 'M/D/YYYY']).default('ISO'),
  /** How it writes tags: a JSON object, or one that lost its outer braces. */
  tags: z.enum(['json', 'json-without-braces']).default('json'),
  columns: z.record(z.string(), Rule),
  /** Columns of the source that no rule reads, and that are no surprise. */
  ignored: z.array(z.string()).default([]),
});

export type Mapping = z.infer<typeof Mapping>;
export type MappingRule = z.infer<typeof Rule>;

const LAKE_COLUMNS = new Set(COST_LINE_COLUMNS.map(({ name }) => name));

/** Reads a mapping file (YAML). @throws UserError FILE_NOT_FOUND, MAPPING_INVALID */
export async function readMapping(path: string): Promise<Mapping> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const remedy = 'Check the path after --format mapping:.';
    throw new UserError(
      'FILE_NOT_FOUND',
      { what: 'There is no such mapping file', place: { file: path }, remedy },
      { cause: error },
    );
  });
  return mappingOf(text, path);
}

/** @throws UserError MAPPING_INVALID */
export function mappingOf(text: string, path: string): Mapping {
  let parsed: unknown;
  try {
    parsed = parse(text);
  } catch (error) {
    throw invalid(
      path,
      error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error),
      error,
    );
  }
  const checked = Mapping.safeParse(parsed);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    throw invalid(path, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`, checked.error);
  }
  const stray =
    checked.data.reads === 'focus'
      ? Object.keys(checked.data.columns).find((name) => !LAKE_COLUMNS.has(name))
      : undefined;
  if (stray !== undefined) throw invalid(path, `columns.${stray} is no column of a cost line`);
  return checked.data;
}

const invalid = (file: string, why: string, cause?: unknown): UserError =>
  new UserError(
    'MAPPING_INVALID',
    {
      what: `The mapping file cannot be used: ${why}`,
      place: { file },
      remedy: 'Compare it with mappings/azure-ea.yaml, which explains every part.',
    },
    { cause },
  );
