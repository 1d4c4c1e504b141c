/** A file of the page as it is sent. */
export interface SiteFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  /** How the bytes are compressed. */
  readonly encoding: 'br' | 'gzip' | undefined;
  /** Its name holds a hash of its content: it never changes. */
  readonly isImmutable: boolean;
}

/** The built page. Knows the files there were at the start and no others: no path leads out of it. */
export interface Site {
  /** The file at a path such as `/assets/index-1a2b.js`, in the best encoding of `accepted`; undefined where there is none. */
  file(path: string, accepted: readonly string[]): Promise<SiteFile | undefined>;
}
