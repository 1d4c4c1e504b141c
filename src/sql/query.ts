import type { Sql } from './sql.ts';

/** A named question: one SQL text, read by people, golden in tests, the same on every engine. */
export interface Query {
  readonly name: string;
  readonly sql: Sql;
}

/** Names a question. `make` gets typed parameters and gives the whole text. */
export const query =
  <P>(name: string, make: (parameters: P) => Sql): ((parameters: P) => Query) =>
  (parameters) => ({ name, sql: make(parameters) });
