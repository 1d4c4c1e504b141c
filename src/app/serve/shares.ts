import { addDays, type BillingDate } from '../../core/calendar/billing-date.ts';
import { addMonths, daysOf, periodOf } from '../../core/calendar/billing-period.ts';
import { known } from '../../core/errors/invariant.ts';
import { type Money, minus, ratio } from '../../core/money/money.ts';
import type { Row } from '../../ports/engine.ts';
import { type Dimension, shares as sharesQuestion, spikesBy, values } from '../../sql/overview/shares.ts';
import { NONE } from '../../sql/scope.ts';
import { type Asked, amount, count, nameOf } from '../digest/asked.ts';
import { aboutOf, exact, exactOrNull } from './about.ts';
import { factsOf } from './facts.ts';
import { changeOf } from './overview.ts';
import { type CostRequest, type Question, settle } from './question.ts';
import type { Reads, Served } from './served.ts';
import { type Sparks, sparks } from './sparks.ts';

export interface SharesRequest extends CostRequest {
  readonly by: Dimension;
  readonly limit: number;
}

/** Colours of series; a value beyond them is drawn as "other". */
const COLOURS = 8;

/** How the period's cost divides, the dearest by name, the others in one row, all adding up to the total. */
export async function shares(served: Served, request: SharesRequest) {
  const question = settle(served, request);
  const { by, limit } = request;
  const day = question.judged ?? served.complete.newestDay ?? served.today;
  const facts = factsOf(served, question, day);
  const found = await facts.ask(
    `shares ${by} ${limit} ${JSON.stringify(question.period)} ${question.compare}`,
    (of) => measured(of, question, { by, limit, day }),
    readsOf(by),
  );
  const colours = by === 'service' || by === 'ou' ? await coloursOf(served, question, by) : [];
  const row = shareRow(found, question, colours);
  const count_ = found.count - found.parts.length;
  const { rest, total } = found;
  const spikes = [...found.spikes.values()].reduce((sum, of) => sum + of, 0);
  const listed = found.parts.reduce((sum, { key }) => sum + (found.spikes.get(key) ?? 0), 0);
  return {
    about: aboutOf(served, question),
    by,
    rows: found.parts.map((part) => row(part, found.spikes.get(part.key) ?? 0, found.lines.of(part.key))),
    others:
      count_ === 0
        ? null
        : {
            ...row({ key: '', name: 'Other', ou: undefined, ...rest }, spikes - listed, found.lines.others),
            rows: count_,
          },
    total: row({ key: '', name: 'Total', ou: undefined, ...total }, spikes, found.lines.total),
    count: found.count,
  };
}

/** What a question about values of a dimension reads. */
export const readsOf = (by: Dimension): Reads => (by === 'region' || by === 'tag' ? 'places' : 'accounts');

interface Part {
  readonly key: string;
  readonly name: string;
  readonly ou: string | undefined;
  readonly amount: Money;
  readonly before: Money;
}

interface Measured {
  readonly parts: readonly Part[];
  readonly rest: Pick<Part, 'amount' | 'before'>;
  readonly total: Pick<Part, 'amount' | 'before'>;
  readonly count: number;
  readonly spikes: ReadonlyMap<string, number>;
  readonly lines: Sparks;
}

async function measured(
  of: Asked,
  { period, before }: Question,
  { by, limit, day }: { readonly by: Dimension; readonly limit: number; readonly day: BillingDate },
): Promise<Measured> {
  const { engine, currency } = of;
  const rows = await engine.rows(
    sharesQuestion({ by, period, before: before ?? { from: day, until: day }, day, rows: limit }),
  );
  const [, , , , , all, rest, restBefore, total, totalBefore] = known(rows[0], 'a total of shares');
  const parts = rows.filter(([key]) => key !== null).map((row) => partOf(row, by, of));
  const spikes = by === 'tag' ? [] : await engine.rows(spikesBy({ by, day }));
  return {
    parts,
    rest: { amount: amount(rest, currency), before: amount(restBefore, currency) },
    total: { amount: amount(total, currency), before: amount(totalBefore, currency) },
    count: count(all),
    spikes: new Map(spikes.map(([key, number]) => [String(key), count(number)])),
    lines: await sparks(
      of,
      by,
      parts.map(({ key }) => key),
    ),
  };
}

function partOf([key, now, then, name, ou]: Row, by: Dimension, { currency }: Asked): Part {
  const id = String(key);
  return {
    key: id,
    name:
      by === 'account' ? (id === NONE ? 'no account' : (nameOf(name) ?? id)) : id === NONE ? `no ${by}` : id,
    ou: by === 'account' ? nameOf(ou) : undefined,
    amount: amount(now, currency),
    before: amount(then, currency),
  };
}

const shareRow =
  ({ total }: Measured, { before }: Question, colours: readonly string[]) =>
  (part: Part, alerts: number, spark: number[]) => {
    const then = before === undefined ? undefined : part.before;
    return {
      key: part.key,
      name: part.name,
      ou: part.ou ?? null,
      amount: exact(part.amount),
      share: ratio(part.amount, total.amount) ?? null,
      before: exactOrNull(then),
      change: then === undefined ? null : exact(minus(part.amount, then)),
      changeShare: changeOf(part.amount, then),
      alerts,
      spark,
      colour: colours.indexOf(part.key) + 1,
    };
  };

/** Which values have a colour of their own: the dearest of the whole lake over a year, whatever is filtered. */
async function coloursOf(served: Served, question: Question, by: Dimension): Promise<readonly string[]> {
  const day = served.complete.completeTo ?? served.complete.newestDay ?? served.today;
  const scope = {
    metric: question.scope.costMetric,
    costMetric: question.scope.costMetric,
    reportingCurrency: question.scope.reportingCurrency,
  };
  const period = { from: daysOf(addMonths(periodOf(day), -12)).from, until: addDays(day, 1) };
  return (await served.remembered.get(`colours ${by}`, () =>
    served.ask(
      scope,
      async (session) =>
        (await session.rows(values({ by, period, day }))).slice(0, COLOURS).map(([key]) => String(key)),
      readsOf(by),
    ),
  )) as readonly string[];
}
