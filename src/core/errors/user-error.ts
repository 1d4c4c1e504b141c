/**
 * All errors a user can cause. A code never changes its meaning. `exit` is the command's exit code
 * (1: done, and the answer is "not fine"; 2: wrong use, bad input, or a failure), `status` the HTTP status, `means` one sentence for `docs/errors.md`.
 */
export const ERRORS = {
  DATE_INVALID: { exit: 2, status: 400, means: 'A text is not a real calendar day in the form YYYY-MM-DD.' },
  PERIOD_INVALID: {
    exit: 2,
    status: 400,
    means: 'A month is not in the form YYYY-MM, or a period ends before it begins.',
  },
  AMOUNT_INVALID: { exit: 1, status: 422, means: 'A cell of a cost column is not an amount.' },
  DAY_NOT_COMPLETE: {
    exit: 1,
    status: 409,
    means: 'A day was asked for that is not complete yet, or lies before the first one.',
  },
  CURRENCY_INVALID: { exit: 2, status: 422, means: 'A text cannot be a currency.' },
  SETTING_INVALID: {
    exit: 2,
    status: 400,
    means: 'An environment variable or option has a value that makes no sense.',
  },
  USAGE: {
    exit: 2,
    status: 400,
    means: 'The command was called with options or arguments it does not have.',
  },
  QUERY_INVALID: {
    exit: 2,
    status: 400,
    means: 'A query is not exactly one SELECT over the relations of the lake.',
  },
  FILE_NOT_FOUND: { exit: 2, status: 404, means: 'A file or folder that was named is not there.' },
  FILE_EMPTY: { exit: 2, status: 422, means: 'A file has no bytes, or a header and nothing below it.' },
  FILE_UNREADABLE: { exit: 2, status: 422, means: 'A file is not what its name says, or cannot be read.' },
  ENGINE_UNFIT: {
    exit: 2,
    status: 422,
    means: 'The engine that was asked for cannot do this; another one can.',
  },
  FILE_TRUNCATED: {
    exit: 2,
    status: 422,
    means: 'A file ends in the middle: a download or copy was cut off.',
  },
  FORMAT_UNKNOWN: { exit: 2, status: 422, means: 'No known format of bills has these columns.' },
  FORMAT_NOT_COSTS: { exit: 2, status: 422, means: 'The file is known, but holds no costs.' },
  HEADER_INVALID: {
    exit: 2,
    status: 422,
    means: 'The header of a CSV is damaged: names fused, doubled or missing.',
  },
  MAPPING_INVALID: { exit: 2, status: 422, means: 'A mapping file cannot be used.' },
  MANIFEST_INVALID: { exit: 2, status: 422, means: 'A manifest of an export cannot be read.' },
  DELIVERY_NOT_READY: {
    exit: 1,
    status: 409,
    means: 'A delivery is still being written, or a file its manifest names is missing.',
  },
  DELIVERY_OLDER: {
    exit: 1,
    status: 409,
    means: 'A newer delivery of this source and month is already in the lake.',
  },
  LOAD_SHRINKS: { exit: 1, status: 409, means: 'A delivery is much smaller than the one it would replace.' },
  LOAD_EMPTY: { exit: 1, status: 409, means: 'A delivery has no line to load.' },
  REJECTS: { exit: 1, status: 422, means: 'Rows could not be loaded; they wait in a reject file.' },
  CONTROL_TOTALS_DIFFER: {
    exit: 2,
    status: 500,
    means: 'What was loaded is not what the files say; nothing was committed.',
  },
  SOURCES_OVERLAP: {
    exit: 1,
    status: 409,
    means: 'Two sources of equal rank hold the same account and month.',
  },
  SIMULATED_AND_REAL: { exit: 2, status: 409, means: 'Simulated and real costs never share a lake.' },
  ACCOUNTS_INVALID: { exit: 2, status: 422, means: 'An account map cannot be used.' },
  BUDGETS_INVALID: { exit: 2, status: 422, means: 'A budgets file cannot be used.' },
  RATES_INVALID: { exit: 2, status: 422, means: 'A file of exchange rates cannot be used.' },
  RULES_INVALID: { exit: 2, status: 422, means: 'A file of rules cannot be used.' },
  RATE_MISSING: {
    exit: 1,
    status: 422,
    means: 'A currency has no exchange rate on some day; its amounts are named and left out of totals.',
  },
  LAKE_NOT_A_FOLDER: { exit: 2, status: 500, means: 'The path of the lake is a file.' },
  LAKE_READ_ONLY: { exit: 2, status: 500, means: 'The lake, or a file it needs, cannot be written.' },
  LAKE_NEWER_FORMAT: { exit: 2, status: 409, means: 'The lake was written by a newer Spendlight.' },
  LAKE_EMPTY: { exit: 1, status: 404, means: 'There is no lake here yet, or nothing in it.' },
  LAKE_GONE: { exit: 2, status: 503, means: 'The lake that was served is not there any more.' },
  LAKE_IN_USE: {
    exit: 2,
    status: 409,
    means: 'The lake holds costs already; a first file is taken by an empty one only.',
  },
  NOT_FOUND: { exit: 2, status: 404, means: 'There is nothing at this address.' },
  METHOD_NOT_ALLOWED: { exit: 2, status: 405, means: 'The address is right, and does not take this method.' },
  TOKEN_MISSING: {
    exit: 2,
    status: 401,
    means: 'The server asks for a token, and the request has none or a wrong one.',
  },
  ORIGIN_FORBIDDEN: {
    exit: 2,
    status: 403,
    means: 'A request came by another name or from another site than the server’s own.',
  },
  BODY_TOO_LARGE: { exit: 2, status: 413, means: 'The body of a request is larger than is taken.' },
  PORT_TAKEN: { exit: 2, status: 409, means: 'Another program listens on the port already.' },
  BODY_SLOW: { exit: 2, status: 408, means: 'The body of a request did not come in time.' },
  BODY_TYPE: { exit: 2, status: 415, means: 'The body of a request is not of the type that is asked for.' },
  REQUEST_INVALID: { exit: 2, status: 400, means: 'A request has a parameter or body that makes no sense.' },
  LAKE_BUSY: {
    exit: 1,
    status: 409,
    means: 'Another process was writing to the lake for longer than we wait, or kept committing first.',
  },
  INVOICE_INVALID: { exit: 2, status: 422, means: 'An invoice file has a line that cannot be used.' },
  RUN_TOO_LONG: {
    exit: 2,
    status: 500,
    means: 'A function called itself again until it was stopped, and its work is not done.',
  },
  EVENT_INVALID: { exit: 2, status: 422, means: 'An event asks for nothing that can be done.' },
  REBUILD_DIFFERS: {
    exit: 1,
    status: 409,
    means: 'A file of the lake was made again and is not what it was: other rows, sums or rules.',
  },
  LEASE_LOST: {
    exit: 1,
    status: 409,
    means: 'A process stood still for so long that another took its turn to write to the lake.',
  },
  AS_OF_BEFORE_LAKE: {
    exit: 2,
    status: 404,
    means: 'A moment was asked about at which nothing had been committed to the lake yet.',
  },
  AS_OF_IN_FUTURE: { exit: 2, status: 400, means: 'A moment was asked about that has not come yet.' },
  AS_OF_READS_ONLY: {
    exit: 2,
    status: 400,
    means: 'What was known at an earlier moment can be read, and not be changed.',
  },
  VERSION_THINNED: {
    exit: 1,
    status: 404,
    means: 'A version was thinned out: its totals are kept, its lines and rollups are not.',
  },
  VERSION_UNKNOWN: { exit: 2, status: 404, means: 'The lake has no such version.' },
  LAKE_DAMAGED: {
    exit: 2,
    status: 500,
    means: 'An object of the lake is missing or has other bytes than were written.',
  },
  DISK_FULL: { exit: 2, status: 500, means: 'There is no space left on the disk.' },
  STORE_DENIED: {
    exit: 2,
    status: 500,
    means: 'The credentials may not do what was needed in the bucket.',
  },
  STORE_KEY_UNUSABLE: {
    exit: 2,
    status: 500,
    means: 'The KMS key that encrypts the objects is disabled, to be deleted, or refused.',
  },
  STORE_BUCKET_MISSING: { exit: 2, status: 500, means: 'There is no bucket of this name.' },
  STORE_ARCHIVED: {
    exit: 1,
    status: 409,
    means: 'An object lies in the archive tier of its store and has to be restored before it can be read.',
  },
  ARCHIVE_RESTORING: {
    exit: 1,
    status: 409,
    means:
      'An archived object is being brought back from the archive tier; the answer says when to come back.',
  },
  STORE_NOT_VERSIONED: {
    exit: 2,
    status: 500,
    means: 'A bucket keeps no earlier versions, so a lake in it could lose what was written.',
  },
  STORE_BUSY: { exit: 2, status: 503, means: 'The object store asked again and again to slow down.' },
  STORE_UNREACHABLE: {
    exit: 2,
    status: 503,
    means: 'The object store could not be reached, or failed again and again.',
  },
  CREDENTIALS_MISSING: { exit: 2, status: 500, means: 'No AWS credentials were found.' },
  CREDENTIALS_REFUSED: { exit: 2, status: 500, means: 'AWS does not know the credentials, or not this way.' },
  CREDENTIALS_EXPIRED: { exit: 2, status: 500, means: 'The AWS credentials have run out.' },
  ORGANIZATION_UNREADABLE: { exit: 2, status: 500, means: 'AWS Organizations could not be read.' },
  DASHBOARD_NOT_REFRESHED: {
    exit: 1,
    status: 500,
    means: 'A dashboard’s copy of the figures could not be refreshed: it shows older ones.',
  },
  DASHBOARD_STILL_REFRESHING: {
    exit: 1,
    status: 500,
    means: 'A dashboard was still taking the figures in when the run stopped waiting for it.',
  },
  TABLES_DENIED: { exit: 2, status: 500, means: 'The credentials may not do what was needed in AWS Glue.' },
  TABLES_MISSING: { exit: 2, status: 500, means: 'AWS Glue has no such database or table.' },
  TABLES_UNREACHABLE: {
    exit: 2,
    status: 503,
    means: 'AWS Glue could not be reached, or failed again and again.',
  },
  TABLES_BEHIND: {
    exit: 1,
    status: 409,
    means: 'The tables of AWS Glue do not follow the lake: what is asked there is older, or lacks days.',
  },
  ENGINE_EXTENSION_MISSING: {
    exit: 2,
    status: 500,
    means: 'The embedded engine lacks the extension that it reads and writes S3 with.',
  },
  ENGINE_REFUSED: {
    exit: 2,
    status: 400,
    means: 'The engine that was asked (Athena, Trino) does not take the statement as it is.',
  },
  ENGINE_FAILED: { exit: 2, status: 500, means: 'The engine that was asked broke off a statement.' },
  ENGINE_STOPPED: {
    exit: 2,
    status: 500,
    means: 'Somebody stopped a statement before its answer was there.',
  },
  ENGINE_SCAN_LIMIT: {
    exit: 2,
    status: 422,
    means: 'A statement would have read more than the workgroup of Athena allows.',
  },
  ENGINE_BUSY: { exit: 2, status: 503, means: 'The engine asked again and again to slow down.' },
  ENGINE_DENIED: {
    exit: 2,
    status: 500,
    means: 'The credentials may not do what was needed in Athena, or in the tables and buckets it reads.',
  },
  ENGINE_UNREACHABLE: {
    exit: 2,
    status: 503,
    means: 'The engine could not be reached, or failed again and again.',
  },
  ENGINE_WORKGROUP_MISSING: { exit: 2, status: 500, means: 'Athena has no such workgroup.' },
  ENGINE_STATEMENT_TOO_LONG: {
    exit: 2,
    status: 422,
    means: 'A statement would name more files and accounts than the engine takes in one text.',
  },
  MAIL_NOT_SENT: { exit: 1, status: 500, means: 'A mail server refused a mail.' },
  MAIL_OUTCOME_UNKNOWN: {
    exit: 1,
    status: 500,
    means: 'The connection broke while a mail was sent: it may or may not have arrived.',
  },
} as const satisfies Record<
  string,
  {
    exit: 1 | 2;
    status: 400 | 401 | 403 | 404 | 405 | 408 | 409 | 413 | 415 | 422 | 500 | 503;
    means: string;
  }
>;

/** A stable name of an error, as printed and documented in `docs/errors.md`. */
export type ErrorCode = keyof typeof ERRORS;

/** Where something is wrong, as far as known. `line` and `column number` count from 1, the header is line 1. */
export interface Place {
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly column?: string | undefined;
  readonly value?: string | undefined;
}

/** What was wrong, where, and what to do: three things every user error says. */
export interface Explanation {
  readonly what: string;
  readonly place?: Place | undefined;
  readonly remedy: string;
}

/** An error that a user can cause and mend. One value becomes exit code, problem document, log line, notice. */
export class UserError extends Error {
  readonly code: ErrorCode;
  readonly what: string;
  readonly place: Place;
  readonly remedy: string;

  constructor(code: ErrorCode, { what, place = {}, remedy }: Explanation, options?: ErrorOptions) {
    super(what, options);
    this.name = 'UserError';
    this.code = code;
    this.what = what;
    this.place = place;
    this.remedy = remedy;
  }

  /** The exit code a command ends with: 1 "not fine", 2 wrong use, bad input or a failure. */
  get exit(): 1 | 2 {
    return ERRORS[this.code].exit;
  }
}

/** The error as a terminal shows it: what, where, what to do. Ends without a newline. */
export function describeError(error: UserError): string {
  const { file, line, column, value } = error.place;
  const where = [
    file,
    line === undefined ? undefined : `line ${line}`,
    column === undefined ? undefined : `column ${column}`,
    value === undefined ? undefined : `value "${value}"`,
  ].filter((part) => part !== undefined);
  return [
    `spendlight: ${error.what}  (${error.code})`,
    ...(where.length > 0 ? [`  in  ${where.join(', ')}`] : []),
    `  do  ${error.remedy}`,
  ].join('\n');
}
