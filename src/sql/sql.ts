import { invariant } from '../core/errors/invariant.ts';

declare const brand: unique symbol;

/** A piece of SQL in Trino's dialect whose every value went through the one quoting helper. Made only by `sql`. */
export interface Sql {
  readonly text: string;
  readonly [brand]: 'Sql';
}

/** What may stand in a `sql` template: other `sql`, and plain values, which become literals. */
export type SqlValue = Sql | string | number | bigint | boolean | null;

/**
 * SQL text with values. Every other `sql` is nested as it is; a string becomes a quoted literal, whole numbers,
 * booleans and null their literal. Nothing else gets in: text that is SQL must come from `sql` itself.
 */
export function sql(parts: TemplateStringsArray, ...values: readonly SqlValue[]): Sql {
  let text = parts[0] ?? '';
  for (const [i, value] of values.entries()) text += literal(value) + (parts[i + 1] ?? '');
  return made(text);
}

/** `items` one after another, with `separator` between; `whenEmpty` if there are none. */
export function joined(items: readonly Sql[], separator = ', ', whenEmpty?: Sql): Sql {
  if (items.length === 0 && whenEmpty !== undefined) return whenEmpty;
  return made(items.map((item) => item.text).join(separator));
}

/** A column or relation name, quoted (`"lineItem/UnblendedCost"`): for names that come from files. */
export function identifier(name: string): Sql {
  invariant(!name.includes('\u0000'), 'a name holds no NUL');
  return made(`"${name.replaceAll('"', '""')}"`);
}

/** `text` pasted as it is: for the plain names of our own columns and relations alone (letters, digits, underscores). */
export function name(text: string): Sql {
  invariant(/^[A-Za-z_][A-Za-z0-9_]*$/.test(text), `"${text}" is not a plain name`);
  return made(text);
}

function literal(value: SqlValue): string {
  if (value === null) return 'NULL';
  if (typeof value === 'object') return value.text;
  if (typeof value === 'string') {
    invariant(!value.includes('\u0000'), 'a literal holds no NUL');
    return `'${value.replaceAll("'", "''")}'`;
  }
  if (typeof value === 'number') invariant(Number.isSafeInteger(value), `${value} is not a whole number`);
  return String(value);
}

const made = (text: string): Sql => ({ text }) as Sql;
