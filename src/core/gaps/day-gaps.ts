import { addDays, type BillingDate, daysBetween, eachDay } from '../calendar/billing-date.ts';

/** Lines of daily usage of a source on a day. */
export interface UsageDay {
  readonly source: string;
  readonly date: BillingDate;
  readonly lines: number;
}

/** A day that lacks lines. */
export interface DayGap extends UsageDay {
  /** `missing`: it has none; `small`: fewer than half of what is usual. */
  readonly kind: 'missing' | 'small';
  /** Median of the neighbours: the same weekday in the four weeks before and after, where they have lines. */
  readonly usual: number;
}

/** Neighbours on each side. */
const WEEKS = 4;
/** Fewer neighbours with lines than this say nothing about what is usual. */
const NEIGHBOURS_MIN = 2;

/**
 * Days of a source, between its first and its last with usage, that have no line or far fewer than the same weekday around
 * them, by source and day. A source that has usage on a weekday now and then (on fewer than half of the neighbours) has no
 * habit to break. Nothing after `until` is judged, though it counts as a neighbour: those days are still arriving.
 */
export function dayGaps(days: readonly UsageDay[], until: BillingDate): readonly DayGap[] {
  const sources = new Map<string, Map<BillingDate, number>>();
  for (const { source, date, lines } of days) {
    const known = sources.get(source) ?? new Map<BillingDate, number>();
    sources.set(source, known.set(date, (known.get(date) ?? 0) + lines));
  }
  return [...sources]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([source, lines]) => gapsOf(source, lines, until));
}

function gapsOf(source: string, lines: ReadonlyMap<BillingDate, number>, until: BillingDate): DayGap[] {
  const known = [...lines.keys()].sort();
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return [];
  const gaps: DayGap[] = [];
  for (const date of eachDay({ from: first, until: addDays(last < until ? last : until, 1) })) {
    const usual = usualLines(lines, date, { first, last });
    const seen = lines.get(date) ?? 0;
    if (usual === undefined || 2 * seen >= usual) continue;
    gaps.push({ kind: seen === 0 ? 'missing' : 'small', source, date, lines: seen, usual });
  }
  return gaps;
}

function usualLines(
  lines: ReadonlyMap<BillingDate, number>,
  date: BillingDate,
  { first, last }: { readonly first: BillingDate; readonly last: BillingDate },
): number | undefined {
  const around = Array.from({ length: 2 * WEEKS + 1 }, (_, i) => addDays(date, 7 * (i - WEEKS)));
  const neighbours = around.filter((day) => day !== date && day >= first && day <= last);
  const seen = neighbours.flatMap((day) => lines.get(day) ?? []).filter((count) => count > 0);
  if (seen.length < NEIGHBOURS_MIN || 2 * seen.length < neighbours.length) return undefined;
  return median(seen);
}

function median(counts: readonly number[]): number {
  const sorted = [...counts].sort((a, b) => a - b);
  const [low, high] = [
    sorted[Math.floor((sorted.length - 1) / 2)],
    sorted[Math.ceil((sorted.length - 1) / 2)],
  ];
  return ((low ?? 0) + (high ?? 0)) / 2;
}

/** `items`, in order of their days, as runs of days that follow each other. */
export function stretches<T extends { readonly date: BillingDate }>(
  items: readonly T[],
): readonly (readonly [T, ...T[]])[] {
  const found: [T, ...T[]][] = [];
  for (const item of items) {
    const run = found.at(-1);
    const last = run?.at(-1);
    if (run !== undefined && last !== undefined && daysBetween(last.date, item.date) === 1) run.push(item);
    else found.push([item]);
  }
  return found;
}
