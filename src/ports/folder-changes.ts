/** Tells that something changed in a folder, where the system can. Who listens looks all the same from time to time. */
export interface FolderChanges {
  /** Aborted by the next change from now on; never, where the system tells nothing. */
  next(): AbortSignal;
  /** As if something had changed. */
  wake(): void;
  close(): void;
}
