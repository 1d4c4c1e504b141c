/** Chance that can be had again: the same seed and case give the same numbers. */
export interface Chance {
  /** Uniform in [0, 1). */
  readonly share: () => number;
  /** A whole number from 0 to `count` − 1. */
  readonly below: (count: number) => number;
  readonly oneOf: <T>(all: readonly T[]) => T;
}

/** mulberry32, begun at a place that seed and case alone decide. */
export function chanceOf(seed: number, index: number): Chance {
  let state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0;
  const share = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number): number => Math.floor(share() * count);
  const oneOf = <T>(all: readonly T[]): T => {
    const chosen = all[below(all.length)];
    if (chosen === undefined) throw new Error('nothing to choose from');
    return chosen;
  };
  share(); // neighbouring cases begin close to each other
  return { share, below, oneOf };
}
