import type { Money } from '../../../core/money/money.ts';
import { dayName, plural, range } from '../../format/days.ts';
import { figure, figures, magnitude, plain } from '../../format/figure.ts';
import { clean } from '../../format/name.ts';
import type { ArrivingDay, DigestFacts } from '../facts.ts';
import { METRIC_NAMES } from './names.ts';
import type { Rounded } from './rounded.ts';
import type { ListBlock } from './view.ts';

/** Amounts that are in no figure: without a rate, or unknown. Undefined where there are none. */
export function leftOutBlock({ withoutRate, unknownLines, metric }: DigestFacts): ListBlock | undefined {
  if (withoutRate.length === 0 && unknownLines === 0) return undefined;
  const name = METRIC_NAMES[metric].name.split(',')[0] ?? metric;
  return {
    title: 'In no figure above',
    unit: 'not known, or in a currency without a rate',
    brief: 'each in its own currency',
    rows: [
      ...withoutRate.map(({ currency, amount, lines }) => ({
        name: `${clean(currency)}, no rate`,
        brief: `${clean(currency)}, no rate, ${plural(lines, 'line')}`,
        amount: `${plain(figure(amount, 2))} ${clean(currency)}`,
        notes: [plural(lines, 'line')],
        briefNotes: [],
      })),
      ...(unknownLines === 0
        ? []
        : [
            {
              name: `${name} unknown`,
              amount: plural(unknownLines, 'line'),
              notes: ['the source does not say it'],
            },
          ]),
    ],
    total: undefined,
    after: withoutRate.length === 0 ? [] : ['spendlight rates import FILE brings in what has no rate.'],
  };
}

/** usage + fees + tax − credits − refunds = total: what the one metric is made of. */
export function kindsBlock({
  kinds,
  amortised,
  metric,
  month,
  currency,
}: DigestFacts): ListBlock | undefined {
  if (kinds === undefined || month === undefined) return undefined;
  const goal = figure(kinds.total, 2);
  const parts = figures([kinds.usage, kinds.fees, kinds.tax, kinds.credits, kinds.refunds], 2, goal.shown);
  const words = ['usage', 'fees', 'tax', 'credits', 'refunds'].map((word, i) => {
    const part = parts[i] ?? goal;
    // Credits and refunds are negative on the bill: the sign goes before the word, so that the line reads as a sum.
    const minus = part.shown.units < 0n || (part.shown.units === 0n && i >= 3);
    return `${i === 0 ? (minus ? '−' : '') : minus ? ' − ' : ' + '}${word} ${magnitude(part)}`;
  });
  const amortisedView =
    amortised === undefined || metric === 'EffectiveCost'
      ? []
      : [`Amortised view ${plain(figure(amortised, 2))}.`];
  return {
    title: 'What month to date is made of',
    unit: `${currency} · ${range(month.period)}`,
    brief: `${range(month.period)}, ${currency}`,
    rows: [],
    total: undefined,
    after: [[`By kind: ${words.join('')} = ${plain(goal)}.`, ...amortisedView].join(' ')],
  };
}

/** Days after the headline: provisional, compared with nothing. Undefined where nothing has come. */
export function arrivingBlock({ arriving, currency }: DigestFacts, shown: Rounded): ListBlock | undefined {
  if (arriving.length === 0) return undefined;
  return {
    title: 'Still arriving',
    unit: `${currency} · not compared with anything until complete`,
    brief: `not compared until complete, ${currency}`,
    rows: arriving.map((day) => ({
      name: dayName(day.date),
      brief: `${dayName(day.date)}, ${upTo(day)}`,
      amount: soFar(day.soFar, shown.decimals),
      notes: [upTo(day)],
      briefNotes: [],
      provisional: true,
    })),
    total: undefined,
    after: [],
  };
}

const soFar = (amount: Money, decimals: number): string => `≈\u00a0${plain(figure(amount, decimals))}`;

const upTo = ({ linesUpTo }: ArrivingDay): string =>
  linesUpTo === undefined ? 'only charges that span days so far' : `lines up to ${linesUpTo} UTC`;
