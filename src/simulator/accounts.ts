import { between, chance, STREAM, wordsOf } from './chance.ts';
import { ACCOUNTS, type AccountSketch, OUS } from './organisation.ts';
import { REGIONS } from './regions.ts';
import type { SimAccount } from './series.ts';

/** The organisation's payer: it owns no usage. */
export const PAYER = { id: '100000000017', name: 'Example Group (payer)' } as const;

/** Which accounts there are: the told ones first, then as many more as asked for, spread over the OUs. `newest` is the newest complete day. */
export function accountsOf(
  seed: number,
  count: number,
  newest: number,
): readonly { account: SimAccount; sketch: AccountSketch }[] {
  const sketches = [...ACCOUNTS.slice(0, count)];
  for (let i = ACCOUNTS.length; i < count; i++) sketches.push(another(seed, i));
  return sketches.map((sketch) => ({
    sketch,
    account: {
      id: sketch.id ?? idOf(seed, sketch.name ?? 'none'),
      name: sketch.name,
      ou: sketch.ou,
      season: OUS.find(({ path }) => path === sketch.ou)?.season ?? 'even',
      region: sketch.region ?? 0,
      usd: sketch.usd,
      opens: sketch.opens === undefined ? Number.NEGATIVE_INFINITY : newest + sketch.opens,
      closes: sketch.closes === undefined ? Number.POSITIVE_INFINITY : newest + sketch.closes,
      environment: environmentOf(sketch),
    },
  }));
}

/** Twelve digits, never beginning with those of a real public account that AWS itself uses in examples (1234…). */
function idOf(seed: number, name: string): string {
  const words = wordsOf(name);
  const high = between(chance(seed, STREAM.accountId, 1, ...words), 200_000, 989_999);
  const low = between(chance(seed, STREAM.accountId, 2, ...words), 0, 999_999);
  return `${high}${String(low).padStart(6, '0')}`;
}

function another(seed: number, index: number): AccountSketch {
  const drawn = chance(seed, STREAM.accountId, 3, index);
  const ou = OUS[index % OUS.length]?.path ?? null;
  const kinds = ['web', 'data', 'dev', 'batch'] as const;
  return {
    ou,
    name: `team-${String(index + 1).padStart(4, '0')}`,
    archetype: kinds[drawn % kinds.length] ?? 'web',
    usd: between(drawn, 12, 140),
    region: drawn % REGIONS.length,
  };
}

function environmentOf({ name, archetype, ou }: AccountSketch): SimAccount['environment'] {
  if (ou === 'Sandbox') return 'sandbox';
  if (name?.endsWith('-stage') === true) return 'stage';
  return archetype === 'dev' ? 'dev' : 'prod';
}
