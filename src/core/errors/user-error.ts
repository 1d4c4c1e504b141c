/**
 * All errors a user can cause. A code never changes its meaning. `exit` is the command's exit code
 * (1: done, and the answer is "not fine"; 2: wrong use, bad input, or a failure), `status` the HTTP status.
 */
export const ERRORS = {
  DATE_INVALID: { exit: 2, status: 400 },
  PERIOD_INVALID: { exit: 2, status: 400 },
  AMOUNT_INVALID: { exit: 1, status: 422 },
  CURRENCY_INVALID: { exit: 2, status: 422 },
  SETTING_INVALID: { exit: 2, status: 400 },
  USAGE: { exit: 2, status: 400 },
  QUERY_INVALID: { exit: 2, status: 400 },
  FILE_NOT_FOUND: { exit: 2, status: 404 },
  FILE_EMPTY: { exit: 2, status: 422 },
  FILE_UNREADABLE: { exit: 2, status: 422 },
  FILE_TRUNCATED: { exit: 2, status: 422 },
  FORMAT_UNKNOWN: { exit: 2, status: 422 },
  FORMAT_NOT_COSTS: { exit: 2, status: 422 },
  HEADER_INVALID: { exit: 2, status: 422 },
  MAPPING_INVALID: { exit: 2, status: 422 },
  MANIFEST_INVALID: { exit: 2, status: 422 },
  DELIVERY_NOT_READY: { exit: 1, status: 409 },
  DELIVERY_OLDER: { exit: 1, status: 409 },
  LOAD_SHRINKS: { exit: 1, status: 409 },
  LOAD_EMPTY: { exit: 1, status: 409 },
  REJECTS: { exit: 1, status: 422 },
  CONTROL_TOTALS_DIFFER: { exit: 2, status: 500 },
  SOURCES_OVERLAP: { exit: 1, status: 409 },
  SIMULATED_AND_REAL: { exit: 2, status: 409 },
  ACCOUNTS_INVALID: { exit: 2, status: 422 },
  BUDGETS_INVALID: { exit: 2, status: 422 },
  RATES_INVALID: { exit: 2, status: 422 },
  RATE_MISSING: { exit: 1, status: 422 },
  LAKE_NOT_A_FOLDER: { exit: 2, status: 500 },
  LAKE_READ_ONLY: { exit: 2, status: 500 },
  LAKE_NEWER_FORMAT: { exit: 2, status: 409 },
  LAKE_EMPTY: { exit: 1, status: 404 },
  LAKE_BUSY: { exit: 1, status: 409 },
  VERSION_UNKNOWN: { exit: 2, status: 404 },
  LAKE_DAMAGED: { exit: 2, status: 500 },
  DISK_FULL: { exit: 2, status: 500 },
  MAIL_NOT_SENT: { exit: 1, status: 500 },
  MAIL_OUTCOME_UNKNOWN: { exit: 1, status: 500 },
} as const satisfies Record<string, { exit: 1 | 2; status: 400 | 404 | 409 | 422 | 500 }>;

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
