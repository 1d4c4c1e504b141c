import { UserError } from '../../core/errors/user-error.ts';
import { csvFailure, parquetFailure } from './scan-failures.ts';

/** What a user can mend of DuckDB's failures becomes a UserError; the rest is passed on with the statement that failed. */
export function failure(error: unknown, statement: string): Error {
  const message = error instanceof Error ? error.message : String(error);
  const known =
    csvFailure(message, error) ??
    remoteFailure(message, error) ??
    lakeFailure(message, error) ??
    parquetFailure(message, error);
  if (known !== undefined) return known;
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

/** A data file that the lake names is gone or is not what was written; files from outside are read by other paths. */
function lakeFailure(message: string, cause: unknown): UserError | undefined {
  const file =
    /['"]([^'"]*\/(?:cost-lines|daily-costs|verdicts|arrivals|restatements)\/[^'"]*\.parquet)['"]/.exec(
      message,
    )?.[1];
  if (file === undefined || !/^(IO|Invalid Input|Serialization|TProtocol|Corrupt)/i.test(message))
    return undefined;
  const isGone = /No files found|No such file|does not exist/i.test(message);
  return new UserError(
    'LAKE_DAMAGED',
    {
      what: `A file that the lake names is ${isGone ? 'gone' : 'damaged'}`,
      place: { file },
      remedy: 'See what else is wrong with "spendlight verify", then make it again: spendlight rebuild',
    },
    { cause },
  );
}

/** What went wrong with an `s3://` address, as far as the extension tells. */
function remoteFailure(message: string, cause: unknown): UserError | undefined {
  const uri = /s3:\/\/[^'"\s]+/i.exec(message)?.[0];
  const status = /\(HTTP (\d{3})/.exec(message)?.[1] ?? /HTTP (?:code )?(\d{3})/.exec(message)?.[1];
  if (
    !/HTTP Error|HTTP (GET|HEAD|PUT|POST)|Could not establish connection|^IO Error: .*(http|s3:)/i.test(
      message,
    )
  )
    return undefined;
  const [place, what] = [{ file: uri }, `S3 answered: ${firstLine(message)}`];
  if (status === '404') {
    return new UserError(
      'LAKE_DAMAGED',
      { what: 'An object that the lake names is not in the bucket', place, remedy: BRING_BACK },
      { cause },
    );
  }
  if (status === '400' || status === '403')
    return new UserError('STORE_DENIED', { what, place, remedy: LET_IN }, { cause });
  return new UserError('STORE_UNREACHABLE', { what, place, remedy: TRY_AGAIN }, { cause });
}

const BRING_BACK =
  'Bring it back: delete the newest delete marker of the object, or restore it from a backup.';
const LET_IN =
  'Give the role s3:GetObject and s3:PutObject on the objects and the use of their KMS key; where the keys have run out, get new ones. Nothing was committed.';
const TRY_AGAIN = 'Run the command again; nothing was committed.';
