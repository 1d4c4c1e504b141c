import { preferencesKey } from '../../lake/keys.ts';
import { readSelfChecked, selfChecked } from '../../lake/self-checked.ts';
import type { ObjectStore } from '../../ports/object-store.ts';

/** How a person likes to see the pages. */
export interface Preferences {
  readonly theme: 'auto' | 'light' | 'dark';
  readonly density: 'comfortable' | 'dense';
  readonly range: 'month' | 'last-month' | '7d' | '30d' | '90d';
}

/** Who owns preferences where nobody has signed in (requirement L1). */
const LOCAL = 'local';

const STANDARD: Preferences = { theme: 'auto', density: 'dense', range: 'month' };

/** As kept, else the standard. What an older or newer Spendlight kept is used as far as it is understood. */
export async function readPreferences(store: ObjectStore): Promise<Preferences> {
  const key = preferencesKey(LOCAL);
  const bytes = await store.get(key);
  if (bytes === undefined) return STANDARD;
  const kept = readSelfChecked<Partial<Preferences>>(bytes, key);
  return {
    theme: kept.theme ?? STANDARD.theme,
    density: kept.density ?? STANDARD.density,
    range: kept.range ?? STANDARD.range,
  };
}

export async function keepPreferences(store: ObjectStore, preferences: Preferences): Promise<Preferences> {
  await store.put(preferencesKey(LOCAL), selfChecked(preferences));
  return preferences;
}
