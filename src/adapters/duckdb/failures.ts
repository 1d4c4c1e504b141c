import { UserError } from '../../core/errors/user-error.ts';
import { csvFailure } from './scan-failures.ts';

/** What a user can mend of DuckDB's failures becomes a UserError; the rest is passed on with the statement that failed. */
export function failure(error: unknown, statement: string): Error {
  const message = error instanceof Error ? error.message : String(error);
  const csv = csvFailure(message, error);
  if (csv !== undefined) return csv;
  if (/no space left on device|disk quota exceeded|ENOSPC/i.test(message)) {
    return new UserError(
      'DISK_FULL',
      {
        what: 'The disk is full',
        remedy: 'Free some space; nothing was committed, then run the command again.',
      },
      { cause: error },
    );
  }
  if (/read-only file system|permission denied/i.test(message)) {
    return new UserError(
      'LAKE_READ_ONLY',
      {
        what: `A file could not be written or read: ${firstLine(message)}`,
        remedy: 'Give this user write access.',
      },
      { cause: error },
    );
  }
  if (/^Out of Memory Error/i.test(message)) {
    return new UserError(
      'SETTING_INVALID',
      {
        what: 'The engine ran out of the memory it was given',
        remedy:
          'Give it more with SPENDLIGHT_MEMORY_LIMIT (for example 4GB) and free space for temporary files.',
      },
      { cause: error },
    );
  }
  return new Error(`${message}\n  in ${statement.slice(0, 2_000)}`, { cause: error });
}

/** The first line of a failure's text, without DuckDB's drawings below it. */
export const firstLine = (message: string): string => message.split('\n', 1)[0] ?? message;
