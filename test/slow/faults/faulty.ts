import { truncate } from 'node:fs/promises';
import { diskFailure } from '../../../src/adapters/disk/failures.ts';
import { failure } from '../../../src/adapters/duckdb/failures.ts';
import type { Engine } from '../../../src/ports/engine.ts';
import type { ObjectStore } from '../../../src/ports/object-store.ts';

export type Code = 'ENOSPC' | 'EIO' | 'EACCES';

/** What the system says, as the disk store and the engine hear it. */
const WORDS: Readonly<Record<Code, string>> = {
  ENOSPC: 'No space left on device',
  EIO: 'Input/output error',
  EACCES: 'Permission denied',
};

export interface FaultOf {
  readonly code: Code;
  /** Which of the process's calls fails, from 0. */
  readonly at: number;
  /** `once`, or all calls from then on: a disk that stays full. */
  readonly lasts: 'once' | 'on';
  /** The call fails without effect, or does its work and then says that it failed. */
  readonly when: 'before' | 'after';
}

const READS = new Set(['get', 'head', 'list', 'versions', 'hash']);

/** Counts the calls of one process to its store, and to the engine's writer, and lets some of them fail. */
export class Faults {
  readonly #fault: FaultOf | undefined;
  calls = 0;
  /** How many calls failed. */
  struck = 0;
  /** Called before each call, with its number. */
  readonly #before: (call: number) => Promise<void>;

  constructor(fault?: FaultOf, before: (call: number) => Promise<void> = () => Promise.resolve()) {
    this.#fault = fault;
    this.#before = before;
  }

  store(plain: ObjectStore): ObjectStore {
    const wrap = <A extends readonly unknown[], R>(name: string, call: (...args: A) => Promise<R>) => {
      return (...args: A): Promise<R> =>
        this.#call(
          READS.has(name),
          () => call(...args),
          (error) => diskFailure(error, plain.location),
        );
    };
    return {
      ...plain,
      get: wrap('get', plain.get),
      head: wrap('head', plain.head),
      put: wrap('put', plain.put),
      putIfAbsent: wrap('putIfAbsent', plain.putIfAbsent),
      putIfMatch: wrap('putIfMatch', plain.putIfMatch),
      list: wrap('list', plain.list),
      versions: wrap('versions', plain.versions),
      adopt: wrap('adopt', plain.adopt),
      seal: wrap('seal', plain.seal),
      hash: wrap('hash', plain.hash),
      discard: wrap('discard', plain.discard),
    };
  }

  /** A write of the engine that fails leaves half a file behind. */
  engine(plain: Engine): Engine {
    return {
      ...plain,
      write: (select, uri, options) =>
        this.#call(
          false,
          () => plain.write(select, uri, options),
          async (error) => {
            await truncate(uri, 100).catch(() => undefined);
            return failure(error, 'COPY');
          },
        ),
    };
  }

  async #call<R>(
    reads: boolean,
    work: () => Promise<R>,
    told: (error: Error) => Promise<unknown>,
  ): Promise<R> {
    const number = this.calls++;
    await this.#before(number);
    const fault = this.#fault;
    if (fault === undefined || !this.#strikes(fault, number, reads)) return work();
    this.struck += 1;
    if (fault.when === 'after') await work();
    throw await told(Object.assign(new Error(`${fault.code}: ${WORDS[fault.code]}`), { code: fault.code }));
  }

  /** A full or read-only disk can be read. */
  #strikes({ code, at, lasts }: FaultOf, number: number, reads: boolean): boolean {
    if (reads && code !== 'EIO') return false;
    return lasts === 'on' ? number >= at : number >= at && this.struck === 0;
  }
}
