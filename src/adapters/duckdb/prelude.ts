/**
 * Makes DuckDB read Trino's dialect in the portable subset: run once per database, before anything else.
 * User macros shadow DuckDB's built-ins of the same name.
 */
export const PRELUDE = `
SET TimeZone = 'UTC';
SET integer_division = true;
CREATE OR REPLACE MACRO element_at(c, k) AS c[k];
CREATE OR REPLACE MACRO cardinality(a) AS len(a);
CREATE OR REPLACE MACRO regexp_like(s, p) AS regexp_matches(s, p);
CREATE OR REPLACE MACRO regexp_replace(s, p) AS system.main.regexp_replace(s, p, '', 'g'), (s, p, r) AS system.main.regexp_replace(s, p, r, 'g');
CREATE OR REPLACE MACRO regexp_extract(s, p) AS nullif(system.main.regexp_extract(s, p), ''), (s, p, g) AS nullif(system.main.regexp_extract(s, p, g), '');
CREATE OR REPLACE MACRO json_extract_scalar(j, p) AS json_extract_string(j, p);
CREATE OR REPLACE MACRO json_parse(s) AS CAST(s AS JSON);
CREATE OR REPLACE MACRO json_format(j) AS CAST(j AS VARCHAR);
CREATE OR REPLACE MACRO date_add(u, n, d) AS CASE lower(u) WHEN 'day' THEN d + to_days(CAST(n AS INTEGER)) WHEN 'week' THEN d + to_days(CAST(7 * n AS INTEGER)) WHEN 'month' THEN d + to_months(CAST(n AS INTEGER)) WHEN 'quarter' THEN d + to_months(CAST(3 * n AS INTEGER)) WHEN 'year' THEN d + to_years(CAST(n AS INTEGER)) WHEN 'hour' THEN d + to_hours(CAST(n AS BIGINT)) WHEN 'minute' THEN d + to_minutes(CAST(n AS BIGINT)) WHEN 'second' THEN d + to_seconds(CAST(n AS BIGINT)) ELSE error('date_add: unit') END;
CREATE OR REPLACE MACRO date_diff(u, a, b) AS datesub(u, a, b);
CREATE OR REPLACE MACRO date_format(t, f) AS strftime(t, f);
CREATE OR REPLACE MACRO day_of_week(d) AS isodow(d);
CREATE OR REPLACE MACRO day_of_month(d) AS day(d);
CREATE OR REPLACE MACRO day_of_year(d) AS dayofyear(d);
CREATE OR REPLACE MACRO last_day_of_month(d) AS last_day(d);
CREATE OR REPLACE MACRO to_unixtime(t) AS epoch(t);
CREATE OR REPLACE MACRO from_iso8601_timestamp(s) AS CAST(s AS TIMESTAMPTZ);
CREATE OR REPLACE MACRO from_iso8601_date(s) AS CAST(s AS DATE);
CREATE OR REPLACE MACRO approx_distinct(x) AS approx_count_distinct(x);
CREATE OR REPLACE MACRO approx_percentile(x, q) AS approx_quantile(x, q);
CREATE OR REPLACE MACRO every(x) AS bool_and(x);
CREATE OR REPLACE MACRO map_agg(k, v) AS map_from_entries(list({'k': k, 'v': v}));
CREATE OR REPLACE MACRO array_join(a, s) AS array_to_string(a, s);
CREATE OR REPLACE MACRO array_max(a) AS list_max(a);
CREATE OR REPLACE MACRO array_min(a) AS list_min(a);
CREATE OR REPLACE MACRO array_union(a, b) AS list_distinct(list_concat(a, b));
CREATE OR REPLACE MACRO arrays_overlap(a, b) AS list_has_any(a, b);
CREATE OR REPLACE MACRO slice(a, b, n) AS list_slice(a, b, b + n - 1);
CREATE OR REPLACE MACRO sequence(a, b) AS generate_series(a, b), (a, b, s) AS generate_series(a, b, s);
CREATE OR REPLACE MACRO is_nan(x) AS isnan(x);
CREATE OR REPLACE MACRO truncate(x) AS trunc(x);
CREATE OR REPLACE MACRO to_utf8(s) AS encode(s);
CREATE OR REPLACE MACRO to_hex(b) AS upper(hex(b));
CREATE OR REPLACE MACRO md5(b) AS unhex(system.main.md5(b));
CREATE OR REPLACE MACRO sha256(b) AS unhex(system.main.sha256(b));
CREATE OR REPLACE MACRO greatest(a, b) AS CASE WHEN a IS NULL OR b IS NULL THEN NULL ELSE system.main.greatest(a, b) END;
CREATE OR REPLACE MACRO least(a, b) AS CASE WHEN a IS NULL OR b IS NULL THEN NULL ELSE system.main.least(a, b) END;
CREATE OR REPLACE MACRO concat(a, b) AS a || b, (a, b, c) AS a || b || c, (a, b, c, d) AS a || b || c || d;
`;
