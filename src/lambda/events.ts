import { type BackfillRequest, eventRequest } from '../app/backfill-event.ts';
import { type BillingDate, billingDate, dayOf } from '../core/calendar/billing-date.ts';
import { moment } from '../core/calendar/moment.ts';
import { UserError } from '../core/errors/user-error.ts';
import { type Json, objectOf } from './json.ts';

/** How often an event has been handed on by a process whose time was used up. */
export interface Continued {
  /** Id of the run as the first process called it. */
  readonly run: string;
  readonly times: number;
}

/** Where the mark of a continued event stands. */
const MARK = 'spendlight_continued';

/** The event as it first came, and the mark that a process before us put on it. */
export function unmarked(event: unknown): {
  readonly event: Json;
  readonly continued: Continued | undefined;
} {
  const { [MARK]: mark, ...rest } = objectOf(event) ?? {};
  const { run, times } = objectOf(mark) ?? {};
  const isMark = typeof run === 'string' && typeof times === 'number';
  return { event: rest, continued: isMark ? { run, times } : undefined };
}

/** The event for the process that goes on. */
export const marked = (event: Json, continued: Continued): Json => ({ ...event, [MARK]: continued });

/** What the digest function is to do. */
export type DigestWish =
  | { readonly kind: 'daily'; readonly runDate: BillingDate | undefined }
  | { readonly kind: 'backfill'; readonly request: BackfillRequest };

/**
 * `{}` or an event of the schedule: the daily run, of the day of its `time`; `{"run_date":…}`: that of another day. Everything
 * else has to ask for a backfill (requirement D6), by itself or as the detail of an event on a bus, whose id then tells a retry.
 * @throws UserError `EVENT_INVALID`, `DATE_INVALID`
 */
export function digestWish(event: Json): DigestWish {
  const detail = objectOf(event.detail);
  const isOfBus = typeof event['detail-type'] === 'string';
  const body = isOfBus ? (detail ?? {}) : event;
  const names = Object.keys(body);
  if (names.length === 0) return { kind: 'daily', runDate: timeOf(event) };
  if (names.every((name) => name === 'time')) return { kind: 'daily', runDate: timeOf(body) };
  const { run_date: runDate } = body;
  if (names.length === 1 && typeof runDate === 'string')
    return { kind: 'daily', runDate: billingDate(runDate) };
  const id = isOfBus && body.id === undefined ? { id: event.id } : {};
  return { kind: 'backfill', request: eventRequest(JSON.stringify({ ...body, ...id })) };
}

/** The UTC day of an event of EventBridge. */
const timeOf = ({ time }: Json): BillingDate | undefined =>
  typeof time === 'string' ? dayOf(moment(time)) : undefined;

/** A file that landed in a bucket. */
export interface Landed {
  readonly uri: string;
}

/**
 * The objects that a notification of S3 names, itself or by EventBridge; none for its test event.
 * @throws UserError `EVENT_INVALID` for what is no such notification
 */
export function landed(event: Json): readonly Landed[] {
  if (event.Event === 's3:TestEvent') return [];
  const detail = objectOf(event.detail);
  if (detail !== undefined)
    return [addressed(nameIn(detail, 'bucket', 'name'), nameIn(detail, 'object', 'key'))];
  if (!Array.isArray(event.Records)) throw invalid('It holds no records of S3');
  return event.Records.map((record: unknown) => {
    const s3 = objectOf(objectOf(record)?.s3);
    // In records of S3 a key comes as in a form: a blank as a plus, the rest by percent signs.
    const key = nameIn(s3, 'object', 'key')?.replaceAll('+', ' ');
    return addressed(nameIn(s3, 'bucket', 'name'), key === undefined ? undefined : decoded(key));
  });
}

function addressed(bucket: string | undefined, key: string | undefined): Landed {
  if (bucket === undefined || key === undefined) throw invalid('A record names no object');
  return { uri: `s3://${bucket}/${key}` };
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    throw invalid(`"${key}" is no key as S3 writes it`);
  }
}

/** What the gap check is to look at. @throws UserError `EVENT_INVALID` */
export function checkWish({ check }: Json): 'run' | 'gaps' {
  if (check === 'run' || check === 'gaps') return check;
  throw invalid('"check" is "run" or "gaps"');
}

/** Whether the event comes from a topic of SNS. */
export const isOfTopic = ({ Records }: Json): boolean =>
  Array.isArray(Records) && Records.some((record: unknown) => objectOf(record)?.EventSource === 'aws:sns');

/** A message of a topic. */
export interface Told {
  readonly subject: string | undefined;
  readonly text: string;
}

/** The messages in an event of SNS. @throws UserError `EVENT_INVALID` */
export function told(event: Json): readonly Told[] {
  if (!Array.isArray(event.Records)) throw invalid('It holds no records of SNS');
  return event.Records.map((record: unknown) => {
    const { Subject, Message } = objectOf(objectOf(record)?.Sns) ?? {};
    if (typeof Message !== 'string') throw invalid('A record holds no message');
    return { subject: typeof Subject === 'string' && Subject !== '' ? Subject : undefined, text: Message };
  });
}

function nameIn(of: Json | undefined, member: string, name: string): string | undefined {
  const value = objectOf(of?.[member])?.[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const invalid = (what: string): UserError =>
  new UserError('EVENT_INVALID', {
    what: `The function cannot tell what is asked: ${what}`,
    remedy: 'docs/lambda.md shows the events that each function takes.',
  });
