/** Days as people say them. A day is the text YYYY-MM-DD, UTC; a Date is made only to learn its weekday. */
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const LONG_MONTHS = [
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
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const LONG_WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MS_OF_DAY = 86_400_000;

export const yearOf = (day: string): number => Number(day.slice(0, 4));
export const monthOf = (day: string): number => Number(day.slice(5, 7));
export const dayOfMonth = (day: string): number => Number(day.slice(8, 10));
const time = (day: string): number => Date.UTC(yearOf(day), monthOf(day) - 1, dayOfMonth(day));
const weekday = (day: string): number => new Date(time(day)).getUTCDay();

export const shortMonth = (day: string): string => MONTHS[monthOf(day) - 1] ?? '';
export const longMonth = (day: string): string => LONG_MONTHS[monthOf(day) - 1] ?? '';
export const shortWeekday = (day: string): string => WEEKDAYS[weekday(day)] ?? '';
export const longWeekday = (day: string): string => LONG_WEEKDAYS[weekday(day)] ?? '';

/** `17 Nov` */
export const shortDay = (day: string): string => `${dayOfMonth(day)} ${shortMonth(day)}`;
/** `Tue 17 Nov` */
export const dayName = (day: string): string => `${shortWeekday(day)} ${shortDay(day)}`;
/** `18 Nov 2026` */
export const longDay = (day: string): string => `${shortDay(day)} ${yearOf(day)}`;
/** `19 Nov 07:04 UTC`, of an ISO moment in UTC. */
export const moment = (iso: string): string => `${shortDay(iso)} ${iso.slice(11, 16)} UTC`;

/** `Nov 1–17`, `28 Oct – 3 Nov`, with the year where it is not `now`'s. */
export function rangeName({ from, to }: { from: string; to: string }, now?: string): string {
  const year = now !== undefined && yearOf(now) === yearOf(to) ? '' : ` ${yearOf(to)}`;
  if (from.slice(0, 7) === to.slice(0, 7)) {
    const days = from === to ? `${dayOfMonth(from)}` : `${dayOfMonth(from)}–${dayOfMonth(to)}`;
    return `${shortMonth(from)} ${days}${year}`;
  }
  const first = yearOf(from) === yearOf(to) ? shortDay(from) : longDay(from);
  return `${first} – ${shortDay(to)}${yearOf(from) === yearOf(to) ? year : ` ${yearOf(to)}`}`;
}

export const addDays = (day: string, days: number): string =>
  new Date(time(day) + days * MS_OF_DAY).toISOString().slice(0, 10);
const daysInMonth = (day: string): number => new Date(Date.UTC(yearOf(day), monthOf(day), 0)).getUTCDate();
export const firstOfMonth = (day: string): string => `${day.slice(0, 7)}-01`;
export const lastOfMonth = (day: string): string =>
  `${day.slice(0, 7)}-${String(daysInMonth(day)).padStart(2, '0')}`;
