import { billingDate, daysBetween } from '../../core/calendar/billing-date.ts';
import { known } from '../../core/errors/invariant.ts';
import { minus, sum } from '../../core/money/money.ts';
import type { Spike, Spikes } from '../../delivery/digest/facts.ts';
import type { Row } from '../../ports/engine.ts';
import { daySpikes, seriesOnDay } from '../../sql/digest/spikes.ts';
import { type Asked, amount, count, nameOf } from './asked.ts';

/** Spikes of the judged day by rule C1, at most ten, with count and money of the rest. `why` comes from the movers. */
export async function spikesOf(
  asked: Asked,
  why: (service: string, account: string) => string | undefined,
): Promise<Spikes> {
  const { engine, state, judged, currency } = asked;
  const rows = await engine.rows(daySpikes(judged));
  const judgedSeries = known((await engine.rows(seriesOnDay(judged)))[0], 'count of series');
  const spikes = rows.map((row) => spike(row, asked, why));
  const excess = sum(
    spikes.map(({ actual, expected }) => minus(actual, expected)),
    currency,
  );
  const [all, allExcess] = [rows[0]?.[10] ?? 0, rows[0]?.[11]];
  return {
    rows: spikes,
    rest: { count: count(all) - spikes.length, excess: minus(amount(allExcess, currency), excess) },
    excess: amount(allExcess, currency),
    judged: count(judgedSeries[0]),
    rulesVersion: String(state.inputs.rules),
  };
}

function spike(
  row: Row,
  { judged, currency }: Asked,
  why: (service: string, account: string) => string | undefined,
): Spike {
  const [ou, service, account, name, region, actual, expected, low, high, since] = row;
  const began = since === null ? judged : billingDate(String(since));
  return {
    id: [judged, ou, service, account, region].filter((part) => part !== '').join('/'),
    service: String(service),
    account: { id: String(account), name: nameOf(name) },
    ou: String(ou),
    region: nameOf(region),
    actual: amount(actual, currency),
    expected: amount(expected, currency),
    low: amount(low, currency),
    high: amount(high, currency),
    since: began,
    days: daysBetween(began, judged) + 1,
    why: why(String(service), String(account)),
  };
}
