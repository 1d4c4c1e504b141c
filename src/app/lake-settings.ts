import { UserError } from '../core/errors/user-error.ts';
import { createLake, type Lake, openLakeIfAny } from '../lake/lake.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Metric } from '../sql/schema.ts';

/** The settings that decide what a lake is, and how its lines are rolled up. */
export interface LakeSettings {
  readonly costMetric: Metric;
  /** Undefined: the currency of the first delivery. */
  readonly reportingCurrency: string | undefined;
  readonly requiredTagKeys: readonly string[];
}

/** The rules by which sources become lines; a change of any of them is a new number. */
export const NORMALISER_VERSION = 1;

/** What the first delivery adds to the settings, where there is no lake yet. */
export interface FirstDelivery {
  readonly simulated: boolean;
  /** Its currency, the one of most lines. */
  readonly currency: string;
}

/**
 * The lake that deliveries like `first` may go into; made if there is none.
 * @throws UserError `SIMULATED_AND_REAL`, `SETTING_INVALID` where the settings ask for another metric or currency
 */
export async function lakeFor(
  store: ObjectStore,
  settings: LakeSettings,
  first: FirstDelivery,
  clock: Clock,
): Promise<Lake> {
  const lake =
    (await openLakeIfAny(store)) ??
    (await createLake(store, {
      normaliser: NORMALISER_VERSION,
      simulated: first.simulated,
      costMetric: settings.costMetric,
      reportingCurrency: settings.reportingCurrency ?? first.currency,
      ouLevel: 1,
      createdAt: new Date(clock.now()).toISOString(),
    }));
  refuseMixture(lake, first.simulated);
  refuseOtherIdentity(lake, settings);
  return lake;
}

function refuseMixture({ identity, store }: Lake, simulated: boolean): void {
  if (identity.simulated === simulated) return;
  throw new UserError('SIMULATED_AND_REAL', {
    what: simulated
      ? `The lake ${store.location} holds real costs, and this delivery is simulated`
      : `The lake ${store.location} is simulated, and this delivery is real`,
    remedy: 'Name another lake with --lake; simulated and real costs never share one.',
  });
}

function refuseOtherIdentity({ identity, store }: Lake, settings: LakeSettings): void {
  const other =
    identity.costMetric !== settings.costMetric
      ? ['COST_METRIC', identity.costMetric, settings.costMetric]
      : settings.reportingCurrency !== undefined && identity.reportingCurrency !== settings.reportingCurrency
        ? ['REPORTING_CURRENCY', identity.reportingCurrency, settings.reportingCurrency]
        : undefined;
  if (other === undefined) return;
  const [setting, was, is] = other;
  throw new UserError('SETTING_INVALID', {
    what: `The lake ${store.location} was made with ${setting} ${was}, the setting says ${is}`,
    remedy: `Set ${setting} to ${was}, or start another lake: its archive would mix two measures.`,
  });
}
