import { currency, exactText, money } from '../../core/money/money.ts';
import type { LakeState, Load } from '../../lake/catalog-types.ts';
import type { Lake } from '../../lake/lake.ts';
import type { Finding } from '../../lake/verify/finding.ts';
import type { Asker } from '../../ports/engine.ts';
import { DAILY_COST_COLUMNS, METRICS } from '../../sql/schema.ts';
import { rollupTotals } from '../../sql/verify.ts';
import { type Compared, drift } from './report.ts';

const ANY = currency('XXX');
export const units = (amount: string): bigint => money(amount, ANY).units;
export const text = (amount: bigint): string => exactText({ currency: ANY, units: amount });

/** Control totals of the loads = their rollups: per source, billing period, currency, charge category and metric. */
export async function rollupsAgainstTotals(engine: Asker, lake: Lake, state: LakeState): Promise<Compared> {
  await engine.files(
    'verify_costs',
    state.loads.flatMap(({ rollup }) => rollup.files.map(({ key }) => lake.store.uri(key))),
    DAILY_COST_COLUMNS,
  );
  const loaded = loadedTotals(state.loads);
  const rolled = new Map<string, bigint>();
  for (const [source, period, code, category, ...sums] of await engine.rows(rollupTotals('verify_costs')))
    for (const [i, metric] of METRICS.entries())
      rolled.set(keyOf([source, period, code, category, metric]), units(String(sums[i])));
  await engine.drop('verify_costs');
  const findings = [...new Set([...loaded.keys(), ...rolled.keys()])].sort().flatMap((key): Finding[] => {
    const [expected, found] = [loaded.get(key) ?? 0n, rolled.get(key) ?? 0n];
    if (expected === found) return [];
    const [source, period, code, category, metric] = JSON.parse(key) as string[];
    const load = state.loads.find((one) => one.source === source && one.billingPeriod === period);
    return [
      drift(
        load?.rollup.files[0]?.key ?? 'daily-costs/',
        `The rollup of ${source} for ${period} does not add up to the control totals: ${metric} of ${category || 'no category'} in ${code}`,
        text(expected),
        text(found),
        REMEDY,
      ),
    ];
  });
  const compared = `${loaded.size} control totals = rollups, per source, billing period, currency, charge category and metric`;
  return { compared: [compared], notCompared: [], findings };
}

const REMEDY =
  'Bring the rollup and the catalog back from one backup; their bytes are as written, so report this.';

function loadedTotals(loads: readonly Load[]): Map<string, bigint> {
  const loaded = new Map<string, bigint>();
  for (const { source, billingPeriod, totals } of loads)
    for (const total of totals) {
      const key = keyOf([source, billingPeriod, total.currency, total.chargeCategory, total.metric]);
      loaded.set(key, (loaded.get(key) ?? 0n) + units(total.amount.loaded));
    }
  return loaded;
}

const keyOf = (parts: readonly unknown[]): string => JSON.stringify(parts.map(String));
