/** Folders in the watched one: what was ingested, and what could not be, each with its reason beside it. */
export const DONE = 'done';
export const FAILED = 'failed';

/** A file as it lies in the watched folder. */
export interface Landed {
  readonly path: string;
  readonly bytes: number;
  readonly modified: number;
  /** For how long it has been seen like this, in milliseconds. */
  readonly quietMs: number;
}
