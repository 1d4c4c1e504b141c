import { UserError } from '../errors/user-error.ts';

declare const brand: unique symbol;

/** A UTC calendar day as clouds bill it, `YYYY-MM-DD`. Sorts as text. Made only by `billingDate`. */
export type BillingDate = string & { readonly [brand]: 'BillingDate' };

/** Half-open: `from` is inside, `until` is not. Neighbours share a date and never a day. */
export interface Period {
  readonly from: BillingDate;
  readonly until: BillingDate;
}

const DAY_MS = 86_400_000;

/** @throws UserError `DATE_INVALID` for all but a real day: not `2025-02-29`, `2025-9-1`, `14.09.2025` */
export function billingDate(text: string): BillingDate {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  // Date.parse rolls 30 February over into March instead of refusing it, hence the way back.
  if (Number.isNaN(time) || toText(time) !== text) {
    throw new UserError('DATE_INVALID', {
      what: `"${text}" is not a day`,
      remedy: 'Write days as YYYY-MM-DD, for example 2025-09-14.',
    });
  }
  return text as BillingDate;
}

/** The day `days` later (earlier if negative). */
export const addDays = (date: BillingDate, days: number): BillingDate =>
  toText(toTime(date) + days * DAY_MS) as BillingDate;

/** How many days `to` lies after `from`; negative if before. */
export const daysBetween = (from: BillingDate, to: BillingDate): number =>
  (toTime(to) - toTime(from)) / DAY_MS;

/** The UTC day that `moment` (milliseconds since 1970) falls into. */
export const dayOf = (moment: number): BillingDate => toText(moment) as BillingDate;

/** 1 Monday … 7 Sunday (ISO 8601). */
export const weekday = (date: BillingDate): number => ((toTime(date) / DAY_MS + 3) % 7) + 1;

/** The earlier, the later of two days. */
export const earlier = (a: BillingDate, b: BillingDate): BillingDate => (a < b ? a : b);
export const later = (a: BillingDate, b: BillingDate): BillingDate => (a > b ? a : b);

/** The day before `until`: how people name the end of a period. */
export const lastDay = (period: Period): BillingDate => addDays(period.until, -1);

/** From the first to the last day, both inclusive, as people say it. @throws UserError `PERIOD_INVALID` if it ends before it begins */
export function days(first: BillingDate, last: BillingDate = first): Period {
  if (last < first) {
    throw new UserError('PERIOD_INVALID', {
      what: `The period ends (${last}) before it begins (${first})`,
      remedy: 'Give --from a day that is not after --to.',
    });
  }
  return { from: first, until: addDays(last, 1) };
}

/** Every day of `period`, in order. */
export function* eachDay(period: Period): Generator<BillingDate> {
  for (let day = period.from; day < period.until; day = addDays(day, 1)) yield day;
}

const toTime = (date: BillingDate): number => Date.parse(`${date}T00:00:00Z`);
const toText = (time: number): string => new Date(time).toISOString().slice(0, 10);
