import { UserError } from '../errors/user-error.ts';
import { addDays, billingDate } from './billing-date.ts';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * The moment a text says, in milliseconds since 1970: `2026-11-19T07:00:00Z`, or a day, which is its midnight, UTC.
 * @throws UserError `DATE_INVALID`
 */
export function moment(text: string): number {
  const shape = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z)?$/;
  const time = shape.test(text) ? Date.parse(text) : Number.NaN;
  // A day that is none (30 February) is rolled over by Date.parse.
  if (Number.isNaN(time) || !new Date(time).toISOString().startsWith(text.slice(0, 10))) {
    throw new UserError('DATE_INVALID', {
      what: `"${text}" is not a moment`,
      remedy: 'Write it in UTC as 2026-11-19T07:00:00Z, or a day as 2026-11-19.',
    });
  }
  return time;
}

/** As `moment`, where a day stands for all of it: its last millisecond, UTC. @throws UserError `DATE_INVALID` */
export const lastMoment = (text: string): number =>
  DAY.test(text) ? moment(addDays(billingDate(text), 1)) - 1 : moment(text);

/** Milliseconds since 1970 of a timestamp as the engine gives it (`YYYY-MM-DD HH:MM:SS[.ffffff]`, UTC), to the second. */
export const momentOfStamp = (stamp: string): number =>
  Date.parse(`${stamp.slice(0, 19).replace(' ', 'T')}Z`);
