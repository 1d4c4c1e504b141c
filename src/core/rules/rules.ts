/** What rules C1 to C3 go by (docs/rules.md). Amounts are decimal text in the lake's reporting currency. */
export interface Rules {
  readonly spikes: SpikeRules;
  readonly tags: TagRules;
  readonly lowValue: LowValueRules;
}

/** C1. */
export interface SpikeRules {
  /** Share above the baseline as decimal text: `0.20` is 20 %. */
  readonly threshold: string;
  /** Robust deviations above the baseline, decimal text. */
  readonly deviations: string;
  /** Least money above the baseline, a day. */
  readonly minImpact: string;
  /** The same for single OUs, by their name. */
  readonly minImpactByOu: Readonly<Record<string, string>>;
}

/** C2. */
export interface TagRules {
  readonly required: readonly string[];
  /** By required key, where not every value will do. */
  readonly allowed: Readonly<Record<string, readonly string[]>>;
  /** Values that say nothing; an empty value never does. */
  readonly placeholders: readonly string[];
}

/** C3. */
export interface LowValueRules {
  /** A thing costs little on a day of more than 0 and at most this. */
  readonly dailyMax: string;
  /** On at least so many of the last 30 complete days. */
  readonly daysMin: number;
  /** Things of an OU, service and account are listed from this on, in the 30 days. */
  readonly monthMin: string;
}

/** Settings that version 1, the one that is built in, is made of. */
export interface RuleSettings {
  readonly requiredTagKeys: readonly string[];
  /** 0.20 = 20 %. */
  readonly anomalyThreshold: number;
  readonly anomalyMinImpact: string;
}

/** The version that nobody imported. */
export const BUILT_IN = 1;

const PLACEHOLDERS = ['none', 'n/a', 'tbd', 'unknown'];

export const builtInSpikes = (
  settings: Pick<RuleSettings, 'anomalyThreshold' | 'anomalyMinImpact'>,
): SpikeRules => ({
  threshold: settings.anomalyThreshold.toFixed(6),
  deviations: '3.5',
  minImpact: settings.anomalyMinImpact,
  minImpactByOu: {},
});

export const builtInTags = ({ requiredTagKeys }: Pick<RuleSettings, 'requiredTagKeys'>): TagRules => ({
  required: requiredTagKeys,
  allowed: {},
  placeholders: PLACEHOLDERS,
});

export const BUILT_IN_LOW_VALUE: LowValueRules = { dailyMax: '1', daysMin: 25, monthMin: '10' };

export const builtInRules = (settings: RuleSettings): Rules => ({
  spikes: builtInSpikes(settings),
  tags: builtInTags(settings),
  lowValue: BUILT_IN_LOW_VALUE,
});
