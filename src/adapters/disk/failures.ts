import { stat } from 'node:fs/promises';
import { UserError } from '../../core/errors/user-error.ts';

/** A failure of the file system as the error a user can mend, where it is one; else as it is. */
export async function diskFailure(error: unknown, root: string): Promise<unknown> {
  const code = codeOf(error);
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
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
    return new UserError(
      'LAKE_READ_ONLY',
      {
        what: `The lake ${root} cannot be written or read by this user (${code})`,
        remedy: 'Give this user write access to the folder, or name another with --lake.',
      },
      { cause: error },
    );
  }
  if ((code === 'ENOTDIR' || code === 'EEXIST') && (await isFile(root))) return notAFolder(root);
  return error;
}

/** `--lake` names something that is not a folder. */
export const notAFolder = (root: string): UserError =>
  new UserError('LAKE_NOT_A_FOLDER', {
    what: `The lake ${root} is a file, not a folder`,
    remedy: 'Name a folder with --lake (it is made when it is not there yet).',
  });

/** The code of a system error (`ENOENT`), `undefined` for other errors. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** Whether `path` is there and is not a folder. */
export const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => !found.isDirectory(),
    () => false,
  );
