import { createHash } from 'node:crypto';

/** sha256 of `bytes`, lower-case hex: what an object of the lake is held against. */
export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
