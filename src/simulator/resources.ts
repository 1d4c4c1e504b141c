import { between, chance, STREAM } from './chance.ts';
import { type Series, ten } from './series.ts';
import { boundsOf, WHOLE } from './split.ts';

/** Resources of series: resource `number` of `series` has the part of its quantity that lies between `from` and `until` (see split.ts). */
export interface Resources {
  readonly series: Int32Array;
  readonly number: Int32Array;
  readonly from: Int32Array;
  readonly until: Int32Array;
}

/** A usual quantity above this is not spread: eight times it, times WHOLE, would leave 64 bits. */
const QUANTITY_MAX = 1e12;

/** Spreads series over resources until about `linesPerDay` lines come of a day: dear ones over more, by the root of their cost. */
export function resourcesOf(seed: number, series: readonly Series[], linesPerDay: number): Resources {
  const roots = series.map(rootOf);
  const total = roots.reduce((sum, root) => sum + root, 0);
  const more = Math.max(0, linesPerDay - series.length);
  const counts = roots.map((root) => 1 + (total === 0 ? 0 : Math.floor((more * root) / total)));
  const size = counts.reduce((sum, count) => sum + count, 0);
  const made = {
    series: new Int32Array(size),
    number: new Int32Array(size),
    from: new Int32Array(size),
    until: new Int32Array(size),
  };
  let at = 0;
  for (const [id, count] of counts.entries()) {
    const bounds = boundsOf(
      Array.from({ length: count }, (_, k) => between(chance(seed, STREAM.weights, id, k), 60, 140)),
    );
    for (let k = 0; k < count; k++, at++) {
      made.series[at] = id;
      made.number[at] = k;
      made.from[at] = bounds[k] ?? 0;
      made.until[at] = bounds[k + 1] ?? WHOLE;
    }
  }
  return made;
}

/** Whole root of the daily cost in hundredths of a USD: what has no resource, or a set amount, is never spread. */
function rootOf({ base, effective, p, q, service }: Series): number {
  if (base === 0 || base > QUANTITY_MAX || service.resource === null) return 0;
  const cents = (base * effective * 100) / ten(p + q);
  let root = 0;
  while ((root + 1) * (root + 1) <= cents) root++;
  return root;
}
