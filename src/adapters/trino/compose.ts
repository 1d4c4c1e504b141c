import { identifier } from '../../sql/sql.ts';
import { readsOf } from './relations.ts';

/** What a relation is: a whole SELECT, which may name other relations. */
export type Definitions = ReadonlyMap<string, { readonly text: string }>;

/** The relations that `question` needs, directly or through others, in an order in which each knows those it needs. */
export function neededBy(question: string, definitions: Definitions): readonly string[] {
  const needed: string[] = [];
  const seen = new Set<string>();
  const need = (text: string): void => {
    for (const { name, kind } of readsOf(text).reads) {
      const definition = kind === 'plain' ? definitions.get(name) : undefined;
      if (definition === undefined || seen.has(name)) continue;
      seen.add(name);
      need(definition.text);
      needed.push(name);
    }
  };
  need(question);
  return needed;
}

/**
 * A statement that needs nothing but tables: in front of `question` stands each relation that it needs as a common table
 * expression.
 */
export function composed(question: string, needed: readonly string[], definitions: Definitions): string {
  if (needed.length === 0) return question;
  const common = needed
    .map((name) => `${identifier(name).text} AS (${definitions.get(name)?.text})`)
    .join(',\n');
  const begun = /^\s*WITH\s+(RECURSIVE\s+)?/i.exec(question);
  return begun === null
    ? `WITH ${common}\n${question}`
    : `WITH ${begun[1] ?? ''}${common},\n${question.slice(begun[0].length)}`;
}
