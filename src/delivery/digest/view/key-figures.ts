import { lastDay } from '../../../core/calendar/billing-date.ts';
import { minus, ratio, scaled } from '../../../core/money/money.ts';
import { dayName, monthName, plural, range, shortDay, weekdayName } from '../../format/days.ts';
import { difference, figure, magnitude, NBSP, plain, UNKNOWN } from '../../format/figure.ts';
import { percent, signedPercent } from '../../format/percent.ts';
import type { DigestFacts, HeadlineDay, MonthFacts } from '../facts.ts';
import type { Rounded } from './rounded.ts';
import type { KeyFigure, Words } from './view.ts';

type Note = KeyFigure['notes'][number];
const note = (...words: Words): Note => ({ words });

/** The four big numbers: day, month to date, forecast, budget. Empty without a headline day. */
export function keyFigures(facts: DigestFacts, shown: Rounded): KeyFigure[] {
  const { headline, month } = facts;
  if (headline === undefined || month === undefined) return [];
  return [
    theDay(headline, shown),
    monthSoFar(month, shown),
    monthEnd(facts, month, shown),
    budgetOf(month, shown),
  ];
}

function theDay(headline: HeadlineDay, shown: Rounded): KeyFigure {
  const { date, comparable, usualWeekday: usual, weekBefore } = headline;
  const own =
    headline.onChargeDate.units === 0n ? [] : [note(`without ${plain(shown.onChargeDate)} of other charges`)];
  return {
    label: dayName(date),
    brief: dayName(date),
    value: shown.uncertain + plain(shown.day),
    notes: [
      ...(usual === undefined
        ? [note(`no complete ${weekdayName(date)} to compare with`)]
        : [
            note(
              { number: signedPercent(change(comparable, usual.mean)) },
              ` vs ${usual.days === 1 ? `one ${weekdayName(date)}` : `${weekdayName(date)}s`} ${plain(figure(usual.mean, shown.decimals))}`,
            ),
          ]),
      ...(weekBefore === undefined ? [] : [sameDayBefore(weekBefore, comparable, shown)]),
      ...own,
    ],
  };
}

function sameDayBefore(
  { date, comparable: before }: NonNullable<HeadlineDay['weekBefore']>,
  now: HeadlineDay['comparable'],
  shown: Rounded,
): Note {
  const off = { number: signedPercent(change(now, before)) };
  const since = ` vs ${shortDay(date).replace(' ', NBSP)}`;
  return { words: [off, `${since} ${plain(figure(before, shown.decimals))}`], brief: [off, since] };
}

function monthSoFar({ period, toDate, planToDate, budget }: MonthFacts, shown: Rounded): KeyFigure {
  return {
    label: `Month to date, ${range(period)}`,
    brief: 'Month to date',
    value: shown.uncertain + plain(shown.toDate),
    notes: [
      ...(planToDate === undefined
        ? []
        : [
            note(
              { number: signedPercent(change(toDate, planToDate)) },
              ` vs plan ${plain(figure(planToDate, shown.decimals))}`,
            ),
          ]),
      ...(budget === undefined
        ? [note('no budget to compare with')]
        : [note({ number: percent(ratio(toDate, budget)) }, ' of budget')]),
    ],
  };
}

function monthEnd({ totalLight }: DigestFacts, month: MonthFacts, shown: Rounded): KeyFigure {
  const name = monthName(month.period.from);
  if (shown.forecast === undefined) {
    return {
      label: `Forecast, ${name}`,
      brief: 'Forecast',
      value: UNKNOWN,
      notes: [note(month.forecastReason ?? 'no forecast yet')],
    };
  }
  return {
    label: `Forecast, ${name}`,
    brief: 'Forecast',
    value: shown.uncertain + plain(shown.forecast),
    notes: [
      note('run-rate'),
      ...(totalLight?.ofBudget === undefined
        ? []
        : [
            note({ light: totalLight.light }, ' ', { number: percent(totalLight.ofBudget) }, ' of budget'),
          ].map((full) => ({
            ...full,
            brief: [
              { light: totalLight.light },
              ', ',
              { number: percent(totalLight.ofBudget) },
              ' of budget',
            ],
          }))),
    ],
  };
}

function budgetOf({ period, budget, budgetFrom, daysLeft }: MonthFacts, shown: Rounded): KeyFigure {
  const name = { label: `Budget, ${monthName(period.from)}`, brief: 'Budget' };
  if (budget === undefined || shown.budget === undefined) {
    return { ...name, value: UNKNOWN, notes: [note('none set: spendlight budgets import FILE')] };
  }
  const left = difference(shown.budget, shown.toDate);
  const rest = { number: magnitude(left) };
  const days = plural(daysLeft, 'day');
  const from = budgetFrom === 'ous' ? [note('sum of the OU budgets')] : [];
  const over = left.shown.units < 0n;
  if (over)
    return {
      ...name,
      value: plain(shown.budget),
      notes: [
        note(rest, ` over, ${daysLeft === 0 ? `closed ${shortDay(lastDay(period))}` : `${days} to go`}`),
        ...from,
      ],
    };
  if (daysLeft === 0)
    return { ...name, value: plain(shown.budget), notes: [note(rest, ' left, the month is over'), ...from] };
  const aDay = figure(scaled(left.exact, 1n, BigInt(daysLeft)), shown.decimals);
  return {
    ...name,
    value: plain(shown.budget),
    notes: [note(rest, ` left for ${days}`), note(`${plain(aDay)} a day`), ...from],
  };
}

const change = (now: HeadlineDay['comparable'], before: HeadlineDay['comparable']): number | undefined =>
  before.units > 0n ? ratio(minus(now, before), before) : undefined;
