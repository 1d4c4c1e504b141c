/** What is known of a stored object without reading it. */
export interface ObjectInfo {
  readonly key: string;
  readonly bytes: number;
  /** Changes whenever the content changes; the token for `putIfMatch`. */
  readonly etag: string;
}

/** Where a file from outside came from, as far as a store may reach it by itself. */
export interface Origin {
  /** `s3://bucket/key` */
  readonly uri: string;
  readonly bytes: number;
  /** Of the content that was read. */
  readonly etag: string;
}

/** Size and sha256 (hex) of a content. */
export interface Hashed {
  readonly bytes: number;
  /** Undefined where it lies in an archive tier and the store keeps no sha256 of it. */
  readonly sha256: string | undefined;
  /** It lies in an archive tier and can't be read: the hash is the one that the store made of the bytes when they came. */
  readonly isArchived?: true;
}

/** What stood under a key before it was replaced. */
export interface EarlierContent {
  readonly id: string;
  hash(): Promise<Hashed>;
  /** @throws UserError `STORE_ARCHIVED` where it lies in an archive tier */
  read(): Promise<Uint8Array>;
}

/** How an archive tier gives back: `bulk` is the cheapest and slowest. */
export interface RestoreHow {
  readonly speed: 'Bulk' | 'Standard';
  /** For how many days the content can be read then. */
  readonly days: number;
}

/** A content on its way back from an archive tier. */
export interface Restoring {
  /** As the store calls it: `DEEP_ARCHIVE`. */
  readonly tier: string;
  /** Whether this call asked for it, or somebody did before. */
  readonly since: 'now' | 'earlier';
  /** It takes at most so many hours from when it was asked for. */
  readonly hoursMax: number;
}

/**
 * All the state there is. Keys are relative, `/`-separated, without `.` or `..` parts.
 * A value that can be read is whole: nobody sees half a write. What a call has confirmed survives a power cut.
 */
export interface ObjectStore {
  /** For people: where this store is (`/data/lake`, `s3://bucket/prefix`). */
  readonly location: string;
  /** The bytes under `key`; `undefined` if there are none, an error for everything else, also for what is archived (`restore`). */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Size and etag; `undefined` if there is no such object. */
  head(key: string): Promise<ObjectInfo | undefined>;
  /** Writes, replacing what is there; the earlier content stays readable as a version (see `versions`). */
  put(key: string, bytes: Uint8Array): Promise<ObjectInfo>;
  /** Writes unless `key` exists; tells whether it did. Of racing writers exactly one hears `true`. */
  putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean>;
  /** Replaces the content whose etag is `etag`; `false` if it has become another. Earlier content stays a version. */
  putIfMatch(key: string, bytes: Uint8Array, etag: string): Promise<boolean>;
  /** Objects whose key starts with `prefix`, in the order of their keys. */
  list(prefix: string): Promise<readonly ObjectInfo[]>;
  /** Earlier contents of `key`, oldest first, without the current one. */
  versions(key: string): Promise<readonly EarlierContent[]>;
  /**
   * Copies a file from outside under `key` unless it exists, flushed; tells whether it did. For what is too big for
   * memory. `origin`: the file is a copy of that object, which a store beside it copies without this machine.
   */
  adopt(key: string, path: string, origin?: Origin): Promise<boolean>;
  /** Where the engine finds the object (a path, an s3 URI), whether or not it exists yet. */
  uri(key: string): string;
  /** Flushes to the disk what the engine wrote under `key` by its URI, and tells size and sha256 (hex). */
  seal(key: string): Promise<{ readonly bytes: number; readonly sha256: string }>;
  /**
   * Size and sha256 (hex) of the content, read as a stream and never whole in memory: once for each place where this store
   * holds it, for `get` and `uri` may read different ones, and `get` reads the first; none if there is no such object.
   */
  hash(key: string): Promise<readonly Hashed[]>;
  /** Copies the content to a file outside, never whole in memory. @throws Error if there is no such object */
  copyOut(key: string, path: string): Promise<void>;
  /**
   * Has a content brought back from an archive tier: the current one, or the earlier one of this id. Undefined where it
   * can be read now; repeating it asks for nothing twice.
   */
  restore(key: string, id: string | undefined, how: RestoreHow): Promise<Restoring | undefined>;
  /** Removes an object that no version of the lake names (drafts of a failed load). Absent is fine. */
  discard(key: string): Promise<void>;
}
