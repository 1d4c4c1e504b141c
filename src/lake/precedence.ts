import { UserError } from '../core/errors/user-error.ts';
import { currency, type Money, money, sum } from '../core/money/money.ts';
import type { LakeChange, LakeState, Load } from './catalog-types.ts';
import { exclusionsOf } from './overlap.ts';

/** How a delivery's loads stand to what is in the lake. */
export type Precedence =
  | { readonly kind: 'repeated'; readonly loads: readonly Load[] }
  | {
      readonly kind: 'loads';
      readonly change: Extract<LakeChange, { kind: 'loads' }>;
      readonly replaced: readonly Load[];
    };

/** The current loads of `source` that came from exactly this content; empty if there are none. */
export const sameContent = (state: LakeState, source: string, content: string): readonly Load[] =>
  state.loads.filter((load) => load.source === source && load.delivery.content === content);

/**
 * What a commit of `added`, the loads of one delivery, changes in `state`. Asked again, from the new head, by who lost
 * the race of a commit.
 * @throws UserError `DELIVERY_OLDER`, `LOAD_SHRINKS` (unless `allowShrink`), `SOURCES_OVERLAP`: nothing may be loaded
 */
export function precedence(state: LakeState, added: readonly Load[], allow: { shrink: boolean }): Precedence {
  const [first] = added;
  if (first === undefined) return { kind: 'repeated', loads: [] };
  const same = sameContent(state, first.source, first.delivery.content);
  if (same.length > 0) return { kind: 'repeated', loads: same };
  const replaced = new Set<Load>();
  for (const load of added) {
    const months = state.loads.filter((other) => isMonth(other) && samePlace(other, load));
    for (const month of months) {
      if (load.scope === 'month') {
        refuseOlder(month, load);
        replaced.add(month);
      } else if (load.cameWith !== load.delivery.id && load.cameWith !== month.delivery.id) {
        throw replacedSince(month, load);
      }
    }
  }
  for (const part of partsThatLeave(state.loads, replaced, added)) replaced.add(part);
  if (!allow.shrink) for (const load of added) refuseShrinking([...replaced], load);
  const kept = state.loads.filter((load) => !replaced.has(load));
  return {
    kind: 'loads',
    replaced: [...replaced],
    change: {
      kind: 'loads',
      added,
      removed: [...replaced].map(({ id }) => id),
      exclusions: exclusionsOf([...kept, ...added]),
    },
  };
}

const isMonth = (load: Load): boolean => load.scope === 'month';
const samePlace = (a: Load, b: Load): boolean => a.source === b.source && a.billingPeriod === b.billingPeriod;

/**
 * Parts leave with the delivery they came with: when its load of their month is replaced, or nothing of it is left.
 * Mended rows of a delivery that was never loaded leave when another delivery brings their month.
 */
function partsThatLeave(
  loads: readonly Load[],
  replaced: ReadonlySet<Load>,
  added: readonly Load[],
): readonly Load[] {
  const [incoming] = added;
  return loads.filter((part) => {
    if (part.scope !== 'part' || part.cameWith === undefined || part.source !== incoming?.source)
      return false;
    if (part.cameWith === incoming.delivery.id) return false;
    const months = loads.filter((load) => isMonth(load) && load.delivery.id === part.cameWith);
    const gone = months.filter((load) => replaced.has(load));
    const itsMonthIsGone = gone.some((load) => load.billingPeriod === part.billingPeriod);
    const itsMonthCame = added.some((load) => isMonth(load) && load.billingPeriod === part.billingPeriod);
    return itsMonthIsGone || (gone.length === months.length && (gone.length > 0 || itsMonthCame));
  });
}

function refuseOlder(current: Load, load: Load): void {
  // Equal ages go to who comes last: two exports of one second are told apart by nothing else.
  if (load.delivery.deliveredAt >= current.delivery.deliveredAt) return;
  throw new UserError('DELIVERY_OLDER', {
    what: `This delivery of ${load.source} for ${load.billingPeriod} is older (${ageOf(load)}) than the one in the lake (${ageOf(current)})`,
    remedy:
      load.delivery.ageFrom === 'manifest'
        ? 'Nothing to do: the newer one stays.'
        : 'Nothing to do if so. If it is the newer one, say when it was delivered with --delivered-at.',
  });
}

const WORDS = { manifest: 'by its manifest', 'delivered-at': 'as told', arrival: 'by arrival' } as const;
const ageOf = ({ delivery }: Load): string => `${delivery.deliveredAt} ${WORDS[delivery.ageFrom]}`;

const replacedSince = (current: Load, load: Load): UserError =>
  new UserError('DELIVERY_OLDER', {
    what: `The delivery that these rows of ${load.source} for ${load.billingPeriod} belong to is not the current one (${ageOf(current)} is)`,
    remedy: 'The current delivery has its own reject file, if it has rejects: mend that one.',
  });

/** A tenth less, in rows or in the absolute value of Usage: an export that was cut off, more likely than a saving. */
function refuseShrinking(replaced: readonly Load[], load: Load): void {
  const before = replaced.filter((other) => isMonth(other) && samePlace(other, load));
  if (before.length === 0 || load.scope !== 'month') return;
  const rows = { was: before.reduce((n, other) => n + rowsOf(other), 0), is: rowsOf(load) };
  if (rows.is * 10 <= rows.was * 9 && rows.was > 0)
    throw shrinks(load, `${rows.was} lines to ${rows.is} lines`);
  for (const code of new Set(before.flatMap((other) => other.totals.map((total) => total.currency)))) {
    const was = magnitude(before.map((other) => usageOf(other, code)).reduce((a, b) => a + b, 0n));
    const is = magnitude(usageOf(load, code));
    if (was > 0n && is * 10n <= was * 9n)
      throw shrinks(load, `${plain(was)} ${code} of Usage to ${plain(is)} ${code}`);
  }
}

const shrinks = (load: Load, how: string): UserError =>
  new UserError('LOAD_SHRINKS', {
    what: `This delivery shrinks ${load.source} for ${load.billingPeriod} by a tenth or more: from ${how}`,
    remedy:
      'See whether the export was cut off. If the bill did become that much smaller, repeat with --allow-shrink.',
  });

const rowsOf = (load: Load): number => load.lines.reduce((rows, file) => rows + file.rows, 0);

/** BilledCost of Usage lines in one currency, in units of 10⁻¹⁵. */
function usageOf(load: Load, code: string): bigint {
  const of = currency(code);
  const usage = load.totals.filter(
    (total) => total.currency === code && total.metric === 'BilledCost' && total.chargeCategory === 'Usage',
  );
  return sum(
    usage.map((total): Money => money(total.amount.loaded, of)),
    of,
  ).units;
}

const magnitude = (units: bigint): bigint => (units < 0n ? -units : units);
const plain = (units: bigint): string => (Number(units / 10n ** 13n) / 100).toFixed(2);
