import { minus } from '../../../core/money/money.ts';
import { dayName, plural } from '../../format/days.ts';
import { count, decimalsFor, figure, figures, plain, signed } from '../../format/figure.ts';
import { clean, cut } from '../../format/name.ts';
import type { DigestFacts, Spike, Spikes } from '../facts.ts';
import { accountShort, printed } from './names.ts';
import type { ListBlock, ListRow } from './view.ts';

/** Rows that rule C1 calls a spike, by money; the rest is counted and summed, and none is said. */
export function spikesBlock({ spikes, currency }: DigestFacts): ListBlock | undefined {
  if (spikes === undefined) return undefined;
  const block = {
    title: 'Spikes',
    unit: `${currency} · effective cost of usage, above what the series itself expects`,
    brief: `effective cost of usage, ${currency}`,
  };
  const all = spikes.rows.length + spikes.rest.count;
  if (all === 0) return { ...block, rows: [], total: undefined, after: [nothing(spikes)] };
  const goal = figure(spikes.excess, 2);
  const [rest, ...parts] = figures(
    [spikes.rest.excess, ...spikes.rows.map(({ actual, expected }) => minus(actual, expected))],
    2,
    goal.shown,
  );
  const more: ListRow[] =
    spikes.rest.count > 0 && rest !== undefined
      ? [{ name: `and ${count(spikes.rest.count)} more`, amount: signed(rest), notes: [] }]
      : [];
  return {
    ...block,
    rows: [...spikes.rows.map((spike, i) => row(spike, signed(parts[i] ?? goal))), ...more],
    total: { name: `${plural(all, 'spike')}, none left out`, amount: signed(goal) },
    after: [],
  };
}

const nothing = ({ judged }: Spikes): string =>
  judged === 0
    ? 'Nothing judged yet: no series has 14 days of history.'
    : `No spikes. ${plural(judged, 'row')} judged.`;

function row(spike: Spike, excess: string): ListRow {
  const { account, actual, low, high, since, days, region, why } = spike;
  const decimals = decimalsFor([high]);
  const band = `${plain(figure(low, decimals))}–${plain(figure(high, decimals))}`;
  const usual = `${plain(figure(actual, 2))}, expected ${band}, since ${dayName(since)}, ${plural(days, 'day')}`;
  const place = [
    printed(spike.ou),
    ...(region === undefined ? [] : [printed(region)]),
    ...(why === undefined ? [] : [cut(clean(why), 120)]),
  ].join(' · ');
  return {
    service: printed(spike.service),
    name: accountShort(account),
    ...(account.name === undefined ? {} : { id: printed(account.id) }),
    amount: excess,
    notes: [usual, place],
  };
}
