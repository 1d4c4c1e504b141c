import { UserError } from '../errors/user-error.ts';
import { addDays, type BillingDate, billingDate, daysBetween, type Period } from './billing-date.ts';

declare const brand: unique symbol;

/** A billing month, `YYYY-MM`. Sorts as text. Made only by `billingPeriod` and `periodOf`. */
export type BillingPeriod = string & { readonly [brand]: 'BillingPeriod' };

/** @throws UserError `PERIOD_INVALID` for all but a month from 0001-01 to 9999-12 */
export function billingPeriod(text: string): BillingPeriod {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) {
    throw new UserError('PERIOD_INVALID', {
      what: `"${text}" is not a billing month`,
      remedy: 'Write months as YYYY-MM, for example 2025-09.',
    });
  }
  return text as BillingPeriod;
}

/** The month that `date` lies in. */
export const periodOf = (date: BillingDate): BillingPeriod => date.slice(0, 7) as BillingPeriod;

/** The days of the month, half-open. */
export const daysOf = (period: BillingPeriod): Period => ({
  from: firstDay(period),
  until: firstDay(addMonths(period, 1)),
});

/** The month `months` later (earlier if negative). */
export function addMonths(period: BillingPeriod, months: number): BillingPeriod {
  const index = Number(period.slice(0, 4)) * 12 + Number(period.slice(5)) - 1 + months;
  const year = Math.floor(index / 12);
  return `${String(year).padStart(4, '0')}-${String(index - year * 12 + 1).padStart(2, '0')}` as BillingPeriod;
}

/** The first day of the month. */
export const firstDay = (period: BillingPeriod): BillingDate => billingDate(`${period}-01`);

/** How many days the month has. */
export const lengthOf = (period: BillingPeriod): number =>
  daysBetween(firstDay(period), firstDay(addMonths(period, 1)));

/** From the month's first day up to and including `date`: what "month to date" means. */
export const monthToDate = (date: BillingDate): Period => ({
  from: firstDay(periodOf(date)),
  until: addDays(date, 1),
});
