import { chance, STREAM } from './chance.ts';
import type { SimAccount } from './series.ts';

/**
 * Tags of a taggable resource, with the gaps that real organisations have: keys missing, values empty or placeholders,
 * spellings that differ. Dear series (over 100 USD a day) are tagged well, so that the score does not hang on one draw.
 * @returns null where the resource has no tag at all
 */
export function tagsOf(
  seed: number,
  account: SimAccount,
  series: number,
  usd: number,
): Record<string, string> | null {
  const name = account.name ?? 'unknown';
  const full: Record<string, string> = {
    Environment: account.environment,
    Owner: name.includes('研究')
      ? '研究チーム, "β"'
      : `team-${(account.ou ?? 'nordics').toLowerCase().replaceAll(/[^a-z]+/g, '-')}`,
    Project: name,
    CostCenter: `CC-${4000 + (chance(seed, STREAM.tags, ...Array.from(account.id, Number)) % 60)}`,
  };
  if (usd > 100) return full;
  // Sandboxes and acquired accounts are tagged as badly as one would think.
  const careless = account.ou === null || account.environment === 'sandbox' ? 3 : 1;
  const drawn = Math.floor((chance(seed, STREAM.tags, series) % 1000) / careless);
  return GAPS.find(({ below }) => drawn < below)?.make(full) ?? full;
}

const without = (tags: Record<string, string>, ...keys: readonly string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));

/** Cumulative, in 1/1000: the share of resources with each kind of gap. */
const GAPS: readonly {
  below: number;
  make: (full: Record<string, string>) => Record<string, string> | null;
}[] = [
  { below: 60, make: () => null },
  { below: 150, make: (full) => without(full, 'CostCenter') },
  { below: 195, make: (full) => without(full, 'Owner') },
  { below: 215, make: (full) => without(full, 'Owner', 'Project') },
  { below: 228, make: (full) => ({ ...full, Environment: '' }) },
  { below: 238, make: (full) => ({ ...full, CostCenter: 'n/a' }) },
  { below: 244, make: (full) => ({ ...full, Owner: 'tbd' }) },
  { below: 248, make: (full) => ({ ...full, Project: 'unknown' }) },
  {
    below: 268,
    make: ({ Environment = '', ...rest }) => ({ environment: Environment.toUpperCase(), ...rest }),
  },
  { below: 284, make: ({ CostCenter = '', ...rest }) => ({ ...rest, costcenter: CostCenter }) },
];
