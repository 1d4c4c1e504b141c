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

/**
 * All the state there is. Keys are relative, `/`-separated, without `.` or `..` parts.
 * A value that can be read is whole: nobody sees half a write. What a call has confirmed survives a power cut.
 */
export interface ObjectStore {
  /** For people: where this store is (`/data/lake`, `s3://bucket/prefix`). */
  readonly location: string;
  /** The bytes under `key`; `undefined` if there are none, an error for everything else. */
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
  versions(key: string): Promise<readonly { readonly id: string; readonly bytes: Uint8Array }[]>;
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
   * holds it, for `get` and `uri` may read different ones; none if there is no such object.
   */
  hash(key: string): Promise<readonly { readonly bytes: number; readonly sha256: string }[]>;
  /** Removes an object that no version of the lake names (drafts of a failed load). Absent is fine. */
  discard(key: string): Promise<void>;
}
