import { joined, name, type Sql, sql } from '../sql.ts';
import { CHARGE_KIND } from './charge-kind.ts';

/** Values that say nothing (requirement C2); compared in lower case without spaces around. */
const PLACEHOLDERS = sql`('', 'none', 'n/a', 'tbd', 'unknown')`;

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
 */
export const tagState = (kind: Sql, requiredKeys: readonly string[]): Sql => sql`
  CASE
    WHEN ${kind} <> 'usage' OR NOT ${TAGGABLE} THEN 'not_taggable'
    ${joined(
      requiredKeys.length === 0
        ? []
        : [
            sql`WHEN ${anyOf(requiredKeys.map((_, i) => sql`s.${spelling(i)} IS NULL`))} THEN 'missing'`,
            sql`WHEN ${anyOf(requiredKeys.map((_, i) => saysNothing(i)))} THEN 'incomplete'`,
          ],
      ' ',
    )}
    ELSE 'compliant'
  END`;

/** The line `l` is about a resource that could carry tags. A line that carries some shows that it can. */
const TAGGABLE: Sql = sql`(
  (coalesce(l.ResourceId, '') <> '' OR coalesce(cardinality(map_keys(l.Tags)), 0) > 0)
  AND coalesce(l.CommitmentDiscountStatus, '') <> 'Unused'
  AND NOT starts_with(coalesce(l.x_ServiceCode, ''), 'AWSSupport')
)`;

/** Whether the taggable usage line `l`, joined with `spelled s`, lacks required key `i`, or has it and says nothing. */
export const tagKeyFlags = (i: number): { readonly missing: Sql; readonly incomplete: Sql } => {
  const usage = sql`${CHARGE_KIND} = 'usage' AND ${TAGGABLE}`;
  return {
    missing: sql`${usage} AND s.${spelling(i)} IS NULL`,
    incomplete: sql`${usage} AND s.${spelling(i)} IS NOT NULL AND ${saysNothing(i)}`,
  };
};

const saysNothing = (i: number): Sql =>
  sql`coalesce(lower(trim(element_at(l.Tags, s.${spelling(i)}))), '') IN ${PLACEHOLDERS}`;

const anyOf = (conditions: readonly Sql[]): Sql => joined(conditions, ' OR ');
