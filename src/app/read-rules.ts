import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { UserError } from '../core/errors/user-error.ts';
import { builtInRules, type RuleSettings, type Rules } from '../core/rules/rules.ts';
import { sha256Of } from '../lake/sha256.ts';
import { normalisedKeyText } from '../sql/parts/tag-state.ts';
import type { Decided } from './imports.ts';

const amount = z
  .string()
  .regex(/^\d{1,12}(\.\d{1,6})?$/, 'is not a number of 0 or more with at most 6 decimals, such as 0.20');
const text = z
  .string()
  .min(1)
  .max(256)
  .regex(/^\P{Cc}*$/u, 'has control characters');
const texts = z.array(text).max(200);

/** A rules file. What it leaves out is as it is built in; what it does not know is refused. */
const File = z.strictObject({
  spikes: z
    .strictObject({
      threshold: amount.optional(),
      deviations: amount.optional(),
      min_impact: amount.optional(),
      min_impact_by_ou: z.record(text, amount).optional(),
    })
    .optional(),
  tags: z
    .strictObject({
      required: texts.optional(),
      allowed: z.record(text, texts.min(1, 'allows nothing: leave the key out to allow all')).optional(),
      placeholders: texts.optional(),
    })
    .optional(),
  low_value: z
    .strictObject({
      daily_max: amount.optional(),
      days_min: z
        .string()
        .regex(/^([1-9]|[12]\d|30)$/, 'is not a number of days from 1 to 30')
        .transform(Number)
        .optional(),
      month_min: amount.optional(),
    })
    .optional(),
});

/**
 * The rules in a YAML or JSON file, complete: what the file leaves out is as it is built in.
 * @throws UserError `FILE_NOT_FOUND`, `RULES_INVALID` with line and name of what makes no sense
 */
export async function readRulesFile(path: string, settings: RuleSettings): Promise<Decided<'rules'>> {
  const bytes = await readFile(path).catch((error: unknown) => Promise.reject(notFound(path, error)));
  const lineCounter = new LineCounter();
  // failsafe: every scalar is text, so that 0.20 is what was written and no float.
  const document = parseDocument(new TextDecoder().decode(bytes), { schema: 'failsafe', lineCounter });
  const [broken] = document.errors;
  if (broken !== undefined) {
    const why = broken.message.split('\n', 1)[0] ?? broken.message;
    throw invalid(path, `The file cannot be read as YAML or JSON: ${why}`, broken.linePos?.[0].line);
  }
  const read = File.safeParse(document.toJS() ?? {});
  if (!read.success) throw complaint(path, document, lineCounter, read.error);
  const rules = completed(read.data, builtInRules(settings), path);
  const sha256 = sha256Of(bytes);
  return { file: basename(path), sha256, rows: [rules] };
}

function completed({ spikes, tags, low_value }: z.infer<typeof File>, standard: Rules, path: string): Rules {
  const required = tags?.required ?? standard.tags.required;
  return {
    spikes: {
      threshold: spikes?.threshold ?? standard.spikes.threshold,
      deviations: spikes?.deviations ?? standard.spikes.deviations,
      minImpact: spikes?.min_impact ?? standard.spikes.minImpact,
      minImpactByOu: spikes?.min_impact_by_ou ?? {},
    },
    tags: {
      required,
      allowed: allowedOf(tags?.allowed ?? {}, required, path),
      placeholders: tags?.placeholders ?? standard.tags.placeholders,
    },
    lowValue: {
      dailyMax: low_value?.daily_max ?? standard.lowValue.dailyMax,
      daysMin: low_value?.days_min ?? standard.lowValue.daysMin,
      monthMin: low_value?.month_min ?? standard.lowValue.monthMin,
    },
  };
}

/** By the spelling of the required key: both are compared without case and punctuation. */
function allowedOf(
  given: Readonly<Record<string, readonly string[]>>,
  required: readonly string[],
  path: string,
): Rules['tags']['allowed'] {
  return Object.fromEntries(
    Object.entries(given).map(([name, values]) => {
      const key = required.find((one) => normalisedKeyText(one) === normalisedKeyText(name));
      if (key === undefined)
        throw invalid(path, `tags.allowed names "${name}", which is no required key`, undefined, name);
      return [key, values];
    }),
  );
}

function complaint(path: string, document: Document, lines: LineCounter, error: z.ZodError): UserError {
  const [issue] = error.issues;
  const place = issue?.path ?? [];
  const node = place.length === 0 ? document.contents : document.getIn(place, true);
  const line = isNode(node) && node.range ? lines.linePos(node.range[0]).line : undefined;
  const where = place.join('.');
  if (issue?.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => [...place, key].join('.')).join(', ');
    return invalid(path, `There is no rule "${names}"`, line, names);
  }
  return invalid(
    path,
    `${where === '' ? 'The file' : where} ${issue?.message ?? 'makes no sense'}`,
    line,
    where,
  );
}

const invalid = (file: string, what: string, line?: number, column?: string): UserError =>
  new UserError('RULES_INVALID', {
    what,
    place: { file, line, column: column === '' ? undefined : column },
    remedy:
      'Correct it and import again; nothing was changed. docs/rules.md has a whole file with every rule there is.',
  });

function notFound(path: string, error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) return error;
  return new UserError('FILE_NOT_FOUND', {
    what: 'There is no such file',
    place: { file: path },
    remedy: 'Check the path.',
  });
}
