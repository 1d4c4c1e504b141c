import type { Cell, ColumnDef, Engine } from '../ports/engine.ts';
import { name, type Sql, sql } from '../sql/sql.ts';
import { KIND_NAMES, KINDS } from './kinds.ts';
import type { Plan } from './plan.ts';
import { REGIONS } from './regions.ts';
import type { Series } from './series.ts';
import type { Service } from './services.ts';

/** Relations of a plan in the engine: `sim_days` (what changes from day to day) and `sim_resources` (everything else of a line). */
export async function loadPlan(engine: Engine, plan: Plan): Promise<void> {
  const services = new Indexed<Service>((service) => JSON.stringify(service));
  const tags = new Indexed<Readonly<Record<string, string>>>((value) => JSON.stringify(value));
  await engine.numbers('sim_series', seriesColumns(plan.series, services, tags));
  await engine.numbers('sim_parts', [
    { name: 'resource', values: Int32Array.from(plan.resources.series, (_, i) => i) },
    { name: 'series', values: plan.resources.series },
    { name: 'number', values: plan.resources.number },
    { name: 'from_part', values: plan.resources.from },
    { name: 'until_part', values: plan.resources.until },
  ]);
  await engine.numbers('sim_days', [
    { name: 'series', values: plan.days.series },
    { name: 'day', values: plan.days.day },
    { name: 'lag', values: plan.days.lag },
    { name: 'restated_on', values: plan.days.restatedOn },
    { name: 'quantity', values: plan.days.quantity },
    { name: 'before', values: plan.days.before },
  ]);
  await engine.values('sim_services', columns('id', SERVICE_FIELDS), services.rows(SERVICE_FIELDS));
  await engine.values(
    'sim_tags',
    columns('id', ['json', 'cur_json']),
    tags.items.map((value, id) => [id, JSON.stringify(value), JSON.stringify(curTags(value))]),
  );
  await engine.values(
    'sim_accounts',
    columns('id', ['account', 'name']),
    plan.accounts.map((account, id) => [id, account.id, account.name]),
  );
  await engine.values(
    'sim_regions',
    columns('id', ['region', 'region_name']),
    REGIONS.map((region, id) => [id, region.id, region.name]),
  );
  await engine.values(
    'sim_commitments',
    columns('id', ['arn', 'name', 'category', 'type', 'unit']),
    plan.commitments.map((made, id) => [id, made.id, made.name, made.category, made.type, made.unit]),
  );
  await engine.values('sim_kinds', columns('id', KIND_FIELDS), kindRows());
  await engine.keep('sim_resources', resources(plan.seed));
}

/** The relations that `loadPlan` makes, to drop when all deliveries are written. */
export const PLAN_RELATIONS = [
  'sim_series',
  'sim_parts',
  'sim_days',
  'sim_services',
  'sim_tags',
  'sim_accounts',
  'sim_regions',
  'sim_commitments',
  'sim_kinds',
  'sim_resources',
] as const;

const SERVICE_FIELDS = [
  'code',
  'name',
  'category',
  'subcategory',
  'meter',
  'operation',
  'unit',
  'description',
  'resourceType',
  'resource',
  'publisher',
] as const satisfies readonly (keyof Service)[];
const KIND_FIELDS = [
  'category',
  'class',
  'frequency',
  'pricing',
  'status',
  'line_item_type',
  'monthly',
  'priced',
] as const;

const columns = (id: string, texts: readonly string[]): ColumnDef[] => [
  { name: id, type: 'integer' },
  ...texts.map((text) => ({ name: text, type: 'varchar' })),
];

const kindRows = (): Cell[][] =>
  KIND_NAMES.map((kindName, id) => {
    const kind = KINDS[kindName];
    const flags = [kind.monthly, kind.priced].map((flag) => (flag ? 'y' : 'n'));
    return [
      id,
      kind.category,
      kind.chargeClass,
      kind.frequency,
      kind.pricing,
      kind.status,
      kind.lineItemType,
      ...flags,
    ];
  });

/** Values numbered in the order of their first appearance. */
class Indexed<T> {
  readonly items: T[] = [];
  readonly #places = new Map<string, number>();
  readonly #keyOf: (item: T) => string;

  constructor(keyOf: (item: T) => string) {
    this.#keyOf = keyOf;
  }

  place(item: T): number {
    const key = this.#keyOf(item);
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    this.#places.set(key, this.items.length);
    return this.items.push(item) - 1;
  }

  rows<K extends keyof T>(fields: readonly K[]): Cell[][] {
    return this.items.map((item, id) => [id, ...fields.map((field) => item[field] as Cell)]);
  }
}

const NONE = -1;

function seriesColumns(
  series: readonly Series[],
  services: Indexed<Service>,
  tags: Indexed<Readonly<Record<string, string>>>,
) {
  const ints = (field: string, of: (one: Series, id: number) => number) => ({
    name: field,
    values: Int32Array.from(series, of),
  });
  return [
    ints('series', (_, id) => id),
    ints('account', (one) => one.account),
    ints('service', (one) => services.place(one.service)),
    ints('region', (one) => one.region ?? NONE),
    ints('kind', (one) => KIND_NAMES.indexOf(one.kind)),
    ints('commitment', (one) => one.commitment ?? NONE),
    ints('tags', (one) => (one.tags === null ? NONE : tags.place(one.tags))),
    ints('p', (one) => one.p),
    ints('q', (one) => one.q),
    ints('billed', (one) => one.billed),
    ints('effective', (one) => one.effective),
    ints('list', (one) => one.list),
    ints('contracted', (one) => one.contracted),
    ints('start_hour', (one) => one.startHour),
    ints('end_hour', (one) => one.endHour),
    // What is used hour by hour; fees, credits and refunds are whole from the start.
    ints('prorated', ({ kind }) => (KINDS[kind].frequency === 'Usage-Based' && !KINDS[kind].monthly ? 1 : 0)),
  ];
}

const WORDS = [
  'orders',
  'media',
  'events',
  'search',
  'web',
  'jobs',
  'cache',
  'index',
  'audit',
  'reports',
  'assets',
  'queue',
];

/** Tags as CUR 2.0 spells them: `user_cost_center` forgets capitals and punctuation. */
const curTags = (tags: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(tags).map(([key, value]) => [
      `user_${key.toLowerCase().replaceAll(/[^a-z0-9]/g, '_')}`,
      value,
    ]),
  );

/** One row a resource: its part of the series' quantity and every column that no day changes. */
function resources(seed: number): Sql {
  const words = sql`array[${WORDS.map((word) => sql`${word}`).reduce((a, b) => sql`${a}, ${b}`)}]`;
  return sql`
    WITH named AS (
      SELECT p.resource AS id, p.series, p.number, s.p, s.q, s.billed, s.effective, s.list, s.contracted,
        s.commitment, a.account, a.name AS account_name, r.region, r.region_name, t.json AS tags, t.cur_json AS cur_tags,
        v.code, v.name AS service_name, v.category AS service_category, v.subcategory, v.meter, v.operation, v.unit,
        v.description, v.resourceType AS resource_type, v.resource, v.publisher,
        k.category, k.class, k.frequency, k.pricing, k.status, k.line_item_type, k.monthly = 'y' AS monthly,
        k.priced = 'y' AS priced,
        element_at(${words}, CAST(p.series % ${WORDS.length} + 1 AS integer)) || '-' || CAST(p.number + 1 AS varchar) AS called,
        lower(to_hex(md5(to_utf8(a.account || v.meter || coalesce(r.region, '') || CAST(p.number AS varchar) || ${String(seed)})))) AS hex,
        upper(to_hex(md5(to_utf8(coalesce(v.code, v.name) || v.meter)))) AS sku
      FROM sim_parts p
      JOIN sim_series s ON s.series = p.series
      JOIN sim_services v ON v.id = s.service
      JOIN sim_accounts a ON a.id = s.account
      JOIN sim_kinds k ON k.id = s.kind
      LEFT JOIN sim_regions r ON r.id = s.region
      LEFT JOIN sim_tags t ON t.id = s.tags
    )
    SELECT n.id, n.series, n.number,
      CAST(n.billed AS bigint) AS billed, CAST(n.effective AS bigint) AS effective, CAST(n.list AS bigint) AS list,
      CAST(n.contracted AS bigint) AS contracted, n.monthly, n.priced,
      ${power('n.p + n.q', 'double')} AS cost_over, ${power('n.p + n.q', 'decimal')} AS cost_unit,
      ${power('n.p', 'double')} AS price_over, ${power('n.p', 'decimal')} AS price_unit,
      ${power('n.q', 'double')} AS quantity_over, ${power('n.q', 'decimal')} AS quantity_unit,
      n.account, n.account_name, n.region, n.region_name, n.tags AS tags_json,
      CAST(json_parse(n.tags) AS map(varchar, varchar)) AS tags, n.cur_tags AS cur_tags_json,
      CAST(json_parse(n.cur_tags) AS map(varchar, varchar)) AS cur_tags,
      n.code, n.service_name, n.service_category, n.subcategory, n.meter, n.operation, n.unit, n.description, n.publisher,
      n.category, n.class, n.frequency, n.pricing, n.status, n.line_item_type,
      CASE WHEN n.resource IS NULL THEN NULL ELSE n.resource_type END AS resource_type,
      replace(replace(replace(replace(replace(replace(n.resource, '{account}', n.account), '{region}', coalesce(n.region, '')),
        '{name}', n.called), '{hex6}', substr(n.hex, 1, 6)), '{hex}', substr(n.hex, 1, 17)), '{HEX}', upper(substr(n.hex, 1, 13))) AS resource_id,
      CASE WHEN n.resource IS NULL THEN NULL ELSE n.called END AS resource_name,
      CASE WHEN n.resource_type = 'Instance' THEN n.region || element_at(array['a', 'b', 'c'], CAST(n.number % 3 + 1 AS integer)) END AS zone,
      CASE WHEN n.priced THEN substr(n.sku, 1, 16) END AS sku,
      CASE WHEN n.priced THEN substr(n.sku, 1, 16) || CASE WHEN n.pricing = 'Committed' THEN '.4NA7Y494T4.6YS6EN2CT7' ELSE '.JRTCKXETXF.6YS6EN2CT7' END END AS sku_price,
      CASE WHEN n.priced THEN '{"x_UsageType":"' || n.meter || '"}' END AS sku_details_json,
      CASE WHEN n.priced THEN map(array['x_UsageType'], array[n.meter]) END AS sku_details,
      c.arn AS commitment_arn, c.name AS commitment_name, c.category AS commitment_category, c.type AS commitment_type, c.unit AS commitment_unit
    FROM named n
    LEFT JOIN sim_commitments c ON c.id = n.commitment`;
}

/** 10 to a whole number 0 … 15 as a double to divide by, or its inverse as a decimal(16,15): both exact. */
function power(exponent: 'n.p' | 'n.q' | 'n.p + n.q', as: 'double' | 'decimal'): Sql {
  const [left, right] = exponent.split(' + ').map((part) => sql`n.${name(part.slice(2))}`);
  const value = right === undefined ? sql`${left ?? null}` : sql`${left ?? null} + ${right}`;
  const cases = Array.from({ length: 16 }, (_, i) => {
    const literal = as === 'double' ? `1${'0'.repeat(i)}` : i === 0 ? '1' : `0.${'1'.padStart(i, '0')}`;
    return sql`WHEN ${i} THEN ${literal}`;
  });
  const whens = cases.reduce((a, b) => sql`${a} ${b}`);
  return as === 'double'
    ? sql`CAST(CASE ${value} ${whens} END AS double)`
    : sql`CAST(CASE ${value} ${whens} END AS decimal(16,15))`;
}
