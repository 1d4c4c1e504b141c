// Decides as IAM does, for what our policies use of its language. Whatever else stands in one is refused, never ignored.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One thing that somebody wants to do. */
export interface Need {
  readonly action: string;
  readonly resource: string;
  /** Condition keys of the request. */
  readonly context: Readonly<Record<string, string>>;
}

export interface Statement {
  readonly Sid: string;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition: readonly Condition[];
}

interface Condition {
  readonly operator: (typeof OPERATORS)[number];
  readonly key: string;
  readonly values: readonly string[];
}

const OPERATORS = ['StringEquals', 'StringLike', 'StringEqualsIfExists', 'StringLikeIfExists'] as const;
const PARTS = ['Sid', 'Effect', 'Action', 'Resource', 'Condition'];

const IAM = fileURLToPath(new URL('../../../iam/', import.meta.url));

/** The files in `iam/` that are policies. */
export const POLICY_FILES: readonly string[] = readdirSync(IAM).filter((name) =>
  name.endsWith('-policy.json'),
);

export const textOf = (file: string): string => readFileSync(join(IAM, file), 'utf8');

/**
 * A shipped policy with `words` in its placeholders, as Terraform fills them in.
 * @throws Error for a placeholder without a word, and for what `allowing` could not judge
 */
export function policyOf(text: string, words: Readonly<Record<string, string>>): readonly Statement[] {
  const filled = text.replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => {
    const word = words[name];
    if (word === undefined) throw new Error(`nobody says what \${${name}} is`);
    return word;
  });
  const { Version, Statement: statements } = JSON.parse(filled);
  if (Version !== '2012-10-17') throw new Error(`version ${Version}`);
  return statements.map(statement);
}

function statement(given: Readonly<Record<string, unknown>>): Statement {
  const strange = Object.keys(given).filter((part) => !PARTS.includes(part));
  if (strange.length > 0 || given.Effect !== 'Allow')
    throw new Error(`cannot judge ${[given.Effect, ...strange].join(', ')}`);
  return {
    Sid: String(given.Sid),
    Action: [given.Action].flat() as string[],
    Resource: [given.Resource].flat() as string[],
    Condition: Object.entries(given.Condition ?? {}).flatMap(([operator, keys]) =>
      Object.entries(keys as Record<string, string | string[]>).map(([key, values]) => {
        const known = OPERATORS.find((one) => one === operator);
        if (known === undefined) throw new Error(`cannot judge the operator ${operator}`);
        return { operator: known, key, values: [values].flat() };
      }),
    ),
  };
}

/** The statements that allow `need`; none: it is denied. */
export const allowing = (policy: readonly Statement[], need: Need): Statement[] =>
  policy.filter(
    ({ Action, Resource, Condition }) =>
      // Names of actions are compared without case, ARNs with it.
      Action.some((action) => like(action.toLowerCase(), need.action.toLowerCase())) &&
      Resource.some((resource) => like(resource, need.resource)) &&
      Condition.every((condition) => holds(condition, need.context)),
  );

function holds({ operator, key, values }: Condition, context: Need['context']): boolean {
  const given = context[key];
  if (given === undefined) return operator.endsWith('IfExists');
  return values.some((value) => (operator.startsWith('StringLike') ? like(value, given) : value === given));
}

/** `*` stands for any text, `?` for one character. */
export function like(pattern: string, text: string): boolean {
  const shape = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${shape}$`, 's').test(text);
}
