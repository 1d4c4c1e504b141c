/** A relation that a statement reads and does not define itself. */
export interface Read {
  /** In lower case, without quotes. */
  readonly name: string;
  /** `plain`: a name alone. `qualified`: a table of some schema. `called`: a function, or the word TABLE. */
  readonly kind: 'plain' | 'qualified' | 'called';
}

/** What a statement is made of, as far as its text tells. */
export interface Reads {
  readonly reads: readonly Read[];
  /** Why nobody can be sure what it does: a bracket or a quote without its other half, a second statement. */
  readonly trouble: string | undefined;
}

/** A pair of brackets, or the whole statement. */
interface Frame {
  /** `FROM` in here belongs to a function (`extract(year FROM d)`). */
  readonly isFunction: boolean;
  /** In the list after FROM, where a comma parts relations. */
  inFrom: boolean;
  /** The next name is a relation. */
  expects: boolean;
  /** Between WITH and the query that it belongs to. */
  inWith: boolean;
  isRecursive: boolean;
  /** The name after WITH whose query is about to begin. */
  pending: string | undefined;
  /** These brackets hold the query of this name. */
  readonly queryOf: string | undefined;
  readonly defined: Set<string>;
}

const TOKEN =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|[\p{L}_][\p{L}\p{N}_$@]*|\d[\w.]*|[^\s]/gu;
const WITH_FROM_INSIDE = /^(extract|trim|substring|overlay|position)$/;
const ENDS_FROM =
  /^(select|where|group|having|order|limit|offset|fetch|union|intersect|except|window|values)$/;

/**
 * The relations that `text` reads: what stands where FROM and JOIN want one, without names that a WITH around the place
 * defines. A name within its own WITH is the relation outside, unless the WITH is recursive.
 */
export function readsOf(text: string): Reads {
  const tokens = [...text.matchAll(TOKEN)].map(([token]) => token).filter((token) => !isComment(token));
  const reading = new Reading(tokens);
  for (let at = 0; at < tokens.length; at++) reading.take(at);
  return reading.end();
}

const isComment = (token: string): boolean => token.startsWith('--') || token.startsWith('/*');
const isName = (token: string): boolean => /^["\p{L}_]/u.test(token);
const plain = (token: string): string =>
  (token.startsWith('"') ? token.slice(1, -1).replaceAll('""', '"') : token).toLowerCase();

class Reading {
  readonly #tokens: readonly string[];
  readonly #found: Read[] = [];
  #trouble: string | undefined;
  #outer: Frame[] = [];
  #frame = frame({});

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  end(): Reads {
    if (this.#outer.length > 0) this.#trouble ??= 'a bracket is not closed';
    return { reads: this.#found, trouble: this.#trouble };
  }

  take(at: number): void {
    const token = this.#tokens[at] ?? '';
    if (token === '(') this.#open(at);
    else if (token === ')') this.#close();
    else if (token === ',') this.#frame.expects = this.#frame.inFrom;
    else if (token === ';') this.#semicolon(at);
    else if (token === "'" || token === '"') this.#trouble ??= 'a quote is not closed';
    else if (isName(token)) this.#word(at, token);
  }

  #semicolon(at: number): void {
    if (at < this.#tokens.length - 1) this.#trouble ??= 'there is more than one statement';
  }

  #open(at: number): void {
    const { expects, inWith, pending } = this.#frame;
    const queryOf = inWith && this.#isWord(at - 1, /^as$/) ? pending : undefined;
    this.#outer.push(this.#frame);
    this.#frame = frame({ expects, queryOf, isFunction: this.#isWord(at - 1, WITH_FROM_INSIDE) });
  }

  #close(): void {
    const outer = this.#outer.pop();
    if (outer === undefined) {
      this.#trouble ??= 'a bracket is closed that was not opened';
      return;
    }
    const { queryOf } = this.#frame;
    if (queryOf !== undefined) outer.defined.add(queryOf);
    outer.expects = false;
    this.#frame = outer;
  }

  #word(at: number, token: string): void {
    const [now, word] = [this.#frame, token.toLowerCase()];
    if (now.inWith && this.#beginsDefinition(at)) {
      now.pending = plain(token);
      if (now.isRecursive) now.defined.add(now.pending);
    } else if (word === 'with' && !this.#isWord(at + 1, /^(ordinality|time)$/)) {
      now.inWith = true;
      now.isRecursive = this.#isWord(at + 1, /^recursive$/);
    } else if (word === 'from') {
      if (now.isFunction || this.#isDistinctFrom(at)) return;
      now.inFrom = now.expects = true;
    } else if (word === 'join') now.inFrom = now.expects = true;
    else if (ENDS_FROM.test(word)) now.inFrom = now.expects = now.inWith = false;
    else if (now.expects && word !== 'lateral') this.#relation(at, token);
  }

  /** `name AS (` or `name (columns) AS (`, right after WITH or a comma. */
  #beginsDefinition(at: number): boolean {
    return this.#isWord(at - 1, /^(with|recursive|,)$/) && !this.#isWord(at, /^(recursive|select)$/);
  }

  #relation(at: number, token: string): void {
    this.#frame.expects = false;
    if (/^unnest$/i.test(token)) return;
    const name = plain(token);
    const next = this.#tokens[at + 1];
    if (next === '(' || /^table$/i.test(token)) this.#found.push({ name, kind: 'called' });
    else if (next === '.') this.#found.push({ name, kind: 'qualified' });
    else if (![...this.#outer, this.#frame].some(({ defined }) => defined.has(name)))
      this.#found.push({ name, kind: 'plain' });
  }

  #isDistinctFrom(at: number): boolean {
    return this.#isWord(at - 1, /^distinct$/) && this.#isWord(at - 2, /^(is|not)$/);
  }

  #isWord(at: number, words: RegExp): boolean {
    return words.test((this.#tokens[at] ?? '').toLowerCase());
  }
}

const frame = ({ expects = false, isFunction = false, queryOf }: Partial<Frame>): Frame => ({
  isFunction,
  inFrom: expects,
  expects,
  inWith: false,
  isRecursive: false,
  pending: undefined,
  queryOf,
  defined: new Set(),
});
