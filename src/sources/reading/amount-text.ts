import { type Sql, sql } from '../../sql/sql.ts';

const AMOUNT = sql`decimal(38,15)`;

/**
 * Text is exact to 15 decimals, beyond that half away from zero; null for what is no number or does not fit. Exponents
 * are written out first: DuckDB rounds `0.6E-16` up to 10^-15, because it rounds the mantissa before it shifts.
 */
export const amountOfText = (text: Sql): Sql =>
  sql`CASE WHEN ${hasExponent(text)} THEN ${cast(writtenOut(text))} ELSE ${cast(text)} END`;

/** What rounding to 15 decimals took away, to 25 decimals; null where nothing can have been: no sixteenth decimal in 17 characters. */
export const residueOfText = (text: Sql): Sql => sql`CASE WHEN length(${text}) > 17 OR ${hasExponent(text)}
  THEN TRY_CAST(CASE WHEN ${hasExponent(text)} THEN ${writtenOut(text)} ELSE ${text} END AS decimal(38,25))
    - TRY_CAST(${amountOfText(text)} AS decimal(38,25)) END`;

/** The small decimal comes first, sixty times as quick: below 1000 it holds 15 decimals, above it fails and the wide one reads on. */
const cast = (text: Sql): Sql =>
  sql`coalesce(CAST(TRY_CAST(${text} AS decimal(18,15)) AS ${AMOUNT}), TRY_CAST(${text} AS ${AMOUNT}))`;

const hasExponent = (text: Sql): Sql => sql`(strpos(${text}, 'E') > 0 OR strpos(${text}, 'e') > 0)`;

/** Zeros are added up to here: further digits change neither an amount nor that it does not fit. */
const ZEROS_MAX = 60;

/** `-1.5E-7` as `-0.00000015`: the decimal point is shifted in the text. Null for what is no number with an exponent. */
function writtenOut(text: Sql): Sql {
  const mantissa = sql`split_part(lower(${text}), 'e', 1)`;
  const unsigned = sql`replace(replace(${mantissa}, '-', ''), '+', '')`;
  const digits = sql`replace(${unsigned}, '.', '')`;
  const point = sql`(length(split_part(${unsigned}, '.', 1)) + CAST(split_part(lower(${text}), 'e', 2) AS bigint))`;
  const zeros = (count: Sql): Sql => sql`lpad('', CAST(least(${count}, ${ZEROS_MAX}) AS integer), '0')`;
  const shifted = sql`CASE
    WHEN ${point} <= 0 THEN '0.' || ${zeros(sql`-${point}`)} || ${digits}
    WHEN ${point} >= length(${digits}) THEN ${digits} || ${zeros(sql`${point} - length(${digits})`)}
    ELSE substr(${digits}, 1, ${point}) || '.' || substr(${digits}, ${point} + 1) END`;
  return sql`CASE WHEN regexp_like(${text}, '^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)[eE][+-]?[0-9]{1,6}$')
    THEN CASE WHEN ${mantissa} LIKE '-%' THEN '-' ELSE '' END || ${shifted} END`;
}
