import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '../../core/errors/user-error.ts';

/** A failure of the file system as the error a user can mend, where it is one; else as it is. */
export async function diskFailure(error: unknown, root: string): Promise<unknown> {
  const code = codeOf(error) ?? '';
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new UserError(
      'DISK_FULL',
      {
        what: `The disk of the lake ${root} is full`,
        remedy: 'Free some space and run the command again; nothing was committed.',
      },
      { cause: error },
    );
  }
  if (['ENOTDIR', 'EEXIST', 'ENOENT'].includes(code) && (await fileAbove(root)) !== undefined)
    return notAFolder((await fileAbove(root)) ?? root);
  // Of a folder that cannot be made on a read-only disk, Node says that it is not there.
  const isRefused = ['EROFS', 'EACCES', 'EPERM'].includes(code);
  if (isRefused || (code === 'ENOENT' && !(await canBeMade(root)))) {
    return new UserError(
      'LAKE_READ_ONLY',
      {
        what: `The lake ${root} cannot be written or read by this user (${isRefused ? code : 'read-only'})`,
        remedy: 'Give this user write access to the folder, or name another with --lake.',
      },
      { cause: error },
    );
  }
  return error;
}

/** `--lake` names something that is not a folder, or lies below such a thing. */
export const notAFolder = (file: string): UserError =>
  new UserError('LAKE_NOT_A_FOLDER', {
    what: `The lake cannot be there: ${file} is a file, not a folder`,
    remedy: 'Name a folder with --lake (it is made when it is not there yet).',
  });

/** The code of a system error (`ENOENT`), `undefined` for other errors. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** `path` or the folder above it that is there and is no folder; `undefined` if all are. */
export async function fileAbove(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined) return found.isDirectory() ? undefined : path;
  return dirname(path) === path ? undefined : fileAbove(dirname(path));
}

/** Whether this user may write into `path`, or into the nearest folder above it that is there. */
async function canBeMade(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK);
    return true;
  } catch (error) {
    return codeOf(error) === 'ENOENT' && dirname(path) !== path ? canBeMade(dirname(path)) : false;
  }
}
