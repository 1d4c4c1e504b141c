import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import type { Preferences } from '../../../src/api/schemas/health.ts';
import { client, read } from '../api/client.ts';
import { preferences } from '../api/questions.ts';

/** As the server has them until somebody chooses. */
const STANDARD: Preferences = { theme: 'auto', density: 'dense', range: 'month' };
const KEPT = 'spendlight.look';
const dark = matchMedia('(prefers-color-scheme: dark)');

/** What was chosen last in this browser, so that the first paint has it before the server answers. */
function remembered(): Preferences {
  try {
    return { ...STANDARD, ...(JSON.parse(localStorage.getItem(KEPT) ?? '{}') as Partial<Preferences>) };
  } catch {
    return STANDARD; // a browser that keeps nothing shows the standard
  }
}

/** Puts theme and density on the page. */
function dress(look: Preferences = remembered()): void {
  const root = document.documentElement;
  root.dataset.theme = look.theme === 'auto' ? (dark.matches ? 'dark' : 'light') : look.theme;
  root.dataset.density = look.density;
}

/** Follows the system's theme while none is chosen. */
export function followSystem(): void {
  dress();
  dark.addEventListener('change', () => dress());
}

/** What a person likes, and how to change it: shown at once, kept by the server. */
export function useLook(): { look: Preferences; keep: (change: Partial<Preferences>) => void } {
  const queries = useQueryClient();
  const { data } = useQuery(preferences);
  const look = data ?? remembered();
  const saving = useMutation({
    scope: { id: 'preferences' }, // one after another: two that race may end with the older choice
    mutationFn: (next: Preferences) => read<Preferences>(client.preferences.$put({ json: next })),
  });
  const keep = (change: Partial<Preferences>): void => {
    void queries.cancelQueries({ queryKey: preferences.queryKey }); // an answer on its way is older than this choice
    const next = { ...(queries.getQueryData(preferences.queryKey) ?? look), ...change };
    queries.setQueryData(preferences.queryKey, next);
    remember(next);
    saving.mutate(next);
  };
  return { look, keep };
}

export function remember(look: Preferences): void {
  try {
    localStorage.setItem(KEPT, JSON.stringify(look));
  } catch {
    // a browser that keeps nothing asks the server at the next visit
  }
  dress(look);
}

const watchTheme = (changed: () => void): (() => void) => {
  const watcher = new MutationObserver(changed);
  watcher.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return () => watcher.disconnect();
};

/** The theme that is on the page now, for what CSS cannot colour. */
export const useTheme = (): 'light' | 'dark' =>
  useSyncExternalStore(watchTheme, () =>
    document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light',
  );
