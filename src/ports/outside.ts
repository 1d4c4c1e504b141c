import type { Origin } from './object-store.ts';

/** An object that lies elsewhere, as it was seen in a list. */
export interface OutsideObject extends Origin {
  /** Milliseconds since 1970-01-01 00:00 UTC. */
  readonly modified: number;
  /** Who writes the lake may read it: the lake's store can copy it by itself. Else it is read as a role of its own. */
  readonly isOwn: boolean;
}

/** Files that lie elsewhere, at `s3://` addresses: read, never changed. */
export interface Outside {
  /** The object at `uri`, or those below it as a folder, in the order of their addresses; none if there is nothing. */
  list(uri: string): Promise<readonly OutsideObject[]>;
  /** Copies what was seen to a file. @throws UserError `FILE_UNREADABLE` if it has been replaced since */
  fetch(object: OutsideObject, path: string): Promise<void>;
}
