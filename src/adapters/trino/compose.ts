import { identifier } from '../../sql/sql.ts';

/** What a relation is: a whole SELECT, which may name other relations. */
export type Definitions = ReadonlyMap<string, string>;

/**
 * A statement that needs nothing but tables: in front of `question` stands each relation that it names, directly or
 * through others, as a common table expression, in an order in which each knows those it needs.
 */
export function composed(question: string, definitions: Definitions): string {
  const needed: string[] = [];
  const seen = new Set<string>();
  const need = (text: string): void => {
    for (const name of namesIn(text)) {
      const definition = definitions.get(name);
      if (definition === undefined || seen.has(name)) continue;
      seen.add(name);
      need(definition);
      needed.push(name);
    }
  };
  need(question);
  if (needed.length === 0) return question;
  const common = needed.map((name) => `${identifier(name).text} AS (${definitions.get(name)})`).join(',\n');
  const begun = /^\s*WITH\s/i.exec(question);
  return begun === null
    ? `WITH ${common}\n${question}`
    : `WITH ${common},\n${question.slice(begun[0].length)}`;
}

/** Every relation that a text reads, in lower case: what stands after FROM and JOIN, not what only looks so within quotes. */
function namesIn(text: string): Set<string> {
  const names = new Set<string>();
  let reads = false;
  for (const [token] of text.matchAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|[A-Za-z_][A-Za-z0-9_$]*|\S/g)) {
    if (token.startsWith('--')) continue;
    if (reads && /^["A-Za-z_]/.test(token)) {
      names.add((token.startsWith('"') ? token.slice(1, -1).replaceAll('""', '"') : token).toLowerCase());
    }
    reads = /^(from|join)$/i.test(token);
  }
  return names;
}
