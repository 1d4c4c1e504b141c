import { describe, inject } from 'vitest';
import { objectStoreContract } from '../contract/object-store.contract.ts';
import { freshBucket, storeIn } from './support/buckets.ts';

const emulator = inject('emulator');

describe('S3, emulator over HTTP', () =>
  objectStoreContract(async () => storeIn(emulator, await freshBucket(emulator))));
describe('S3, below a prefix', () =>
  objectStoreContract(async () => storeIn(emulator, await freshBucket(emulator), { prefix: 'finops/lake' })));
