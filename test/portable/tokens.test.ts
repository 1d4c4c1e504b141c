import { expect, it } from 'vitest';
import { tokens, unportable } from './tokens.ts';

it.each([
  ['SELECT a::date FROM t', 'operator ::'],
  ['SELECT x FROM t QUALIFY y', 'word QUALIFY'],
  ["SELECT x FROM t WHERE a ILIKE 'b'", 'word ILIKE'],
  ['SELECT a FROM t GROUP BY ALL', 'GROUP BY ALL'],
  ["SELECT string_agg(a, ',') FROM t", 'string_agg(): write array_join(array_agg(x ORDER BY x), sep)'],
  ['SELECT median(a) FROM t', 'median(): write the row_number form'],
  ["SELECT strftime(d, '%Y') FROM t", 'strftime(): write date_format'],
  ['SELECT * EXCLUDE (a) FROM t', 'SELECT *'],
  ['SELECT t.* FROM t', 'SELECT x.*'],
  ["SELECT DATE '2026-01-01' + 1", 'date ± number'],
  ['SELECT CAST(x AS date) - 1 FROM t', 'date ± number'],
  ['SELECT d + INTERVAL 1 DAY FROM t', 'interval without quotes'],
  ['SELECT DISTINCT ON (a) b FROM t', 'DISTINCT ON'],
  ['SELECT sum(a) FILTER (WHERE b) OVER (ORDER BY c) FROM t', 'FILTER in a window'],
  ['SELECT list_transform(a, x -> x + 1) FROM t', 'operator ->'],
  ['SELECT greatest(a, b, c) FROM t', 'too many arguments for greatest()'],
  ["SELECT rtrim(a, '0') FROM t", 'too many arguments for rtrim()'],
  ["SELECT a * DECIMAL '1.4826' FROM t", "DECIMAL '…': a DuckDB literal has three places"],
  ['FROM t SELECT a', 'FROM first'],
  ["SELECT m['k'] FROM t", '[…] after m: write element_at or ARRAY[…]'],
  ['SELECT current_date', 'the engine’s clock'],
])('finds what is unportable in %s', (text, found) => expect(unportable(text)).toContain(found));

it.each([
  'SELECT \'a::date QUALIFY median(\' AS "ILIKE ::" FROM t -- string_agg(a)\n',
  'SELECT sum(a) FILTER (WHERE b > 1) FROM t /* QUALIFY */',
  "SELECT count(*), trim(TRAILING '0' FROM a), extract(year FROM d) FROM t",
  "SELECT CAST(date_add('day', -1, d) AS date), d + INTERVAL '1' DAY FROM t",
  "SELECT greatest(a, coalesce(b, c)), element_at(m, 'it''s'), ARRAY[1, 2] FROM t GROUP BY 1",
  "SELECT x FROM (SELECT 1.5e0 AS x) s WHERE x <> 2 AND DATE '2026-01-01' < d",
])('finds nothing in %s', (text) => expect(unportable(text)).toEqual([]));

it('reads strings, names, numbers and comments as what they are', () =>
  expect(
    tokens('a."b""c" >= \'it\'\'s\' -- x\n|| 1.5E-7').map(({ kind, text }) => `${kind} ${text}`),
  ).toEqual(['word a', 'sign .', 'name "b""c"', 'sign >=', "string 'it''s'", 'sign ||', 'number 1.5E-7']));
