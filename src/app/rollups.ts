import { createHash } from 'node:crypto';
import { builtInTags, type TagRules } from '../core/rules/rules.ts';
import { KNOWN_SERVICES } from '../core/services/service-names.ts';
import type { LakeFile, LakeState, Load, Rollup } from '../lake/catalog-types.ts';
import { dailyCostsKey } from '../lake/keys.ts';
import { type Lake, ouLevelOf } from '../lake/lake.ts';
import { pinInputs } from '../lake/pin.ts';
import { tagRules } from '../lake/rules.ts';
import { sealed } from '../lake/sealed.ts';
import type { AtScale } from '../ports/at-scale.ts';
import type { Progress, Random } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';
import { rollup } from '../sql/rollup.ts';
import { COST_LINE_COLUMNS } from '../sql/schema.ts';
import { rollingEngine } from './engine-choice.ts';
import type { LakeSettings } from './lake-settings.ts';

/** What rolling up needs; the engine's relations `account_map`, `fx_rates`, `service_names` are made by it. */
export interface RollingUp {
  readonly engine: Engine;
  /** Another one, for loads that are too large for it. */
  readonly atScale?: AtScale | undefined;
  readonly random: Random;
  readonly progress: Progress;
  readonly settings: LakeSettings;
}

type Inputs = Pick<LakeState, 'inputs'>;
type Rolled = Pick<Load, 'id' | 'source' | 'billingPeriod' | 'lines'>;

/** What src/sql/parts/tag-state.ts makes of equal rules and equal lines; it changes with every change there. */
const TAGS_METHOD = '1';

const short = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 8);

/** What a rollup is made from, in one word: equal words, equal rollups. Budgets are not in it, and of the rules those of tags. */
export function rollupIdentity(lake: Lake, { inputs }: Inputs, rules: TagRules, load: string): string {
  const { normaliser, costMetric, reportingCurrency } = lake.identity;
  const services = short(KNOWN_SERVICES);
  const tags = [...rules.required].sort().join(',');
  const { placeholders } = builtInTags({ requiredTagKeys: [] });
  const isPlain =
    Object.keys(rules.allowed).length === 0 && rules.placeholders.join() === placeholders.join();
  return [
    load,
    `accounts ${inputs.accounts}`,
    `rates ${inputs.rates}`,
    `rules ${TAGS_METHOD}`,
    `normaliser ${normaliser}`,
    `${costMetric} in ${reportingCurrency}, OU level ${ouLevelOf(lake, { inputs })}`,
    `tags ${tags}${isPlain ? '' : ` by ${short([rules.allowed, rules.placeholders])}`}`,
    `services ${services}`,
  ].join('; ');
}

/** Writes the rollup of one load under a name of its own. The inputs must have been pinned (`pinInputs`). */
export async function rollUp(
  { engine, random, settings }: RollingUp,
  lake: Lake,
  inputs: Inputs,
  load: Rolled,
): Promise<Rollup> {
  const { costMetric, reportingCurrency } = lake.identity;
  const rules = await tagRules(lake, inputs, settings);
  await engine.files(
    'load_lines',
    load.lines.map((file) => lake.store.uri(file.key)),
    COST_LINE_COLUMNS,
  );
  const key = dailyCostsKey({ ...load, load: `${load.id}.${random.id()}` }, 0);
  const { rows } = await engine.write(
    rollup({
      lines: 'load_lines',
      sourceId: load.source,
      costMetric,
      reportingCurrency,
      ouLevel: ouLevelOf(lake, inputs),
      tagRules: rules,
    }),
    lake.store.uri(key),
  );
  const file: LakeFile = await sealed(lake.store, key, rows);
  return { identity: rollupIdentity(lake, inputs, rules, load.id), files: [file] };
}

const bytesOf = ({ lines }: Rolled): number => lines.reduce((sum, { bytes }) => sum + bytes, 0);

/** New rollups for those current loads whose rollup was made from other inputs than `state` with `inputs` says. */
export async function staleRollups(
  rolling: RollingUp,
  lake: Lake,
  state: LakeState,
  inputs: Inputs = state,
): Promise<readonly { readonly load: string; readonly rollup: Rollup }[]> {
  const rules = await tagRules(lake, inputs, rolling.settings);
  const identityOf = (load: Load) => rollupIdentity(lake, inputs, rules, load.id);
  const stale = state.loads.filter((load) => load.rollup.identity !== identityOf(load));
  if (stale.length === 0) return [];
  const pinned = new Set<Engine>();
  const rolled: { load: string; rollup: Rollup }[] = [];
  for (const load of stale) {
    rolling.progress.step('roll up', rolled.length, stale.length, `${load.source} ${load.billingPeriod}`);
    const engine = await rollingEngine(rolling, bytesOf(load));
    if (!pinned.has(engine)) await pinInputs(engine, lake, inputs);
    pinned.add(engine);
    rolled.push({ load: load.id, rollup: await rollUp({ ...rolling, engine }, lake, inputs, load) });
  }
  rolling.progress.step('roll up', stale.length, stale.length);
  rolling.progress.end();
  return rolled;
}
