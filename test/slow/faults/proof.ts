import type { Place } from './process.ts';

/** What `verify` finds wrong with the lake of a place. */
export const proofOf = (_place: Place): Promise<string[]> => Promise.resolve([]);
