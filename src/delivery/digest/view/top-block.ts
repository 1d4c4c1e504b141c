import type { Money } from '../../../core/money/money.ts';
import { minus, ratio, sum } from '../../../core/money/money.ts';
import { dayName, inWords, plural, weekdayName } from '../../format/days.ts';
import { figure, figuresWith, plain, signed, UNKNOWN } from '../../format/figure.ts';
import { shares } from '../../format/percent.ts';
import type { DayRow, DigestFacts, HeadlineDay, TopTen } from '../facts.ts';
import { accountShort, accountWithId, printed } from './names.ts';
import type { TopBlock, TopRow } from './view.ts';

/** What a change is measured against: `the mean of four Tuesdays`; undefined where there is no such day yet. */
export function comparedWith({ date, usualWeekday }: HeadlineDay): string | undefined {
  if (usualWeekday === undefined) return undefined;
  const { days } = usualWeekday;
  return days === 1
    ? `the ${weekdayName(date)} before`
    : `the mean of ${inWords(days)} ${weekdayName(date)}s`;
}

/** The ten largest rows of the headline day, all others, and the total that is the CSV's. */
export function topBlock({ headline, top, movers, currency }: DigestFacts): TopBlock | undefined {
  if (headline === undefined || top === undefined || (top.rows.length === 0 && top.others.rows === 0))
    return undefined;
  const rest = top.others.rows > 0;
  const parts = [...top.rows.map(({ amount }) => amount), ...(rest ? [top.others.amount] : [])];
  const twice = twiceShown(top.rows, movers?.rows ?? []);
  const amounts = figuresWith(parts, twice, 2, figure(top.total, 2).shown);
  const share = shares(parts, top.total);
  const changes = changesOf(top, twice);
  const largest = top.rows.reduce(
    (most, { amount }) => (amount.units > most.units ? amount : most),
    top.total,
  );
  const widest = top.rows[0]?.amount ?? largest;
  const row = (index: number): Pick<TopRow, 'amount' | 'share' | 'change'> => ({
    amount: amounts[index] === undefined ? UNKNOWN : plain(amounts[index]),
    share: share[index] ?? UNKNOWN,
    change: changes.parts[index] ?? UNKNOWN,
  });
  const against = comparedWith(headline);
  return {
    title: `${rest && top.rows.length > 0 ? `Top ${top.rows.length}` : 'All rows'} of ${dayName(headline.date)}`,
    unit: `${currency} · the largest rows OU × service × account${against === undefined ? '' : ` · change on ${against}`}`,
    brief: `${currency}${against === undefined ? '' : `, vs ${against}`}`,
    currency,
    rows: top.rows.map((one, index) => ({ ...names(one), ...row(index), bar: barOf(one.amount, widest) })),
    others: rest
      ? {
          service: 'All others',
          who: others(top),
          brief: others(top),
          ...row(top.rows.length),
          bar: 0,
        }
      : undefined,
    total: {
      name: 'Total, as in the CSV',
      amount: plain(figure(top.total, 2)),
      share: share[0] === UNKNOWN ? UNKNOWN : '100.0\u00a0%',
      change: changes.total,
    },
  };
}

/** A short name that does not break over two lines. */
const together = (name: string): string => (name.length <= 24 ? name.replaceAll(' ', '\u00a0') : name);

const names = ({ service, account, ou }: DayRow): Pick<TopRow, 'service' | 'who' | 'brief'> => ({
  service: printed(service),
  who: `${accountWithId(account)}, ${together(printed(ou))}`,
  brief: `${accountShort(account)} · ${printed(ou)}`,
});

const others = ({ others: { rows, belowZero } }: TopTen): string =>
  `${plural(rows, 'row')}${belowZero > 0 ? `, ${belowZero} below zero` : ''}`;

/** Changes that add up to the total's, as far as rows have a past; a row without one is `new`. */
function changesOf(
  { rows, others, total, totalChange }: TopTen,
  twice: ReadonlySet<number>,
): { parts: string[]; total: string } {
  if (totalChange === undefined) return { parts: [...rows, others].map(() => UNKNOWN), total: UNKNOWN };
  const all = [...rows, others];
  const known = all.flatMap(({ change }, i) =>
    change === undefined ? [] : [{ change, isTwice: twice.has(i) }],
  );
  const changes = known.map(({ change }) => change);
  const alone = new Set(known.flatMap(({ isTwice }, i) => (isTwice ? [i] : [])));
  const goal = figure(totalChange, 2);
  const hidden = minus(totalChange, sum(changes, total.currency));
  const printedOnes = figuresWith([...changes, hidden], alone, 2, goal.shown);
  let next = 0;
  const texts = all.map(({ change }) => {
    const one = change === undefined ? undefined : printedOnes[next++];
    return one === undefined ? 'new' : signed(one);
  });
  return { parts: texts, total: signed(goal) };
}

/** Which of `rows` stand in `elsewhere`, too: the same figure must print the same in both lists. */
export function twiceShown(rows: readonly DayRow[], elsewhere: readonly DayRow[]): Set<number> {
  const key = ({ service, account, ou }: DayRow): string => JSON.stringify([service, account.id, ou]);
  const others = new Set(elsewhere.map(key));
  return new Set(rows.flatMap((row, i) => (others.has(key(row)) ? [i] : [])));
}

/** 4 px of colour as long as the row's share of the largest; rows below zero have none. */
function barOf(amount: Money, largest: Money): number {
  const part = largest.units > 0n ? (ratio(amount, largest) ?? 0) : 0;
  return part <= 0 ? 0 : Math.max(1, Math.min(100, Math.round(part * 100)));
}
