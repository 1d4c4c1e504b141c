import { type BillingDate, dayOf, lastDay, type Period, weekday } from '../../core/calendar/billing-date.ts';

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const WORDS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/** `Tuesday`. */
export const weekdayName = (date: BillingDate): string => WEEKDAYS[weekday(date) - 1] ?? '';

/** `November`. */
export const monthName = (date: BillingDate): string => MONTHS[Number(date.slice(5, 7)) - 1] ?? '';

/** `17`, without a leading zero. */
export const dayOfMonth = (date: BillingDate): number => Number(date.slice(8));

/** `17 Nov`. */
export const shortDay = (date: BillingDate): string => `${dayOfMonth(date)} ${monthName(date).slice(0, 3)}`;

/** `Tue 17 Nov`. */
export const dayName = (date: BillingDate): string => `${weekdayName(date).slice(0, 3)} ${shortDay(date)}`;

/** `17 Nov 2026`. */
export const dayOfYear = (date: BillingDate): string => `${shortDay(date)} ${date.slice(0, 4)}`;

/** `Nov 1–17`, `Nov 1` for one day, `Oct 30 – Nov 2` over the end of a month. */
export function range(period: Period): string {
  const [first, last] = [period.from, lastDay(period)];
  const month = (date: BillingDate): string => monthName(date).slice(0, 3);
  if (first === last) return `${month(first)} ${dayOfMonth(first)}`;
  if (first.slice(0, 7) !== last.slice(0, 7))
    return `${month(first)} ${dayOfMonth(first)} – ${month(last)} ${dayOfMonth(last)}`;
  return `${month(first)} ${dayOfMonth(first)}–${dayOfMonth(last)}`;
}

/** `19 Nov 07:04 UTC` of an ISO 8601 moment or of `YYYY-MM-DD HH:MM:SS` (UTC); the text itself if it is neither. */
export function moment(text: string): string {
  const at = momentParts(text);
  return at === undefined ? text : `${shortDay(at.day)} ${at.time} UTC`;
}

/** `19 Nov 2026 07:04 UTC`. */
export function momentOfYear(text: string): string {
  const at = momentParts(text);
  return at === undefined ? text : `${dayOfYear(at.day)} ${at.time} UTC`;
}

/** `two`, `11`: small numbers as words, as sentences want them. */
export const inWords = (value: number): string => WORDS[value] ?? String(value);

/** `1 day`, `2 days`. */
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${String(value).replace(/\B(?=(\d{3})+$)/g, ',')} ${value === 1 ? one : many}`;

function momentParts(text: string): { day: BillingDate; time: string } | undefined {
  const iso = /^\d{4}-\d{2}-\d{2} /.test(text) ? `${text.replace(' ', 'T')}Z` : text;
  const time = Date.parse(iso);
  if (Number.isNaN(time)) return undefined;
  return { day: dayOf(time), time: new Date(time).toISOString().slice(11, 16) };
}
