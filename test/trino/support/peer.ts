import { inject } from 'vitest';
import type { Peer } from './comparing.ts';

/** The Trino that this run of the tests started, over its folder. */
export const peer = (): Peer => ({ ...inject('trino'), user: 'spendlight', catalog: 'hive', schema: 'lake' });
