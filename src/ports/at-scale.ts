import type { Engine } from './engine.ts';
import type { ObjectStore } from './object-store.ts';

/** An engine that reads deliveries where they lie on S3 (Athena), so that none of their lines passes through this machine. */
export interface AtScale {
  /** `auto`: for deliveries of more bytes than `fromBytes`; `athena`: for all work. */
  readonly wish: 'auto' | 'athena';
  readonly fromBytes: number;
  /** `work`: where it is given what it reads, for as long as it reads. */
  open(): Promise<{ readonly engine: Engine; readonly work: ObjectStore }>;
  /** What was opened; undefined: nothing was. */
  opened(): Promise<{ readonly engine: Engine } | undefined>;
  /** Closes that engine, if it was opened; the next call of `open` opens another. */
  close(): Promise<void>;
}
