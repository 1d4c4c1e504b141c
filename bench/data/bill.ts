import {
  CATEGORIES,
  CODES,
  KINDS,
  METERS,
  OPERATIONS,
  PREFIXES,
  REGION_NAMES,
  REGIONS,
  SERVICES,
  SIZES,
  SUBCATEGORIES,
  UNITS,
} from './words.ts';

/**
 * A large FOCUS 1.2 bill as AWS exports it, made by DuckDB alone from `range()` and hashes: 57 columns and three x_ ones,
 * amounts as doubles, Tags and SkuPriceDetails as maps. The same numbers give the same lines on every machine.
 *
 * A month holds hourly items (65 %), daily items (34 %) and a few lines on special terms: tax, credits, purchases, unused
 * commitments (1 %). An item is one usage type of one resource. Lines come in the order in which clouds write them:
 * blocks of items of like usage types, in each block by time, so accounts and resources are mixed.
 */
export interface BillOf {
  /** First day of the billing month, `YYYY-MM-01`. */
  readonly month: string;
  readonly lines: number;
}

/** A prime, so that each hour can shuffle a block by a multiplication. */
const ITEMS_PER_BLOCK = 101;
const ACCOUNTS = 60;

/** The tables `skus` and `items` that `bill` joins: who uses what, where, at which price. For `lines` a month. */
export function dimensions(lines: number): string {
  const { hourly, daily } = share(lines);
  return `
CREATE OR REPLACE TEMP TABLE skus AS
WITH chosen AS (
  SELECT CAST(k AS INTEGER) AS sku, CAST(floor(40 * power(${draw('k', 1)}, 2.2)) AS INTEGER) AS service,
    CAST(floor(12 * power(${draw('k', 2)}, 2.5)) AS INTEGER) AS region, ${draw('k', 3)} AS u, ${draw('k', 4)} AS v
  FROM range(900) AS t(k)
)
SELECT sku, service, region, u, v,
  printf('%s%s', ${pick('service', SERVICES)}, CASE WHEN service >= 20 THEN ' for Teams' ELSE '' END) AS ServiceName,
  printf('Amazon%s%s', ${pick('service', CODES)}, CASE WHEN service >= 20 THEN 'Teams' ELSE '' END) AS x_ServiceCode,
  ${pick('service', CATEGORIES)} AS ServiceCategory, ${pick('service', SUBCATEGORIES)} AS ServiceSubcategory,
  ${pick('region', REGIONS)} AS RegionId, ${pick('region', REGION_NAMES)} AS RegionName,
  printf('%s-%s', ${pick('region', PREFIXES)}, ${pick('sku', METERS)}) AS SkuMeter,
  ${pick('sku', OPERATIONS)} AS x_Operation, ${pick('sku', UNITS)} AS unit,
  upper(substr(md5(CAST(sku AS VARCHAR)), 1, 16)) AS SkuId,
  printf('%s.JRTCKXETXF.%s', upper(substr(md5(CAST(sku AS VARCHAR)), 1, 16)), upper(substr(md5(CAST(sku + 7 AS VARCHAR)), 1, 10))) AS SkuPriceId,
  round(0.0001 * power(10, 5 * u), 6) AS price, v < 0.3 AS steady, sku % 7 = 0 AS committed, sku % 4 <> 3 AS has_resource,
  CASE WHEN v < 0.3
    THEN MAP {'InstanceType': printf('m%d.%s', 5 + sku % 3, ${pick('sku', SIZES)}), 'OperatingSystem': 'Linux', 'x_tenancy': 'Shared', 'CoreCount': CAST(2 + sku % 6 AS VARCHAR)}
    ELSE MAP {'x_group': printf('%s-group-%d', ${pick('service', CODES)}, sku % 9), 'x_location': ${pick('region', REGION_NAMES)}} END AS SkuPriceDetails
FROM chosen;
CREATE OR REPLACE TEMP TABLE items AS
WITH drawn AS (
  SELECT CAST(i AS INTEGER) AS item, CAST(floor(890 * ${draw(`i // ${ITEMS_PER_BLOCK}`, 5)}) + floor(8 * ${draw('i', 11)}) AS INTEGER) AS sku,
    CAST(floor(${ACCOUNTS} * power(${draw('i', 6)}, 1.6)) AS INTEGER) AS account, ${draw('i', 7)} AS u, ${draw('i', 8)} AS v
  FROM range(${hourly + daily}) AS t(i)
), placed AS (
  SELECT item, sku, account, u, v, CAST(floor(v * ${Math.max(4, Math.ceil((hourly + daily) / 12_000))}) AS INTEGER) AS resource FROM drawn
)
SELECT p.item, p.account, s.sku, p.u, s.price, s.steady, s.committed, s.unit, s.ServiceName, s.x_ServiceCode, s.ServiceCategory,
  s.ServiceSubcategory, s.RegionId, s.RegionName, s.SkuMeter, s.x_Operation, s.SkuId, s.SkuPriceId, s.SkuPriceDetails,
  printf('$%s per %s for %s (%s) in %s', CAST(s.price AS VARCHAR), s.unit, s.SkuMeter, s.x_Operation, s.RegionName) AS Described,
  CASE WHEN s.has_resource THEN printf('arn:aws:%s:%s:2%011d:%s/%s', lower(s.x_ServiceCode), s.RegionId, p.account * 7919, ${pick('s.service', KINDS)},
    substr(md5(printf('%d/%d/%d', p.account, s.service, p.resource)), 1, 17)) END AS ResourceId,
  CASE WHEN s.has_resource THEN ${pick('s.service', KINDS)} END AS ResourceType,
  CASE WHEN s.steady THEN printf('%s%s', s.RegionId, ${pick('p.account', ['a', 'b', 'c'])}) END AS AvailabilityZone,
  CASE WHEN hash(p.account, p.resource) % 8 = 0 OR NOT s.has_resource THEN MAP {} ELSE map_from_entries(list_filter([
    {'k': 'user:Environment', 'v': ${pick('p.account', ['prod', 'prod', 'staging', 'dev'])}},
    {'k': 'user:Owner', 'v': CASE WHEN p.resource % 6 = 1 THEN NULL ELSE printf('team-%d@example.com', (p.account + p.resource) % 23) END},
    {'k': 'user:Project', 'v': CASE WHEN p.resource % 9 = 2 THEN NULL ELSE printf('project-%d', (p.account * 3 + p.resource) % 80) END},
    {'k': 'user:CostCenter', 'v': CASE WHEN p.resource % 7 = 3 THEN NULL ELSE printf('CC-%d', 1000 + p.account % 31) END}], x -> x.v IS NOT NULL)) END AS Tags
FROM placed AS p JOIN skus AS s ON s.sku = p.sku;`;
}

/** The month's bill: a SELECT of 60 columns in AWS's types, about `lines` rows. Needs `dimensions(lines)`. */
export function bill({ month, lines }: BillOf): string {
  const { hourly, daily } = share(lines);
  const special = Math.max(40, Math.round(lines / 100));
  const hours = `(24 * day(last_day(DATE '${month}')))`;
  const days = `day(last_day(DATE '${month}'))`;
  const salt = `(year(DATE '${month}') * 12 + month(DATE '${month}'))`;
  return `
WITH charges AS (
  SELECT n, CAST((n // (${ITEMS_PER_BLOCK} * ${hours})) * ${ITEMS_PER_BLOCK} + ${shuffled(`(n // ${ITEMS_PER_BLOCK}) % ${hours}`)} AS INTEGER) AS item,
    (n // ${ITEMS_PER_BLOCK}) % ${hours} AS at_hour, 1 AS span, 'Usage' AS category
  FROM range(${hourly} * ${hours}) AS t(n)
  UNION ALL
  SELECT n + 1000000000, CAST(${hourly} + (n // (${ITEMS_PER_BLOCK} * ${days})) * ${ITEMS_PER_BLOCK} + ${shuffled(`(n // ${ITEMS_PER_BLOCK}) % ${days}`)} AS INTEGER),
    24 * ((n // ${ITEMS_PER_BLOCK}) % ${days}), 24, 'Usage'
  FROM range(${daily} * ${days}) AS t(n)
  UNION ALL
  SELECT n + 2000000000, CAST(n * 37 % ${hourly + daily} AS INTEGER),
    CASE WHEN n % 10 < 5 THEN 0 ELSE n % ${hours} END, CASE WHEN n % 10 < 5 THEN ${hours} ELSE 1 END,
    CASE WHEN n % 10 < 5 THEN 'Tax' WHEN n % 10 < 8 THEN 'Purchase' WHEN n % 10 = 8 THEN 'Credit' ELSE 'Unused' END
  FROM range(${special}) AS t(n)
), measured AS (
  SELECT c.n, c.category, c.span, date_add(TIMESTAMP '${month} 00:00:00', to_hours(CAST(c.at_hour AS BIGINT))) AS began, i.*,
    CASE WHEN i.steady THEN CAST(c.span AS DOUBLE)
      ELSE round(c.span * 100 * i.u * (0.5 + ${draw(`c.n + ${salt} * 4000000000`, 9)}), 8) END AS quantity
  FROM charges AS c JOIN items AS i ON i.item = c.item
  WHERE c.category <> 'Usage' OR NOT i.steady OR ${draw(`c.n // 8 + ${salt}`, 10)} < 0.93
), priced AS (
  SELECT *, category = 'Usage' AND committed AS covered, quantity * price AS list, quantity * price * 0.94 AS contracted FROM measured
)
SELECT AvailabilityZone,
  CASE WHEN category = 'Tax' THEN round(list * 0.19, 2) WHEN category = 'Credit' THEN -round(list, 4) WHEN covered OR category = 'Unused' THEN 0 ELSE contracted END AS BilledCost,
  printf('1%011d', account % 2) AS BillingAccountId, CASE WHEN account % 2 = 0 THEN 'Example Holding' ELSE 'Example Labs' END AS BillingAccountName,
  'Payer Account' AS BillingAccountType, 'USD' AS BillingCurrency,
  CAST(DATE '${month}' + INTERVAL 1 MONTH AS TIMESTAMP) AS BillingPeriodEnd, TIMESTAMP '${month} 00:00:00' AS BillingPeriodStart,
  CAST(NULL AS VARCHAR) AS CapacityReservationId, CAST(NULL AS VARCHAR) AS CapacityReservationStatus,
  CASE WHEN category = 'Unused' THEN 'Usage' ELSE category END AS ChargeCategory, CAST(NULL AS VARCHAR) AS ChargeClass,
  CASE category WHEN 'Tax' THEN printf('Tax of type VAT for %s', ServiceName) WHEN 'Credit' THEN 'Credit of the migration programme'
    ELSE Described END AS ChargeDescription,
  CASE category WHEN 'Tax' THEN 'One-Time' WHEN 'Credit' THEN 'One-Time' WHEN 'Purchase' THEN 'Recurring' ELSE 'Usage-Based' END AS ChargeFrequency,
  date_add(began, to_hours(CAST(span AS BIGINT))) AS ChargePeriodEnd, began AS ChargePeriodStart,
  CASE WHEN covered OR category IN ('Purchase', 'Unused') THEN 'Spend' END AS CommitmentDiscountCategory,
  CASE WHEN covered OR category IN ('Purchase', 'Unused') THEN printf('arn:aws:savingsplans::1%011d:savingsplan/%s', account % 2, substr(md5(CAST(sku % 40 AS VARCHAR)), 1, 16)) END AS CommitmentDiscountId,
  CAST(NULL AS VARCHAR) AS CommitmentDiscountName, CASE WHEN covered THEN contracted * 0.72 END AS CommitmentDiscountQuantity,
  CASE WHEN covered THEN 'Used' WHEN category = 'Unused' THEN 'Unused' END AS CommitmentDiscountStatus,
  CASE WHEN covered OR category IN ('Purchase', 'Unused') THEN 'Savings Plan' END AS CommitmentDiscountType, CASE WHEN covered THEN 'USD' END AS CommitmentDiscountUnit,
  CASE WHEN category = 'Usage' THEN quantity END AS ConsumedQuantity, CASE WHEN category = 'Usage' THEN unit END AS ConsumedUnit,
  CASE WHEN category IN ('Tax', 'Credit', 'Unused') THEN 0 ELSE contracted END AS ContractedCost, CASE WHEN category = 'Tax' THEN NULL ELSE round(price * 0.94, 9) END AS ContractedUnitPrice,
  CASE WHEN category = 'Tax' THEN round(list * 0.19, 2) WHEN category = 'Credit' THEN -round(list, 4) WHEN category = 'Purchase' THEN 0 WHEN covered THEN contracted * 0.72 ELSE contracted END AS EffectiveCost,
  CASE WHEN category = 'Tax' THEN printf('EUINDE26-%d', account % 2) ELSE printf('INV-%s-%d', substr('${month}', 1, 7), account % 2) END AS InvoiceId, 'Amazon Web Services EMEA SARL' AS InvoiceIssuerName,
  CASE WHEN category IN ('Tax', 'Credit', 'Unused') THEN 0 ELSE list END AS ListCost, CASE WHEN category = 'Tax' THEN NULL ELSE price END AS ListUnitPrice,
  CASE WHEN category = 'Tax' THEN NULL WHEN covered THEN 'Committed' ELSE 'Standard' END AS PricingCategory,
  CAST(NULL AS VARCHAR) AS PricingCurrency, CAST(NULL AS DOUBLE) AS PricingCurrencyContractedUnitPrice, CAST(NULL AS DOUBLE) AS PricingCurrencyEffectiveCost, CAST(NULL AS DOUBLE) AS PricingCurrencyListUnitPrice,
  CASE WHEN category = 'Tax' THEN NULL ELSE quantity END AS PricingQuantity, CASE WHEN category = 'Tax' THEN NULL ELSE unit END AS PricingUnit,
  'AWS' AS ProviderName, 'Amazon Web Services, Inc.' AS PublisherName, RegionId, RegionName, ResourceId, CAST(NULL AS VARCHAR) AS ResourceName, ResourceType,
  ServiceCategory, ServiceName, ServiceSubcategory, SkuId, SkuMeter, SkuPriceDetails, SkuPriceId,
  printf('2%011d', account * 7919) AS SubAccountId, printf('account-%d', account) AS SubAccountName, 'Linked Account' AS SubAccountType,
  CASE WHEN category IN ('Usage', 'Unused') THEN Tags ELSE MAP {} END AS Tags, CASE WHEN hash(item) % 20 = 0 THEN MAP {'AWS_Example_Discount': -round(list * 0.06, 10)} ELSE MAP {} END AS x_Discounts,
  x_Operation, x_ServiceCode
FROM priced`;
}

/** The same as text, as FOCUS wants it in CSV: moments with T and Z, maps as JSON. */
export const csvBill = (of: BillOf): string => `
SELECT * REPLACE (${['BillingPeriodEnd', 'BillingPeriodStart', 'ChargePeriodEnd', 'ChargePeriodStart']
  .map((name) => `strftime(${name}, '%Y-%m-%dT%H:%M:%SZ') AS ${name}`)
  .join(
    ', ',
  )}, ${['Tags', 'SkuPriceDetails', 'x_Discounts'].map((name) => `CAST(to_json(${name}) AS VARCHAR) AS ${name}`).join(', ')})
FROM (${bill(of)}) AS b`;

/** How many items of a month bill by the hour and by the day, in whole blocks. Steady items rest 7 % of the time. */
function share(lines: number): { hourly: number; daily: number } {
  const blocks = (items: number): number =>
    Math.max(1, Math.round(items / ITEMS_PER_BLOCK)) * ITEMS_PER_BLOCK;
  return { hourly: blocks((0.65 * lines * 1.04) / 730), daily: blocks((0.34 * lines * 1.04) / 30.4) };
}

/** A number in [0, 1) that belongs to `key` and to the purpose `salt`. */
const draw = (key: string, salt: number): string =>
  `((hash(CAST(${key} AS BIGINT), ${salt}) % 1000003) / 1000003.0)`;

/** The place in its block of the n-th line: another order at each `time`. */
const shuffled = (time: string): string =>
  `(n % ${ITEMS_PER_BLOCK} * (1 + ${time} % ${ITEMS_PER_BLOCK - 1}) + ${time}) % ${ITEMS_PER_BLOCK}`;

const pick = (index: string, words: readonly string[]): string =>
  `list_extract([${words.map((word) => `'${word}'`).join(', ')}], ${index} % ${words.length} + 1)`;
