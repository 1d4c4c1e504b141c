import { csvOf } from '../../lake/archive.ts';
import type { LakeState, Load } from '../../lake/catalog-types.ts';
import { type Lake, ouLevelOf } from '../../lake/lake.ts';
import { pinInputs, pinLake } from '../../lake/pin.ts';
import { tagRules } from '../../lake/rules.ts';
import type { Finding } from '../../lake/verify/finding.ts';
import type { Progress } from '../../ports/clock.ts';
import type { Asker } from '../../ports/engine.ts';
import { rollupRows } from '../../sql/rollup.ts';
import { DAILY_COST_COLUMNS, METRICS } from '../../sql/schema.ts';
import { rollupsDiffer } from '../../sql/verify.ts';
import { readBack, type Written } from '../ingest-write.ts';
import type { ArchivedDayFacts } from './archived-days.ts';
import { type Compared, drift } from './report.ts';
import { text, units } from './rollup-totals.ts';

export interface DeepOf {
  readonly engine: Asker;
  readonly lake: Lake;
  readonly state: LakeState;
  readonly days: readonly ArchivedDayFacts[];
  /** Keys that were removed by rule: days of lake versions that name one cannot be made again. */
  readonly removed: ReadonlySet<string>;
  readonly requiredTagKeys: readonly string[];
  readonly progress: Progress;
}

/** Differing groups that are told of each load. */
const ROWS_TOLD = 20;

/**
 * Every sum again: the lines of each load against its control totals, its rollup made anew against the stored one, and the
 * CSV of each archived day made anew from the lake version that the ledger names, byte for byte.
 */
export async function deepSums(of: DeepOf): Promise<Compared> {
  const { engine, lake, state, progress } = of;
  const findings: Finding[] = [];
  await pinInputs(engine, lake, state);
  let lines = 0;
  for (const [done, load] of state.loads.entries()) {
    progress.step('add up again', done, state.loads.length, `${load.source} ${load.billingPeriod}`);
    const written = await readBack({ engine, store: lake.store }, load.lines); // leaves the files as load_lines
    findings.push(...linesAgainstTotals(load, written), ...(await rollupAnew(of, load)));
    lines += load.lines.reduce((rows, file) => rows + file.rows, 0);
  }
  progress.step('add up again', state.loads.length, state.loads.length);
  progress.end();
  const csv = await csvAnew(of);
  return {
    compared: [
      `${lines} lines of ${state.loads.length} loads = control totals, accounts, and their rollups made anew`,
      ...csv.compared,
    ],
    notCompared: csv.notCompared,
    findings: [...findings, ...csv.findings],
  };
}

const REMEDY = 'Bring the load back from a backup; its bytes are as written, so report this.';

function linesAgainstTotals(load: Load, written: Written): Finding[] {
  const [stored, found] = [storedTotals(load), foundTotals(written)];
  const key = load.lines[0]?.key ?? 'cost-lines/';
  const of = `${load.source} for ${load.billingPeriod}`;
  const totals = [...new Set([...stored.keys(), ...found.keys()])].sort().flatMap((name) => {
    const [expected, sum] = [stored.get(name) ?? 0n, found.get(name) ?? 0n];
    if (expected === sum) return [];
    const [what, ...grain] = JSON.parse(name) as string[];
    const amount = (value: bigint) => (what === 'lines' ? String(value) : text(value));
    return [
      drift(
        key,
        `The lines of ${of} have another total: ${[what, ...grain].join(', ')}`,
        amount(expected),
        amount(sum),
        REMEDY,
      ),
    ];
  });
  const told = JSON.stringify(byId(load.accounts));
  const seen = JSON.stringify(byId(written.accounts.map((account) => asTold(account, load))));
  return told === seen
    ? totals
    : [
        ...totals,
        drift(key, `The lines of ${of} belong to other accounts than the catalog says`, told, seen, REMEDY),
      ];
}

/** Counts of lines and loaded amounts by currency, line-item type, charge category (and metric). */
function storedTotals({ totals }: Load): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const { currency, metric, lineItemType, chargeCategory, rows, amount } of totals) {
    sums.set(JSON.stringify([metric, currency, lineItemType, chargeCategory]), units(amount.loaded));
    const lines = JSON.stringify(['lines', currency, lineItemType, chargeCategory]);
    const most = sums.get(lines) ?? 0n;
    sums.set(lines, BigInt(rows.loaded) > most ? BigInt(rows.loaded) : most);
  }
  return sums;
}

function foundTotals({ totals }: Written): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  const add = (parts: readonly string[], amount: bigint): void => {
    const key = JSON.stringify(parts);
    sums.set(key, (sums.get(key) ?? 0n) + amount);
  };
  for (const { currency, lineItemType, chargeCategory, rows, amounts } of totals) {
    add(['lines', currency, lineItemType, chargeCategory], BigInt(rows));
    for (const [i, metric] of METRICS.entries())
      add([metric, currency, lineItemType, chargeCategory], units(amounts[i] ?? '0'));
  }
  return sums;
}

/** Older loads did not count the lines with an invoice. */
function asTold(account: Load['accounts'][number], load: Load): Load['accounts'][number] {
  if (load.accounts[0]?.invoiced !== undefined) return account;
  const { invoiced: _, uninvoiced: __, ...rest } = account;
  return rest;
}

const byId = (accounts: Load['accounts']): Load['accounts'] =>
  [...accounts]
    .map(({ amounts, ...account }) => ({
      ...account,
      amounts: Object.fromEntries(Object.entries(amounts).sort()),
    }))
    .sort((a, b) =>
      JSON.stringify([a.billingAccountId, a.subAccountId]) <
      JSON.stringify([b.billingAccountId, b.subAccountId])
        ? -1
        : 1,
    );

async function rollupAnew({ engine, lake, state, requiredTagKeys }: DeepOf, load: Load): Promise<Finding[]> {
  const { costMetric, reportingCurrency } = lake.identity;
  await engine.files(
    'stored_costs',
    load.rollup.files.map(({ key }) => lake.store.uri(key)),
    DAILY_COST_COLUMNS,
  );
  const made = rollupRows({
    lines: 'load_lines',
    sourceId: load.source,
    costMetric,
    reportingCurrency,
    ouLevel: ouLevelOf(lake, state),
    tagRules: await tagRules(lake, state, { requiredTagKeys }),
  });
  const rows = await engine.rows(rollupsDiffer({ made, stored: 'stored_costs', rows: ROWS_TOLD }));
  return rows.map(([day, ou, service, account, code, ...sums]) =>
    drift(
      load.rollup.files[0]?.key ?? 'daily-costs/',
      `The rollup of ${load.source} is not what its lines make: ${day}, ${ou}, ${service}, ${account ?? 'no account'}, ${code}`,
      'no difference',
      [...METRICS, 'DailyCost', 'lines'].map((name, i) => `${name} ${sums[i]}`).join(', '),
      REMEDY,
    ),
  );
}

async function csvAnew({ engine, lake, days, removed, progress }: DeepOf): Promise<Compared> {
  const byVersion = new Map<number, ArchivedDayFacts[]>();
  for (const day of days) {
    const same = byVersion.get(day.csv.lakeVersion);
    if (same === undefined) byVersion.set(day.csv.lakeVersion, [day]);
    else same.push(day);
  }
  const findings: Finding[] = [];
  let [made, thinned, done] = [0, 0, 0];
  for (const [version, some] of byVersion) {
    progress.step('make archive again', done, days.length, `lake version ${version}`);
    done += some.length;
    const then = await lake.at(version);
    if (then.loads.some((load) => load.rollup.files.some(({ key }) => removed.has(key)))) {
      thinned += some.length;
      continue;
    }
    await pinLake(engine, lake, then);
    const again = await csvOf(
      engine,
      some.map(({ date }) => date),
    );
    made += some.length;
    for (const [i, day] of some.entries()) {
      const csv = again[i]?.csv ?? '';
      if (csv !== day.csv.sha256)
        findings.push(
          drift(
            day.csv.key,
            `The CSV of ${day.date} made again from lake version ${version} is another one`,
            day.csv.sha256,
            csv,
            REMEDY,
          ),
        );
    }
  }
  progress.end();
  return {
    compared: [`${made} archived CSVs made again from the lake version of their day, byte for byte`],
    notCompared:
      thinned === 0 ? [] : [`${thinned} archived CSVs made again: their lake versions have been thinned out`],
    findings,
  };
}
