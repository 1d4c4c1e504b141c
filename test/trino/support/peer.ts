import { inject } from 'vitest';
import type { Peer } from './comparing.ts';

declare module 'vitest' {
  interface ProvidedContext {
    trino: { readonly server: string; readonly data: string };
  }
}

/** The Trino that this run of the tests started. */
export const peer = (): Peer => ({ ...inject('trino'), user: 'spendlight', catalog: 'hive', schema: 'lake' });
