/**
 * MurmurHash3 (x86, 32 bits; Austin Appleby, public domain) of whole 32-bit words, as a counter-based source of chance:
 * the same seed and words give the same number on every machine, in any order of asking. Only `Math.imul`, shifts and xor.
 * @returns a whole number 0 … 2³² − 1
 */
export function chance(seed: number, ...words: readonly number[]): number {
  let hash = seed | 0;
  for (const word of words) {
    const mixed = Math.imul(word | 0, 0xcc9e2d51);
    hash ^= Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  hash ^= words.length * 4;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** What a number is drawn for. Streams never share a number; a new use takes a new stream. */
export const STREAM = {
  accountId: 1,
  share: 2,
  noise: 3,
  accountNoise: 4,
  late: 5,
  tags: 6,
  weights: 7,
  restated: 8,
  budget: 9,
  region: 10,
  hours: 11,
  execution: 12,
  odd: 13,
} as const;

/** A whole number from `low` to `high`, both inclusive, `high − low` < 2³². */
export const between = (drawn: number, low: number, high: number): number =>
  low + Math.floor((drawn / 0x1_0000_0000) * (high - low + 1));

/**
 * −65,535 … 65,535, most often near 0: the sum of the number's two halves. Bounded on purpose: noise alone never looks
 * like an incident.
 */
export const triangular = (drawn: number): number => (drawn & 0xffff) + (drawn >>> 16) - 0xffff;

/** The words of a text, for `chance`: its UTF-16 units. */
export const wordsOf = (text: string): number[] =>
  Array.from(text, (character) => character.codePointAt(0) ?? 0);
