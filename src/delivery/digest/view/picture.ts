import { addDays } from '../../../core/calendar/billing-date.ts';
import { compare, type Money, toNumber } from '../../../core/money/money.ts';
import { dayName, dayOfMonth, monthName, range } from '../../format/days.ts';
import { figure, magnitude, plain } from '../../format/figure.ts';
import type { CalendarDay, DigestFacts } from '../facts.ts';
import type { Rounded } from './rounded.ts';
import type { Picture } from './view.ts';

/** The month as a picture. Undefined without days to draw. */
export function picture(facts: DigestFacts, shown: Rounded): Picture | undefined {
  const { calendar, currency } = facts;
  const [first] = calendar;
  const last = calendar.at(-1);
  if (first === undefined || last === undefined) return undefined;
  return {
    title: 'The month, day by day',
    unit: `${currency} a day, ${range({ from: first.date, until: addDays(last.date, 1) })}`,
    alt: alt(facts, shown),
    chart: {
      days: calendar.map((day) => ({
        date: day.date,
        state: day.state,
        usage: toNumber(day.usage),
        onChargeDate: toNumber(day.onChargeDate),
        runRate: day.runRate === undefined ? undefined : toNumber(day.runRate),
        plan: day.plan === undefined ? undefined : toNumber(day.plan),
        ring: day.spike ? 'open' : undefined,
      })),
    },
    has: {
      onChargeDate: calendar.some(({ onChargeDate }) => onChargeDate.units !== 0n),
      arriving: calendar.some(({ state }) => state === 'arriving'),
      runRate: calendar.some(({ runRate, state }) => runRate !== undefined && state !== 'complete'),
      plan: calendar.some(({ plan }) => plan !== undefined),
      spike: calendar.some(({ spike }) => spike),
    },
    note: note(calendar, shown),
  };
}

function alt({ calendar, headline }: DigestFacts, shown: Rounded): string {
  const complete = calendar.filter(({ state }) => state === 'complete');
  const [first] = complete;
  if (first === undefined || headline === undefined)
    return 'Daily cost of the month; no day is complete yet.';
  const total = (day: CalendarDay): Money => ({
    ...day.usage,
    units: day.usage.units + day.onChargeDate.units,
  });
  const highest = complete.reduce((most, day) => (compare(total(day), total(most)) > 0 ? day : most), first);
  const lowest = complete.reduce(
    (least, day) => (compare(total(day), total(least)) < 0 ? day : least),
    first,
  );
  const amount = (day: CalendarDay): string => plain(figure(total(day), shown.decimals));
  const plan = calendar.some(({ plan: one }) => one !== undefined) ? ' against plan' : '';
  const spikes = calendar.filter(({ spike }) => spike).map(({ date }) => dayOfMonth(date));
  return [
    `Daily cost in ${monthName(headline.date)}${plan}: lowest ${amount(lowest)} on ${dayName(lowest.date)}, highest ${amount(highest)} on ${dayName(highest.date)}`,
    ...(spikes.length > 0 ? [`spikes on ${spikes.join(', ')}`] : []),
    ...(calendar.some(({ runRate, state }) => runRate !== undefined && state === 'ahead')
      ? ['run-rate for the days ahead']
      : []),
  ].join('; ');
}

/** The day whose charges of their own change its height most, if by a tenth of its usage or more. */
function note(calendar: readonly CalendarDay[], shown: Rounded): string | undefined {
  const size = ({ onChargeDate }: CalendarDay): bigint =>
    onChargeDate.units < 0n ? -onChargeDate.units : onChargeDate.units;
  const largest = calendar.reduce<CalendarDay | undefined>(
    (most, day) => (size(day) > (most === undefined ? 0n : size(most)) ? day : most),
    undefined,
  );
  if (largest === undefined || 10n * size(largest) < largest.usage.units) return undefined;
  const amount = figure(largest.onChargeDate, shown.decimals);
  const what = largest.onChargeDate.units > 0n ? 'fees and tax' : 'credits';
  return `${dayName(largest.date)} holds ${magnitude(amount)} ${what}`;
}
