import { type Money, negated } from '../../../core/money/money.ts';
import { plural, weekdayName } from '../../format/days.ts';
import { count, difference, type Figure, figure, figuresWith, plain, signed } from '../../format/figure.ts';
import { clean, cut } from '../../format/name.ts';
import type { DayRow, DigestFacts, Movers } from '../facts.ts';
import { accountShort, printed } from './names.ts';
import { comparedWith, twiceShown } from './top-block.ts';
import type { ListBlock, ListRow } from './view.ts';

/** What changed most against a usual day of the same weekday; adds up to the whole change. */
export function moversBlock({ headline, movers, top, currency }: DigestFacts): ListBlock | undefined {
  if (headline === undefined) return undefined;
  const against = comparedWith(headline);
  const day = weekdayName(headline.date);
  const block = {
    title: 'Top movers',
    unit: `${currency} · the largest changes on ${against ?? `a usual ${day}`}, however small the row`,
    brief: against === undefined ? currency : `${currency}, vs ${against}`,
  };
  if (movers === undefined) {
    const why = `No movers yet: there is no complete ${day} in the four weeks before.`;
    return { ...block, unit: currency, rows: [], total: undefined, after: [why] };
  }
  if (movers.rows.length === 0) {
    return {
      ...block,
      rows: [],
      total: undefined,
      after: [`No movers: no row differs from a usual ${day}.`],
    };
  }
  const { rows, others, total } = moverRows(movers, top);
  const rest = others === undefined ? [] : [otherChanges(movers, others.change)];
  return {
    ...block,
    rows: [...rows.map(listed), ...rest],
    total: { name: `Change on a usual ${day}`, amount: total },
    after: [],
  };
}

/** A mover in words and printed numbers. */
export interface MoverRow {
  readonly service: string;
  /** Name of the account, or its id. */
  readonly account: string;
  /** Where `account` is a name. */
  readonly id: string | undefined;
  readonly ou: string;
  /** `+412.31` */
  readonly change: string;
  /** `196.24 → 608.55`, `new, 12.00` */
  readonly course: string;
  readonly why: string | undefined;
}

/** The movers as printed, with two decimals; they and all other changes add up to the printed total. */
export function moverRows(
  movers: Movers,
  top: DigestFacts['top'],
): {
  readonly rows: readonly MoverRow[];
  readonly others: { readonly rows: number; readonly change: string } | undefined;
  readonly total: string;
} {
  const changes = movers.rows.map(({ change, amount }) => change ?? amount);
  const goal = figure(movers.total, 2);
  const twice = twiceShown(movers.rows, top?.rows ?? []);
  const parts = figuresWith([...changes, movers.others.change], twice, 2, goal.shown);
  const rest = parts.at(-1);
  return {
    rows: movers.rows.map((row, i) => mover(row, parts[i] ?? figure(row.amount, 2))),
    others:
      movers.others.rows > 0 && rest !== undefined
        ? { rows: movers.others.rows, change: signed(rest) }
        : undefined,
    total: signed(goal),
  };
}

function mover(row: DayRow & { readonly why: string | undefined }, change: Figure): MoverRow {
  const amount = figure(row.amount, 2);
  return {
    service: printed(row.service),
    account: accountShort(row.account),
    id: row.account.name === undefined ? undefined : printed(row.account.id),
    ou: printed(row.ou),
    change: signed(change),
    course:
      row.usual === undefined
        ? `new, ${plain(amount)}`
        : `${plain({ ...difference(amount, change), exact: row.usual })} → ${plain(amount)}`,
    why: row.why === undefined ? undefined : cut(clean(row.why), 120),
  };
}

function listed({ service, account, id, ou, change, course, why: cause }: MoverRow): ListRow {
  const why = cause === undefined ? [] : [cause];
  return {
    service,
    name: account,
    ...(id === undefined ? {} : { id }),
    brief: `${account} · ${ou}`,
    amount: change,
    notes: [[ou, course, ...why].join(' · ')],
    briefNotes: [[course, ...why].join('; ')],
  };
}

function otherChanges({ others }: Movers, amount: string): ListRow {
  const each = `${plural(others.rows, 'row')}, each ${below(others.largest)}`;
  return {
    name: 'All other changes',
    brief: `All other changes, ${each}`,
    amount,
    notes: [each],
    briefNotes: [],
  };
}

/** The next round bound above the largest: `below 20`, `below 0.01`. */
function below(largest: Money): string {
  const size = largest.units < 0n ? negated(largest) : largest;
  const cent = 10n ** 13n;
  const whole = 10n ** 15n;
  if (size.units < whole)
    return `below ${plain(figure({ ...size, units: (size.units / cent + 1n) * cent }, 2))}`;
  return `below ${count(Number(size.units / whole) + 1)}`;
}
