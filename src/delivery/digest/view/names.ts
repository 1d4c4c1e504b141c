import type { Light } from '../../../core/budget/light.ts';
import type { Metric } from '../../../sql/schema.ts';
import { clean, cut } from '../../format/name.ts';
import type { AccountName } from '../facts.ts';

/** Longest name that is printed whole; longer ones lose their middle, so that no name from outside swells the mail. */
const NAME_COLUMNS = 56;

/** Shape of a light. Never without its word: colour and shape alone tell too little. */
export const SHAPES: Readonly<Record<Light, string>> = {
  over: '■',
  'at risk': '▲',
  unknown: '○',
  'on plan': '●',
};

/** What a metric is called wherever it heads a block, and in Cost Explorer's own words. */
export const METRIC_NAMES: Readonly<
  Record<Metric, { readonly name: string; readonly costExplorer: string }>
> = {
  BilledCost: { name: 'Billed cost, all charges', costExplorer: 'Unblended costs' },
  EffectiveCost: { name: 'Effective cost, all charges', costExplorer: 'Amortized costs' },
  ListCost: { name: 'List cost, all charges', costExplorer: 'no view of list prices' },
  ContractedCost: { name: 'Contracted cost, all charges', costExplorer: 'no view of contracted prices' },
};

export const printed = (name: string): string => cut(clean(name), NAME_COLUMNS);

/** `prod-media (723220334139)`, `(no name) (723220334139)`. */
export const accountWithId = ({ id, name }: AccountName): string =>
  `${name === undefined || name === id ? '(no name)' : printed(name)} (${printed(id)})`;

/** `prod-media`, or the id where there is no name. */
export const accountShort = ({ id, name }: AccountName): string => printed(name ?? id);
