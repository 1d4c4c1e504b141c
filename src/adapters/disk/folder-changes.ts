import { type FSWatcher, watch } from 'node:fs';
import type { FolderChanges } from '../../ports/folder-changes.ts';

/** What the system tells of `folder` itself: of folders in it, of network disks and on some systems that is nothing. */
export function folderChanges(folder: string): FolderChanges {
  let waiting = new AbortController();
  const changed = (): void => waiting.abort();
  const watcher = opened(folder, changed);
  return {
    next() {
      if (waiting.signal.aborted) waiting = new AbortController();
      return waiting.signal;
    },
    wake: changed,
    close: () => watcher?.close(),
  };
}

/** A watcher that fails (out of handles, folder gone) tells nothing more: looking from time to time is left. */
function opened(folder: string, changed: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, changed);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
