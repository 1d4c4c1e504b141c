import { addDays, type BillingDate, dayOf } from '../core/calendar/billing-date.ts';
import { addMonths, type BillingPeriod, daysOf, periodOf } from '../core/calendar/billing-period.ts';
import { chance, STREAM } from './chance.ts';
import { dayNumber } from './series.ts';

/** One delivery of a billing month: the whole month as far as known, as AWS writes it up to three times a day. */
export interface Delivery {
  readonly period: BillingPeriod;
  /** ISO 8601 UTC, whole seconds. */
  readonly executionTime: string;
  /** A UUID, made from seed, period and time. */
  readonly executionId: string;
  /** The newest hour it has usage of: about twelve hours before it was made. */
  readonly cutDay: number;
  readonly cutHour: number;
  /** Whether its lines carry the month's invoice id. */
  readonly invoiced: boolean;
}

/** Times of day at which deliveries are made, `HH:MM` UTC; the first one is the only one of a day with one delivery. */
const SLOTS = ['05:12', '13:12', '21:12'] as const;
/** The invoice is written so many days after the month's end; the last delivery of a month comes then. */
const INVOICED_AFTER_DAYS = 8;
const LAG_HOURS = 12;
const HOUR_MS = 3_600_000;

export interface ScheduleOf {
  readonly seed: number;
  /** First day of the export. */
  readonly from: BillingDate;
  /** The newest delivery, as `newestSlot` gives it. */
  readonly newest: string;
  /** Undefined: one delivery of each closed month, a handful of the newest two. 1 or 3: so many a day in the newest month. */
  readonly perDay?: 1 | 3 | undefined;
}

/** The newest time at or before `now` (milliseconds since 1970) at which a delivery is made. */
export function newestSlot(now: number, perDay?: 1 | 3): string {
  const slots = perDay === 3 ? SLOTS : SLOTS.slice(0, 1);
  const today = dayOf(now);
  const times = [addDays(today, -1), today].flatMap((day) => slots.map((slot) => `${day}T${slot}:00Z`));
  return times.filter((time) => Date.parse(time) <= now).at(-1) ?? `${addDays(today, -1)}T${SLOTS[0]}:00Z`;
}

/** The day that a delivery at `time` has begun to know: it is still arriving, the one before is complete. */
export const arrivingDay = (time: string): BillingDate => dayOf(Date.parse(time) - LAG_HOURS * HOUR_MS);

/** Every delivery from the first month to the newest, in the order of their times. */
export function scheduleOf({ seed, from, newest, perDay }: ScheduleOf): readonly Delivery[] {
  const last = periodOf(arrivingDay(newest));
  const found: Delivery[] = [];
  for (let period = periodOf(from); period <= last; period = addMonths(period, 1)) {
    const times = period === last ? currentTimes(newest, perDay) : closedTimes(period, last, newest);
    for (const time of times) found.push(deliveryOf(seed, period, time));
  }
  return found.sort((a, b) =>
    a.executionTime < b.executionTime ? -1 : a.executionTime > b.executionTime ? 1 : 0,
  );
}

/** A closed month comes when it is invoiced; the one before the newest also on its way there. */
function closedTimes(period: BillingPeriod, last: BillingPeriod, newest: string): string[] {
  const end = daysOf(period).until;
  const final = at(addDays(end, INVOICED_AFTER_DAYS));
  if (addMonths(period, 1) !== last) return [final < newest ? final : newest];
  const before = [at(addDays(end, 1)), at(addDays(end, 3)), final].filter((time) => time < newest);
  return before.includes(final) ? before : [...before, newest];
}

function currentTimes(newest: string, perDay: 1 | 3 | undefined): string[] {
  const month = daysOf(periodOf(arrivingDay(newest)));
  const slots = perDay === 3 ? SLOTS : SLOTS.slice(0, 1);
  const times = [];
  for (let day = month.from; day <= newest.slice(0, 10); day = addDays(day, 1))
    times.push(...slots.map((slot) => at(day, slot)));
  const known = times.filter((time) => time <= newest && arrivingDay(time) >= month.from);
  if (perDay !== undefined) return known;
  return known.filter((_, i) => [4, 1, 0].includes(known.length - 1 - i));
}

const at = (day: BillingDate, slot: string = SLOTS[0]): string => `${day}T${slot}:00Z`;

function deliveryOf(seed: number, period: BillingPeriod, executionTime: string): Delivery {
  const cut = Date.parse(executionTime) - LAG_HOURS * HOUR_MS;
  const until = daysOf(period).until;
  const invoiced = executionTime >= at(addDays(until, INVOICED_AFTER_DAYS));
  const words = [dayNumber(daysOf(period).from), Date.parse(executionTime) / 60_000];
  const hex = [1, 2, 3, 4]
    .map((part) =>
      chance(seed, STREAM.execution, part, ...words)
        .toString(16)
        .padStart(8, '0'),
    )
    .join('');
  return {
    period,
    executionTime,
    executionId: `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`,
    cutDay: Math.floor(cut / (24 * HOUR_MS)),
    cutHour: Math.floor((cut % (24 * HOUR_MS)) / HOUR_MS),
    invoiced,
  };
}
