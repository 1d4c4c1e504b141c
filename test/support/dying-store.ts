import type { ObjectStore } from '../../src/ports/object-store.ts';

/** `store` as a process sees it that is killed at its `deadAt`th write, from 1: nothing is written from there on. */
export function dyingStore(store: ObjectStore, deadAt: number): ObjectStore {
  let writes = 0;
  const alive =
    <A extends readonly unknown[], R>(write: (...of: A) => Promise<R>) =>
    async (...of: A): Promise<R> => {
      if (++writes >= deadAt) throw new Error('killed');
      return write(...of);
    };
  return {
    ...store,
    put: alive((...of) => store.put(...of)),
    putIfAbsent: alive((...of) => store.putIfAbsent(...of)),
    putIfMatch: alive((...of) => store.putIfMatch(...of)),
    adopt: alive((...of) => store.adopt(...of)),
    seal: alive((...of) => store.seal(...of)),
    discard: alive((...of) => store.discard(...of)),
  };
}
