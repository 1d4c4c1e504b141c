import { type Sql, sql } from '../../sql/sql.ts';

const AMOUNT = sql`decimal(38,15)`;

/**
 * Text is exact to 15 decimals, beyond that half away from zero; null for what is no number or does not fit. Text with an
 * exponent has to be `writtenOut` before. The small decimal comes first: below 1000 it holds 15 decimals, above it fails.
 * Then whole and fraction are read apart; both ways are thirty times as quick as the wide cast, which is left for the rest.
 */
export const amountOfText = (text: Sql): Sql =>
  sql`coalesce(CAST(TRY_CAST(${text} AS decimal(18,15)) AS ${AMOUNT}), ${inParts(text)}, TRY_CAST(${text} AS ${AMOUNT}))`;

/**
 * What rounding to 15 decimals took away, in whole units of 10^-25 (further digits are cut); null where nothing can have
 * been: no sixteenth decimal fits into 17 characters.
 */
export const residueOfText = (text: Sql): Sql => sql`CASE WHEN length(${text}) > 17 THEN ${beyond(text)} END`;

/** The decimals after the fifteenth, less the unit that rounding up added, with the amount's sign; null for what is no number. */
function beyond(text: Sql): Sql {
  const point = sql`strpos(${text}, '.')`;
  const digits = sql`TRY_CAST(rpad(substr(${text}, ${point} + 16, 10), 10, '0') AS bigint)`;
  const left = sql`(${digits} - CASE WHEN substr(${text}, ${point} + 16, 1) >= '5' THEN 10000000000 ELSE 0 END)`;
  return sql`CASE WHEN ${point} > 0 AND length(${text}) - ${point} > 15
    THEN CASE WHEN ${text} LIKE '-%' THEN -${left} ELSE ${left} END END`;
}

function inParts(text: Sql): Sql {
  const whole = sql`CAST(TRY_CAST(split_part(${text}, '.', 1) AS bigint) AS ${AMOUNT})`;
  const fraction = sql`CAST(TRY_CAST('0.' || split_part(${text}, '.', 2) AS decimal(18,15)) AS ${AMOUNT})`;
  return sql`CASE WHEN split_part(${text}, '.', 3) = '' THEN CASE WHEN ${text} LIKE '-%' THEN ${whole} - ${fraction} ELSE ${whole} + ${fraction} END END`;
}

/** Whether text may be a number with an exponent. */
export const hasExponent = (text: Sql): Sql => sql`(strpos(${text}, 'E') > 0 OR strpos(${text}, 'e') > 0)`;

/** Zeros are added up to here: further digits change neither an amount nor that it does not fit. */
const ZEROS_MAX = 60;

/**
 * `-1.5E-7` as `-0.00000015`: the decimal point is shifted in the text; other text stays. DuckDB must not do it: it rounds
 * the mantissa before it shifts, and makes a whole 10^-15 of `0.6E-16`.
 */
export function writtenOut(text: Sql): Sql {
  const mantissa = sql`split_part(lower(${text}), 'e', 1)`;
  const unsigned = sql`replace(replace(${mantissa}, '-', ''), '+', '')`;
  const digits = sql`replace(${unsigned}, '.', '')`;
  const point = sql`(length(split_part(${unsigned}, '.', 1)) + CAST(split_part(lower(${text}), 'e', 2) AS bigint))`;
  const zeros = (count: Sql): Sql => sql`lpad('', CAST(least(${count}, ${ZEROS_MAX}) AS integer), '0')`;
  const shifted = sql`CASE
    WHEN ${point} <= 0 THEN '0.' || ${zeros(sql`-${point}`)} || ${digits}
    WHEN ${point} >= length(${digits}) THEN ${digits} || ${zeros(sql`${point} - length(${digits})`)}
    ELSE substr(${digits}, 1, ${point}) || '.' || substr(${digits}, ${point} + 1) END`;
  return sql`CASE WHEN ${hasExponent(text)} AND regexp_like(${text}, '^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)[eE][+-]?[0-9]{1,6}$')
    THEN CASE WHEN ${mantissa} LIKE '-%' THEN '-' ELSE '' END || ${shifted} ELSE ${text} END`;
}
