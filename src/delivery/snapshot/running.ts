import type { BillingDate } from '../../core/calendar/billing-date.ts';
import { plus, toNumber, zero } from '../../core/money/money.ts';
import type { RunningDay, RunningMonth } from '../chart/running-month.ts';
import type { CalendarDay, DigestFacts, HeadlineDay, MonthFacts } from '../digest/facts.ts';
import type { Rounded } from '../digest/view/rounded.ts';
import { dayName, dayOfMonth, shortDay } from '../format/days.ts';
import { figure, plain } from '../format/figure.ts';

/** The headline's month adding up: actual against plan, budget and run-rate. Undefined without a day to stand on. */
export function running(facts: DigestFacts, shown: Rounded): RunningMonth | undefined {
  const { headline, month, calendar } = facts;
  if (headline === undefined || month === undefined || calendar.length === 0) return undefined;
  const plan = month.planToDate;
  return {
    days: runningDays(calendar, headline, month),
    budget: month.budget === undefined ? undefined : toNumber(month.budget),
    labels: {
      toDate: shown.uncertain + plain(shown.toDate),
      day: dayName(headline.date),
      plan: plan === undefined ? undefined : plain(figure(plan, shown.decimals)),
      forecast: shown.forecast === undefined ? undefined : shown.uncertain + plain(shown.forecast),
      budget: shown.budget === undefined ? undefined : plain(shown.budget),
      days: dayLabels(calendar.map(({ date }) => date)),
    },
  };
}

function runningDays(
  calendar: readonly CalendarDay[],
  { date: judged }: HeadlineDay,
  { toDate, forecast }: MonthFacts,
): RunningDay[] {
  const none = zero(toDate.currency);
  const isPlanned = calendar.every(({ plan }) => plan !== undefined);
  let [cost, plan] = [none, none];
  return calendar.map((day, i) => {
    const came = plus(day.usage, day.onChargeDate);
    cost = plus(cost, day.date > judged ? plus(came, day.runRate ?? none) : came);
    plan = plus(plan, day.plan ?? none);
    if (day.date === judged) cost = toDate;
    // Charges that are still due stand on the month's last day, so that the line ends at the forecast.
    const end = i === calendar.length - 1 && forecast !== undefined && day.date >= judged ? forecast : cost;
    return {
      date: day.date,
      actual: day.date <= judged ? toNumber(cost) : undefined,
      runRate: day.date >= judged && forecast !== undefined ? toNumber(end) : undefined,
      plan: isPlanned ? toNumber(plan) : undefined,
    };
  });
}

/** `Sun 1`, `8`, `15`, `22`, `30 Nov`: the last week's label would touch the last day's. */
export function dayLabels(dates: readonly BillingDate[]): { day: number; text: string }[] {
  const last = dates.at(-1);
  return dates.flatMap((date, i) => {
    if (date === last) return [{ day: i + 1, text: shortDay(date) }];
    if (i % 7 !== 0 || dates.length - i < 4) return [];
    return [{ day: i + 1, text: i === 0 ? weekdayAndDay(date) : String(dayOfMonth(date)) }];
  });
}

const weekdayAndDay = (date: BillingDate): string => dayName(date).split(' ').slice(0, 2).join(' ');
