import { describe, expect, it } from 'vitest';
import { identifier, joined, name, sql } from './sql.ts';

describe('sql', () => {
  it('quotes what comes from outside and nests what is sql', () => {
    const where = sql`OU = ${"Fin'Ops'; DROP TABLE x --"}`;
    expect(sql`SELECT ${1}, ${null}, ${true}, ${-5n} FROM t WHERE ${where}`.text).toBe(
      "SELECT 1, NULL, true, -5 FROM t WHERE OU = 'Fin''Ops''; DROP TABLE x --'",
    );
  });
  it('has no literal for what SQL would change: fractions, NaN, NUL', () => {
    for (const wrong of [0.1, Number.NaN, 2 ** 60, 'a\u0000b'])
      expect(() => sql`${wrong}`).toThrow(/Broken invariant/);
  });
  it('quotes names from files, and takes only plain ones as they are', () => {
    expect(identifier('lineItem/"x"').text).toBe('"lineItem/""x"""');
    expect(name('x_OU').text).toBe('x_OU');
    expect(() => name('a; b')).toThrow(/plain name/);
  });
  it('joins, also nothing', () => {
    expect(joined([sql`a`, sql`b`], ' AND ').text).toBe('a AND b');
    expect(joined([], ', ', sql`NULL`).text).toBe('NULL');
  });
});
