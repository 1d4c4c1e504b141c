import { expect, it } from 'vitest';
import { readsOf } from './relations.ts';

const names = (text: string): readonly string[] =>
  readsOf(text).reads.map(({ name, kind }) => (kind === 'plain' ? name : `${kind} ${name}`));

it.each([
  ['nothing', 'SELECT 1', []],
  ['a relation, without case and quotes', 'SELECT a FROM "Daily_Costs"', ['daily_costs']],
  ['all of a list', 'SELECT 1 FROM a, b AS x, c y WHERE z IN (1, 2)', ['a', 'b', 'c']],
  [
    'joins, and a list after them',
    'SELECT 1 FROM a JOIN b ON a.x = b.x AND a.y IN (1, 2), c',
    ['a', 'b', 'c'],
  ],
  ['brackets around joins', 'SELECT 1 FROM (a CROSS JOIN b) ORDER BY x, y', ['a', 'b']],
  [
    'queries within',
    'SELECT (SELECT max(x) FROM a) FROM (SELECT x FROM b) AS t(x) WHERE EXISTS (SELECT 1 FROM c)',
    ['a', 'b', 'c'],
  ],
  ['after a set operation', 'SELECT 1 FROM a UNION ALL SELECT 2 FROM b', ['a', 'b']],
  [
    'no names of a WITH',
    'WITH own (x, y) AS (SELECT 1, 2 FROM a), other AS (SELECT 1 FROM own) SELECT 1 FROM own, other',
    ['a'],
  ],
  ['a name within its own WITH is the one outside', 'WITH a AS (SELECT 1 FROM a) SELECT 1 FROM a', ['a']],
  [
    'unless it is recursive',
    'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r',
    [],
  ],
  [
    'a WITH counts where it stands',
    'SELECT 1 FROM secret WHERE x IN (WITH secret AS (SELECT 1 AS x) SELECT x FROM secret)',
    ['secret'],
  ],
  [
    'no lists and values',
    'SELECT 1 FROM UNNEST(ARRAY[1]) WITH ORDINALITY AS u(x, n), (VALUES (1, 2), (3, 4)) AS v(a, b), a',
    ['a'],
  ],
  [
    'no FROM of a function or of a comparison',
    "SELECT extract(year FROM d), trim(BOTH ' ' FROM s) FROM a WHERE x IS NOT DISTINCT FROM y",
    ['a'],
  ],
  ['moments with a zone define nothing', 'SELECT CAST(x AS timestamp with time zone), b FROM a', ['a']],
  [
    'nothing in quotes and comments',
    "SELECT 'it''s from x' AS \"from y\" FROM a -- from z\n/* from q */",
    ['a'],
  ],
  ['tables of other schemas by their kind', 'SELECT 1 FROM other.tables', ['qualified other']],
  [
    'functions by their kind',
    "SELECT 1 FROM read_csv('x'), TABLE(f(1))",
    ['called read_csv', 'called table'],
  ],
])('finds %s', (_, text, expected) => expect(names(text)).toEqual(expected));

it.each([
  ["SELECT 'a", 'a quote is not closed'],
  ['SELECT (1', 'a bracket is not closed'],
  ['SELECT 1) FROM (a', 'a bracket is closed that was not opened'],
  ['SELECT 1; DROP TABLE a', 'there is more than one statement'],
])('is not sure of %s', (text, trouble) => expect(readsOf(text).trouble).toBe(trouble));
