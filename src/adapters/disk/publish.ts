import { createHash, randomUUID } from 'node:crypto';
import { copyFile, link, mkdir, open, rename, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { codeOf } from './failures.ts';

/**
 * Gives a finished draft its name, unless the name is taken: the one step that lets exactly one of racing writers win.
 * With hard links that is `link`. Without them it is the rename of a folder, which fails where a folder with content
 * stands: the folder holds the content and a marker that stays, so a process killed half-way loses nothing;
 * `complete` finishes what it left.
 */
export interface Publisher {
  /** Moves `draft` to `path` unless something is there; tells whether it did. The draft is gone afterwards. */
  publish(draft: string, path: string): Promise<boolean>;
  /** `path` as a second name of the file `from` (a copy where there are no hard links), unless it is there. */
  twin(from: string, path: string): Promise<boolean>;
  /** Finishes a publication of `path` that was cut off; tells whether there was one. */
  complete(path: string): Promise<boolean>;
  /** Forgets the marker of `path`, so that the name can be given again. */
  forget(path: string): Promise<void>;
}

/** @param claims folder for markers, on the same disk. `hardLinks: 'never'` is for tests and odd disks. */
export function publisher(claims: string, drafts: string, hardLinks: 'auto' | 'never'): Publisher {
  let links = hardLinks === 'auto';
  const claimOf = (path: string) =>
    join(claims, createHash('sha256').update(relative(claims, path)).digest('hex'), 'claim');

  const byClaim = async (draft: string, path: string): Promise<boolean> => {
    if (await exists(path)) {
      await unlink(draft);
      return false;
    }
    const bundle = join(drafts, randomUUID());
    await mkdir(bundle, { recursive: true });
    await writeFile(join(bundle, 'claimed'), '', { flush: true });
    await rename(draft, join(bundle, 'content'));
    await syncFolder(bundle);
    const claim = claimOf(path);
    await mkdir(dirname(claim), { recursive: true });
    try {
      await rename(bundle, claim);
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(codeOf(error) ?? '')) throw error;
      await rm(bundle, { recursive: true });
      await complete(path);
      return false;
    }
    await syncFolder(dirname(claim));
    await complete(path);
    return true;
  };

  const complete = async (path: string): Promise<boolean> => {
    try {
      await rename(join(claimOf(path), 'content'), path);
    } catch (error) {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return false; // done by another, or no such claim
      throw error;
    }
    await syncFolder(dirname(path));
    return true;
  };

  const publish = async (draft: string, path: string): Promise<boolean> => {
    await mkdir(dirname(path), { recursive: true });
    if (!links) return byClaim(draft, path);
    try {
      // link, not rename: rename would silently replace what another process wrote a moment ago.
      await link(draft, path);
    } catch (error) {
      const code = codeOf(error);
      if (code === 'EEXIST') {
        await unlink(draft);
        return false;
      }
      if (!isWithoutLinks(code)) throw error;
      links = false;
      return byClaim(draft, path);
    }
    await unlink(draft);
    await syncFolder(dirname(path));
    return true;
  };

  return {
    publish,
    complete,
    async twin(from, path) {
      const draft = join(drafts, randomUUID());
      await mkdir(drafts, { recursive: true });
      if (links) await link(from, draft).catch((error) => copyIfWithoutLinks(error, from, draft));
      else await copyFlushed(from, draft);
      return publish(draft, path);
    },
    forget: (path) => rm(dirname(claimOf(path)), { recursive: true, force: true }),
  };
}

/** Codes by which disks say that they have no hard links (FAT: EPERM), or no more for this file. */
const isWithoutLinks = (code: string | undefined): boolean =>
  ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV'].includes(code ?? '');

async function copyIfWithoutLinks(error: unknown, from: string, to: string): Promise<void> {
  if (!isWithoutLinks(codeOf(error))) throw error;
  await copyFlushed(from, to);
}

/** Copies, and returns once the copy is on the disk and not only in the system's cache. */
export async function copyFlushed(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  await syncFile(to);
}

/** Flushes the content of a file to the disk. */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Flushes names: a file is found after a power cut only once its folder is on the disk. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } catch (error) {
    // Some systems have no fsync of folders; there the name is flushed with the file.
    if (!['EINVAL', 'EPERM', 'EISDIR', 'ENOTSUP'].includes(codeOf(error) ?? '')) throw error;
  } finally {
    await folder.close();
  }
}

/** Whether something is at `path`. */
const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (error) => {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return false;
      throw error;
    },
  );
