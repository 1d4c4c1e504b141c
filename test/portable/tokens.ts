/** A token of SQL. Words and quoted names keep their spelling; strings and comments are told by their kind alone. */
export interface Token {
  readonly kind: 'word' | 'name' | 'string' | 'number' | 'sign';
  readonly text: string;
}

const SHAPES: readonly (readonly [Token['kind'] | 'space', RegExp])[] = [
  ['space', /\s+|--[^\n]*|\/\*[\s\S]*?\*\//y],
  ['string', /'(?:[^']|'')*'/y],
  ['name', /"(?:[^"]|"")*"/y],
  ['number', /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+/y],
  ['word', /[A-Za-z_][A-Za-z0-9_$]*/y],
  ['sign', /::|->>|->|\|\||<>|!=|>=|<=|=>|==|\/\/|\*\*|~~|!~|[^\sA-Za-z0-9_]/y],
];

/** The tokens of `text`, without spaces and comments. @throws Error at what is no SQL */
export function tokens(text: string): Token[] {
  const found: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const next = SHAPES.map(([kind, shape]) => {
      shape.lastIndex = at;
      return { kind, text: shape.exec(text)?.[0] };
    }).find((shape) => shape.text !== undefined);
    if (next?.text === undefined) throw new Error(`no token at ${at}: ${text.slice(at, at + 40)}`);
    if (next.kind !== 'space') found.push({ kind: next.kind, text: next.text });
    at += next.text.length;
  }
  return found;
}

/** Words that only one of the engines knows. */
const WORDS = new Set([
  'QUALIFY',
  'ILIKE',
  'EXCLUDE',
  'PIVOT',
  'UNPIVOT',
  'ASOF',
  'POSITIONAL',
  'GLOB',
  'SAMPLE',
  'SEMI',
  'ANTI',
  'HUGEINT',
]);

/** Functions that only DuckDB has (or that mean another thing there), and what is written instead. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  string_agg: 'array_join(array_agg(x ORDER BY x), sep)',
  group_concat: 'array_join(array_agg(x ORDER BY x), sep)',
  list: 'array_agg(x ORDER BY x)',
  strftime: 'date_format',
  strptime: 'date_parse',
  median: 'the row_number form',
  mad: 'the row_number form',
  quantile_cont: 'approx_percentile',
  quantile_disc: 'approx_percentile',
  approx_quantile: 'approx_percentile',
  approx_count_distinct: 'approx_distinct',
  regexp_matches: 'regexp_like',
  string_split: 'split',
  str_split: 'split',
  len: 'length or cardinality',
  ifnull: 'coalesce',
  nvl: 'coalesce',
  generate_series: 'sequence',
  range: 'sequence',
  to_days: "date_add('day', …)",
  to_months: "date_add('month', …)",
  datesub: 'date_diff',
  datediff: 'date_diff',
  epoch: 'to_unixtime',
  isodow: 'day_of_week',
  dayofweek: 'day_of_week',
  list_contains: 'contains',
  list_has_any: 'arrays_overlap',
  list_transform: 'UNNEST',
  list_filter: 'UNNEST',
  array_to_string: 'array_join',
  json_extract_string: 'json_extract_scalar',
  map_from_entries: 'map_agg',
  struct_pack: 'ROW',
  isnan: 'is_nan',
  trunc: 'truncate',
  ascii: 'codepoint',
  printf: 'concat and lpad',
  columns: 'plain columns',
  mode: 'row_number',
  first: 'min_by',
  last: 'max_by',
  arg_max: 'max_by',
  arg_min: 'min_by',
  instr: 'strpos',
  position: 'strpos',
  contains_text: 'strpos',
  left: 'substr',
  right: 'substr',
  today: 'a bound date',
  now: 'a bound moment',
  gen_random_uuid: 'an id passed in',
  random: 'a seed passed in',
};

/** Functions that take at most so many arguments on both engines. */
const ARGUMENTS_MAX: Readonly<Record<string, number>> = {
  greatest: 2,
  least: 2,
  concat: 4,
  trim: 1,
  ltrim: 1,
  rtrim: 1,
};

/** What in `text` is not SQL for every engine, in words; empty where all is well. */
export function unportable(text: string): string[] {
  const all = tokens(text);
  return all.flatMap((token, i) => {
    const next = all[i + 1];
    const before = all[i - 1];
    const word = token.kind === 'word' ? token.text.toUpperCase() : '';
    const called = token.kind === 'word' && next?.text === '(';
    const after = (offset: number): string => all[i + offset]?.text.toUpperCase() ?? '';
    const wrong: (string | false | undefined)[] = [
      ['::', '->', '->>', '//', '**', '==', '~~', '!~'].includes(token.text) &&
        token.kind === 'sign' &&
        `operator ${token.text}`,
      WORDS.has(word) && before?.text !== '.' && next?.text !== '.' && `word ${word}`,
      called &&
        Object.hasOwn(FUNCTIONS, token.text.toLowerCase()) &&
        `${token.text}(): write ${FUNCTIONS[token.text.toLowerCase()]}`,
      called &&
        Object.hasOwn(ARGUMENTS_MAX, token.text.toLowerCase()) &&
        argumentsOf(all, i + 1) > (ARGUMENTS_MAX[token.text.toLowerCase()] ?? 0) &&
        `too many arguments for ${token.text}()`,
      (word === 'GROUP' || word === 'ORDER') && after(1) === 'BY' && after(2) === 'ALL' && `${word} BY ALL`,
      word === 'DISTINCT' && after(1) === 'ON' && 'DISTINCT ON',
      word === 'BY' && after(1) === 'NAME' && before?.text.toUpperCase() === 'ALL' && 'UNION BY NAME',
      word === 'INTERVAL' && next?.kind === 'number' && 'interval without quotes',
      (word === 'DECIMAL' || word === 'NUMERIC') &&
        next?.kind === 'string' &&
        `${word} '…': a DuckDB literal has three places`,
      word === 'FILTER' &&
        next?.text === '(' &&
        after(closing(all, i + 1) - i + 1) === 'OVER' &&
        'FILTER in a window',
      (word === 'IGNORE' || word === 'RESPECT') && after(1) === 'NULLS' && `${word} NULLS`,
      word === 'SELECT' && next?.text === '*' && 'SELECT *',
      token.text === '*' && before?.text === '.' && 'SELECT x.*',
      word === 'FROM' && (before === undefined || before.text === '(') && !inTrim(all, i) && 'FROM first',
      (token.text === '{' || token.text === '}') && 'a struct literal',
      token.text === '[' &&
        before?.text.toUpperCase() !== 'ARRAY' &&
        `[…] after ${before?.text ?? 'nothing'}: write element_at or ARRAY[…]`,
      (word === 'VARCHAR' || word === 'CHAR') && next?.text === '(' && `${word}(n)`,
      token.kind === 'word' &&
        /^(current_date|current_timestamp|localtimestamp)$/i.test(token.text) &&
        'the engine’s clock',
      (token.text === '+' || token.text === '-') &&
        isDate(all, i - 1) &&
        next?.kind === 'number' &&
        'date ± number',
    ];
    return wrong.filter((one) => typeof one === 'string');
  });
}

/** Index of the bracket that closes the one at `open`. */
function closing(all: readonly Token[], open: number): number {
  for (let i = open, depth = 0; i < all.length; i++) {
    if (all[i]?.text === '(') depth++;
    if (all[i]?.text === ')' && --depth === 0) return i;
  }
  return all.length;
}

function argumentsOf(all: readonly Token[], open: number): number {
  let commas = 0;
  const end = closing(all, open);
  for (let i = open, depth = 0; i < end; i++) {
    if (all[i]?.text === '(' || all[i]?.text === '[') depth++;
    if (all[i]?.text === ')' || all[i]?.text === ']') depth--;
    if (depth === 1 && all[i]?.text === ',') commas++;
  }
  return commas + 1;
}

/** `trim(TRAILING '0' FROM x)` and `extract(year FROM x)` hold a FROM of their own. */
const inTrim = (all: readonly Token[], i: number): boolean =>
  ['TRIM', 'EXTRACT'].includes(all[i - 2]?.text.toUpperCase() ?? '');

/** A date ends at `i`: a date literal, or a CAST to date. */
function isDate(all: readonly Token[], i: number): boolean {
  if (all[i]?.kind === 'string') return all[i - 1]?.text.toUpperCase() === 'DATE';
  return (
    all[i]?.text === ')' &&
    all[i - 1]?.text.toUpperCase() === 'DATE' &&
    all[i - 2]?.text.toUpperCase() === 'AS'
  );
}
