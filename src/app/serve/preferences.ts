import { preferencesKey } from '../../lake/keys.ts';
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
  const bytes = await store.get(preferencesKey(LOCAL));
  if (bytes === undefined) return STANDARD;
  const kept = JSON.parse(new TextDecoder().decode(bytes)) as Partial<Preferences>;
  return {
    theme: kept.theme ?? STANDARD.theme,
    density: kept.density ?? STANDARD.density,
    range: kept.range ?? STANDARD.range,
  };
}

export async function keepPreferences(store: ObjectStore, preferences: Preferences): Promise<Preferences> {
  const bytes = new TextEncoder().encode(`${JSON.stringify(preferences)}\n`);
  await store.put(preferencesKey(LOCAL), bytes);
  return preferences;
}
