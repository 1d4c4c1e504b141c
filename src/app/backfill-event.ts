import { createHash } from 'node:crypto';
import { type BillingDate, billingDate } from '../core/calendar/billing-date.ts';
import { UserError } from '../core/errors/user-error.ts';

/** What somebody wants to have made again (requirement D6). */
export interface BackfillRequest {
  /** First and last billing day, inclusive. */
  readonly from: BillingDate;
  readonly to: BillingDate;
  /** A day of which a mail went out for the same event (or, without one, on the same run date) is mailed `again` only. */
  readonly mail: 'none' | 'once' | 'again';
  /** What tells a retry from a new wish; undefined: the command line. */
  readonly event: string | undefined;
}

/** A single day is mailed unless that was ruled out; a range only where it was asked for. */
export function requestOf(
  from: BillingDate,
  to: BillingDate,
  wish: { readonly single: boolean; readonly resend: boolean | undefined; readonly event?: string },
): BackfillRequest {
  if (from > to) throw invalid(`${from} to ${to} ends before it begins`);
  const { single, resend, event } = wish;
  const again = single && resend === true && event === undefined;
  const mail = (resend ?? single) ? (again ? 'again' : 'once') : 'none';
  return { from, to, mail, event };
}

/**
 * The event of requirement D6: `{"rerun_date":"2025-09-10"}`, or `{"from":…,"to":…}`; both with `"resend": true | false` and
 * an `"id"`. Without an id its content is what tells a retry from a new event. @throws UserError `EVENT_INVALID`, `DATE_INVALID`
 */
export function eventRequest(text: string): BackfillRequest {
  const event = parsed(text);
  const odd = Object.keys(event).filter((key) => !['rerun_date', 'from', 'to', 'resend', 'id'].includes(key));
  if (odd.length > 0) throw invalid(`"${odd[0]}" is nothing that such an event has`);
  const { resend, id } = event;
  if (resend !== undefined && typeof resend !== 'boolean') throw invalid('"resend" is true or false');
  if (id !== undefined && typeof id !== 'string') throw invalid('"id" is a text');
  const wish = { resend, event: `event-${hashOf(id ?? JSON.stringify(sorted(event)))}` };
  const day = dateIn(event, 'rerun_date');
  const [from, to] = [dateIn(event, 'from'), dateIn(event, 'to')];
  if (day !== undefined && from === undefined && to === undefined)
    return requestOf(day, day, { ...wish, single: true });
  if (day === undefined && from !== undefined && to !== undefined)
    return requestOf(from, to, { ...wish, single: false });
  throw invalid('It names neither "rerun_date" alone nor "from" and "to"');
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    throw invalid('It is not whole JSON');
  }
  throw invalid('It is not a JSON object');
}

function dateIn(event: Readonly<Record<string, unknown>>, name: string): BillingDate | undefined {
  const value = event[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw invalid(`"${name}" is not a day`);
  return billingDate(value);
}

const sorted = (event: object) => Object.entries(event).sort(([a], [b]) => (a < b ? -1 : 1));
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

const invalid = (what: string): UserError =>
  new UserError('EVENT_INVALID', {
    what: `This asks for no backfill: ${what}`,
    remedy:
      'Write {"rerun_date":"2025-09-10"} or {"from":"2025-09-01","to":"2025-09-30"}, with "resend" where wanted.',
  });
