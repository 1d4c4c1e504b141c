import { UserError } from '../core/errors/user-error.ts';

/** A format was recognised, and columns it cannot do without are missing. */
export const headerInvalid = (format: string, missing: readonly string[]): UserError =>
  new UserError('HEADER_INVALID', {
    what: `This looks like ${format}, but has no column ${missing.join(', ')}`,
    remedy: 'Export it again with these columns; or name a mapping file with --format mapping:FILE.',
  });

/** Data about costs without costs of their own. */
export const notCosts = (what: string, remedy: string): UserError =>
  new UserError('FORMAT_NOT_COSTS', { what, remedy });

/** No format's columns are there. `columns` are the file's. */
export const formatUnknown = (columns: readonly string[]): UserError =>
  new UserError('FORMAT_UNKNOWN', {
    what: `No known cost format has these columns: ${shown(columns)}`,
    remedy:
      'Give a FOCUS 1.0 to 1.3 export, AWS CUR, or Azure EA file; or describe your columns in a mapping file: --format mapping:FILE.',
  });

const shown = (columns: readonly string[]): string =>
  columns.length <= 8 ? columns.join(', ') : `${columns.slice(0, 8).join(', ')} … (${columns.length})`;
