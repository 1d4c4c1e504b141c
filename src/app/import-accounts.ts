import { addDays, type BillingDate, billingDate } from '../core/calendar/billing-date.ts';
import type { AccountInterval } from '../lake/inputs.ts';
import type { Decided } from './imports.ts';
import { type Complaint, complaintAbout, readTable, type TableRow } from './table-file.ts';

const COLUMNS = {
  required: ['account_id', 'ou_path'],
  optional: ['account_name', 'ou_id', 'payer_account_id', 'valid_from', 'valid_to', 'status', 'tag:*'],
} as const;

/** An interval with the line that says it. */
interface Line extends AccountInterval {
  readonly line: number;
}

/**
 * The account map in a CSV or YAML file. `valid_to` is the last day, inclusive; where the account's next interval begins
 * on that very day, it is the first day of that one. An account's first interval holds from the beginning.
 * @throws UserError `ACCOUNTS_INVALID` with file and line: overlapping intervals, no id, a day that is none
 */
export async function readAccountMap(path: string): Promise<Decided<'accounts'>> {
  const { name, sha256, rows } = await readTable(path, 'ACCOUNTS_INVALID', COLUMNS);
  const complain = complaintAbout(path, 'ACCOUNTS_INVALID', COLUMNS);
  if (rows.length === 0) throw complain(undefined, undefined, 'There is not one account in it');
  const byAccount = new Map<string, Line[]>();
  for (const row of rows) {
    const line = lineOf(row, complain);
    byAccount.set(line.accountId, [...(byAccount.get(line.accountId) ?? []), line]);
  }
  const accounts = [...byAccount].sort(([a], [b]) => (a < b ? -1 : 1));
  return { file: name, sha256, rows: accounts.flatMap(([, lines]) => intervals(lines, complain)) };
}

function lineOf({ line, cells }: TableRow, complain: Complaint): Line {
  const accountId = cells.get('account_id');
  if (accountId === undefined) throw complain(line, 'account_id', 'The account has no id');
  const day = (column: string): BillingDate | undefined => {
    const text = cells.get(column);
    if (text === undefined) return undefined;
    try {
      return billingDate(text);
    } catch {
      throw complain(line, column, `"${text}" is not a day (YYYY-MM-DD)`, text);
    }
  };
  const [validFrom, validTo] = [day('valid_from'), day('valid_to')];
  if (validFrom !== undefined && validTo !== undefined && validTo < validFrom)
    throw complain(
      line,
      'valid_to',
      `Account ${accountId} ends (${validTo}) before it begins (${validFrom})`,
    );
  return {
    line,
    accountId,
    accountName: cells.get('account_name'),
    ouPath: ouPath(cells.get('ou_path') ?? '', line, complain),
    ouId: cells.get('ou_id'),
    payerAccountId: cells.get('payer_account_id'),
    status: cells.get('status'),
    validFrom,
    validUntil: validTo === undefined ? undefined : addDays(validTo, 1),
    tags: Object.fromEntries(
      [...cells].flatMap(([column, cell]) => (column.startsWith('tag:') ? [[column.slice(4), cell]] : [])),
    ),
  };
}

/** `/Root/Commercial/Marketing/` → `Commercial/Marketing`; `Root` and nothing are the empty path. */
function ouPath(text: string, line: number, complain: Complaint): string {
  const parts = text
    .replace(/^\/+|\/+$/g, '')
    .split('/')
    .map((part) => part.trim());
  const below = parts[0]?.toLowerCase() === 'root' ? parts.slice(1) : parts;
  if (below.length === 1 && below[0] === '') return '';
  if (below.some((part) => part === ''))
    throw complain(line, 'ou_path', 'The OU path has an empty part', text);
  return below.join('/');
}

function intervals(lines: readonly Line[], complain: Complaint): AccountInterval[] {
  const sorted = [...lines].sort((a, b) => ((a.validFrom ?? '') < (b.validFrom ?? '') ? -1 : 1));
  return sorted.map(({ line, ...interval }, i) => {
    const next = sorted[i + 1];
    const until = endBefore(interval.validUntil, next?.validFrom);
    if (
      next !== undefined &&
      (next.validFrom === undefined || until === undefined || until > next.validFrom)
    ) {
      const [later, earlier] = next.line > line ? [next.line, line] : [line, next.line];
      throw complain(
        later,
        'valid_from',
        `Account ${interval.accountId} is on two places at one time: line ${earlier} overlaps line ${later}`,
        next.validFrom,
      );
    }
    return { ...interval, validFrom: i === 0 ? undefined : interval.validFrom, validUntil: until };
  });
}

/** A `valid_to` that is the next interval's first day means "until then". */
const endBefore = (until: BillingDate | undefined, next: BillingDate | undefined): BillingDate | undefined =>
  until !== undefined && next !== undefined && until === addDays(next, 1) ? next : until;
