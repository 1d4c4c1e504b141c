import { addDays } from '../../../core/calendar/billing-date.ts';
import { dayName, monthName, range, shortDay } from '../../format/days.ts';
import { type Figure, figure, figures, plain, signed } from '../../format/figure.ts';
import type { Bridge, ChangedRow, DigestFacts } from '../facts.ts';
import { accountShort, printed } from './names.ts';
import type { ListBlock, ListRow } from './view.ts';

/** From the month to date of the last digest to today's: new days, and what changed of days that it had told of. */
export function bridgeBlock({ bridge, month, currency }: DigestFacts): ListBlock | undefined {
  if (bridge === undefined || month === undefined) return undefined;
  const goal = figure(bridge.now, 2);
  const { days, largest, others } = bridge;
  const named = largest.map((row) => row.amount);
  const hasRest = others.units !== 0n || largest.length === 0;
  const parts = figures(
    [bridge.before, ...(days === undefined ? [] : [days.amount]), ...named, ...(hasRest ? [others] : [])],
    2,
    goal.shown,
  );
  const [before = goal, ...rest] = parts;
  const ofDays = days === undefined ? undefined : rest.shift();
  const monthOf = monthName(bridge.since.headline);
  const isOver = month.period.from > bridge.until;
  return {
    title: isOver
      ? `What became of ${monthOf} since the digest of ${shortDay(bridge.since.runDate)}`
      : `Since the digest of ${shortDay(bridge.since.runDate)}`,
    unit: `${currency} · month to date then, new days, changes to earlier days`,
    brief: `${monthOf} to date, ${currency}`,
    rows: [
      listed(`${monthOf} to ${dayName(bridge.since.headline)}, as told then`, plain(before)),
      ...(days === undefined || ofDays === undefined ? [] : [listed(daysText(days), signed(ofDays))]),
      ...largest.map((row, i) => changedRow(row, rest[i] ?? goal)),
      ...(hasRest ? [listed(restText(bridge), signed(rest[largest.length] ?? goal))] : []),
    ],
    total: { name: `${monthOf} to ${dayName(bridge.until)} now`, amount: plain(goal) },
    after: isOver ? [`No digest before this one told of ${monthName(month.period.from)}.`] : [],
  };
}

const listed = (name: string, amount: string): ListRow => ({ name, amount, notes: [] });

function daysText({ kind, from, to }: NonNullable<Bridge['days']>): string {
  const days = from === to ? dayName(from) : `${dayName(from)} to ${dayName(to)}`;
  return kind === 'new' ? `New: ${days}` : `Not complete any more: ${days}`;
}

function restText({ changed, largest }: Bridge): string {
  if (changed.units === 0n && largest.length === 0) return 'No earlier day has changed';
  return largest.length === 0 ? 'Changes to earlier days' : 'All other changes to earlier days';
}

const CAUSES: Readonly<Record<NonNullable<ChangedRow['cause']>, string>> = {
  delivery: 'delivered again',
  arrival: 'arrived late',
  accounts: 'account map changed',
  rules: 'rules changed',
  rates: 'rates changed',
  precedence: 'another source counts',
};

function changedRow({ service, account, ou, from, to, cause }: ChangedRow, amount: Figure): ListRow {
  const days = range({ from, until: addDays(to, 1) });
  const why = cause === undefined ? days : `${days}, ${CAUSES[cause]}`;
  return {
    service: printed(service),
    name: accountShort(account),
    ...(account.name === undefined ? {} : { id: printed(account.id) }),
    brief: `${accountShort(account)} · ${printed(ou)}`,
    amount: signed(amount),
    notes: [`${printed(ou)} · ${why}`],
    briefNotes: [why],
  };
}
