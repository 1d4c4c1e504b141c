import type { Overview } from '../../../src/api/schemas/overview.ts';

/** Metrics as people say them; the same words as in the mail. */
export const METRIC_NAMES: Record<Overview['about']['metric'], string> = {
  BilledCost: 'Billed cost, all charges',
  EffectiveCost: 'Effective cost, all charges',
  ListCost: 'List cost, all charges',
  ContractedCost: 'Contracted cost, all charges',
};
