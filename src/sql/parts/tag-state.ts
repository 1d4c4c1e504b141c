import type { TagRules } from '../../core/rules/rules.ts';
import { joined, name, type Sql, sql } from '../sql.ts';
import { CHARGE_KIND } from './charge-kind.ts';

/** A tag key as it is compared: without the export's prefix, lower case, without punctuation: `user_cost-center` → `costcenter`. */
export const normalisedKey = (key: Sql): Sql =>
  sql`translate(regexp_replace(lower(${key}), '^(resourcetags/|resource_tags_)?user[:_]', ''), ' _-:./', '')`;

/** A tag key as people spelled it: without the export's prefix. */
export const spelledKey = (key: Sql): Sql =>
  sql`regexp_replace(${key}, '^(resourceTags/|resource_tags_)?user[:_]', '')`;

/** The same rule for a key that people wrote in a setting. */
export const normalisedKeyText = (key: string): string =>
  key
    .toLowerCase()
    .replace(/^(resourcetags\/|resource_tags_)?user[:_]/, '')
    .replace(/[ _\-:./]/g, '');

/**
 * Named subqueries `key_sets`, `spelled`: for every set of tag keys that occurs in `lines`, how each required key is
 * spelled there (`key_0`, `key_1` …; null where absent). The sets are few, so spellings are compared once a set, never once a line.
 */
export const spelledKeys = (lines: Sql, requiredKeys: readonly string[]): Sql => sql`
  key_sets AS (
    SELECT DISTINCT map_keys(Tags) AS tag_keys
    FROM ${lines}
    WHERE Tags IS NOT NULL
  ), spelled AS (
    SELECT s.tag_keys${joined(
      requiredKeys.map(
        (key, i) =>
          sql`, min(CASE WHEN ${normalisedKey(sql`u.tag_key`)} = ${normalisedKeyText(key)} THEN u.tag_key END) AS ${spelling(i)}`,
      ),
      '',
    )}
    FROM key_sets s
    CROSS JOIN UNNEST(s.tag_keys) AS u(tag_key)
    GROUP BY s.tag_keys
  )`;

const spelling = (i: number): Sql => name(`key_${i}`);

/**
 * `compliant`, `missing`, `incomplete` or `not_taggable` of a line `l` joined with `spelled s`. Taggable is usage of a
 * resource: unused commitment, support and lines without a resource can never carry tags.
 * @param spelled  the keys that `spelledKeys` was asked for, where they are more than the required ones
 */
export const tagState = (kind: Sql, rules: TagRules, spelled = rules.required): Sql => {
  const keys = rules.required.map((key) => ({ key, at: spelled.indexOf(key) }));
  return sql`
  CASE
    WHEN ${kind} <> 'usage' OR NOT ${TAGGABLE} THEN 'not_taggable'
    ${joined(
      keys.length === 0
        ? []
        : [
            sql`WHEN ${anyOf(keys.map(({ at }) => sql`s.${spelling(at)} IS NULL`))} THEN 'missing'`,
            sql`WHEN ${anyOf(keys.map(({ key, at }) => saysNothing(rules, key, at)))} THEN 'incomplete'`,
          ],
      ' ',
    )}
    ELSE 'compliant'
  END`;
};

/** The line `l` is about a resource that could carry tags. A line that carries some shows that it can. */
const TAGGABLE: Sql = sql`(
  (coalesce(l.ResourceId, '') <> '' OR coalesce(cardinality(map_keys(l.Tags)), 0) > 0)
  AND coalesce(l.CommitmentDiscountStatus, '') <> 'Unused'
  AND NOT starts_with(coalesce(l.x_ServiceCode, ''), 'AWSSupport')
)`;

/** Whether the taggable usage line `l`, joined with `spelled s`, lacks required key `i`, or has it and says nothing. */
export const tagKeyFlags = (
  rules: TagRules,
  key: string,
  i: number,
): { readonly missing: Sql; readonly incomplete: Sql } => {
  const usage = sql`${CHARGE_KIND} = 'usage' AND ${TAGGABLE}`;
  return {
    missing: sql`${usage} AND s.${spelling(i)} IS NULL`,
    incomplete: sql`${usage} AND s.${spelling(i)} IS NOT NULL AND (${saysNothing(rules, key, i)})`,
  };
};

/** Values are compared in lower case without spaces around. */
function saysNothing({ placeholders, allowed }: TagRules, key: string, i: number): Sql {
  const value = sql`coalesce(lower(trim(element_at(l.Tags, s.${spelling(i)}))), '')`;
  const among = (values: readonly string[]): Sql =>
    sql`(${joined([...new Set(values.map((text) => text.trim().toLowerCase()))].map((text) => sql`${text}`))})`;
  const empty = sql`${value} IN ${among(['', ...placeholders])}`;
  const fine = allowed[key];
  return fine === undefined ? empty : sql`${empty} OR ${value} NOT IN ${among(fine)}`;
}

const anyOf = (conditions: readonly Sql[]): Sql => joined(conditions, ' OR ');
