import {
  BUILT_IN,
  BUILT_IN_LOW_VALUE,
  builtInSpikes,
  builtInTags,
  type LowValueRules,
  type RuleSettings,
  type Rules,
  type SpikeRules,
  type TagRules,
} from '../core/rules/rules.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { LakeState } from './catalog-types.ts';
import { readInput } from './inputs.ts';

/** Whose rules are in force. */
type Ruled = Pick<LakeState, 'inputs'>;
/** What has a store: the lake, without a circle of imports. */
interface Stored {
  readonly store: ObjectStore;
}

/** The rules of `version`. Version 1 is built in and made of the settings. @throws UserError `LAKE_DAMAGED` if it is gone */
export async function readRules(lake: Stored, version: number, settings: RuleSettings): Promise<Rules> {
  const kept = await keptRules(lake, version);
  return (
    kept ?? { spikes: builtInSpikes(settings), tags: builtInTags(settings), lowValue: BUILT_IN_LOW_VALUE }
  );
}

/** C1 as in force at a state of the lake. */
export const spikeRules = async (
  lake: Stored,
  { inputs }: Ruled,
  settings: Parameters<typeof builtInSpikes>[0],
): Promise<SpikeRules> => (await keptRules(lake, inputs.rules))?.spikes ?? builtInSpikes(settings);

/** C2 as in force at a state of the lake. */
export const tagRules = async (
  lake: Stored,
  { inputs }: Ruled,
  settings: Parameters<typeof builtInTags>[0],
): Promise<TagRules> => (await keptRules(lake, inputs.rules))?.tags ?? builtInTags(settings);

/** C3 as in force at a state of the lake. */
export const lowValueRules = async (lake: Stored, { inputs }: Ruled): Promise<LowValueRules> =>
  (await keptRules(lake, inputs.rules))?.lowValue ?? BUILT_IN_LOW_VALUE;

async function keptRules(lake: Stored, version: number): Promise<Rules | undefined> {
  return version === BUILT_IN ? undefined : (await readInput(lake, 'rules', version))?.rows[0];
}
