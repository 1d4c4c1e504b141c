import { known } from '../../core/errors/invariant.ts';
import { UserError } from '../../core/errors/user-error.ts';
import type { Cell, Row } from '../../ports/engine.ts';
import {
  type BreakdownPlace,
  breakdownPage,
  breakdownTotal,
  linesPage,
  linesTotal,
} from '../../sql/overview/pages.ts';
import { amount, count } from '../digest/asked.ts';
import { aboutOf, exact } from './about.ts';
import { type CostRequest, type Question, settle } from './question.ts';
import type { Served } from './served.ts';

export interface PageRequest extends CostRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** How deep a list of lines can be read: beyond it a filter says more. */
const LINES_DEEP = 100_000;

/** A page of requirement A1's rows, in its order, with what all of them add up to. */
export async function breakdown(served: Served, request: PageRequest) {
  const question = settle(served, request);
  const { scope, period } = question;
  const after =
    request.cursor === undefined ? undefined : placeOf(cursorOf(request.cursor, served, question));
  const [all, total] = (await served.remembered.get(`breakdown ${nameOf(question)}`, () =>
    served.ask(scope, async (session) =>
      known((await session.rows(breakdownTotal(period)))[0], 'a total of the breakdown'),
    ),
  )) as Row;
  const rows = await served.ask(scope, (session) =>
    session.rows(breakdownPage({ period, after, rows: request.limit + 1 })),
  );
  const page = rows.slice(0, request.limit);
  const last = page.at(-1);
  return {
    about: aboutOf(served, question),
    rows: page.map(([date, ou, service, account, cost]) => ({
      BillingDate: String(date),
      OU: String(ou),
      Service: String(service),
      LinkedAccount: String(account),
      DailyCost: exact(amount(cost, served.currency)),
    })),
    total: exact(amount(total, served.currency)),
    count: count(all),
    next: rows.length > page.length && last !== undefined ? cursor(last, served, question) : null,
  };
}

/** The lines behind a figure, dearest first, with what all of them add up to. */
export async function lines(served: Served, request: PageRequest) {
  const question = settle(served, request);
  const { scope, period, filters } = question;
  const skip = request.cursor === undefined ? 0 : skipOf(cursorOf(request.cursor, served, question));
  const of = { period, metric: scope.metric, tag: filters.tag, tagRules: served.tagRules };
  const totals = (await served.remembered.get(`lines ${nameOf(question)}`, () =>
    served.ask(scope, (session) => session.rows(linesTotal(of)), 'lines'),
  )) as Row[];
  const all = totals.reduce((lines, [, , number]) => lines + count(number), 0);
  const rows = await served.ask(
    scope,
    (session) => session.rows(linesPage({ ...of, skip, rows: request.limit })),
    'lines',
  );
  const seen = skip + rows.length;
  return {
    about: aboutOf(served, question),
    rows: rows.map((row) => lineOf(row, served)),
    count: all,
    totals: totals.map(([currency, of]) => ({
      currency: String(currency ?? ''),
      amount: exact(amount(of, served.currency)),
    })),
    next: seen < all && seen < LINES_DEEP && rows.length > 0 ? cursor([seen], served, question) : null,
  };
}

function lineOf(row: Row, served: Served) {
  const [date, ou, service, account, region, resource, meter, category, description, cost, ...rest] = row;
  const [currency, costClass, source] = rest;
  return {
    BillingDate: String(date),
    OU: String(ou),
    Service: String(service),
    SubAccountId: text(account),
    RegionId: text(region),
    ResourceId: text(resource),
    SkuMeter: text(meter),
    ChargeCategory: text(category),
    ChargeDescription: text(description),
    Cost: cost === null || cost === undefined ? null : exact(amount(cost, served.currency)),
    BillingCurrency: text(currency),
    CostClass: text(costClass),
    SourceId: String(source),
  };
}

const text = (cell: Cell | undefined): string | null =>
  cell === null || cell === undefined ? null : String(cell);

/** What a cursor belongs to: it leads on in this list alone, at this version. */
const nameOf = ({ scope, period }: Question): string => JSON.stringify([scope, period]);

const cursor = (place: Row, served: Served, question: Question): string =>
  Buffer.from(JSON.stringify([served.version, nameOf(question), ...place])).toString('base64url');

function cursorOf(given: string, served: Served, question: Question): readonly unknown[] {
  const [version, list, ...place] = decoded(given);
  if (list !== nameOf(question)) throw cursorInvalid('is of another list');
  if (version !== served.version) throw cursorInvalid('is of an older lake version');
  return place;
}

function decoded(given: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(given, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : [];
  } catch {
    return []; // what is no cursor of ours is refused below, by name
  }
}

function placeOf(place: readonly unknown[]): BreakdownPlace {
  const [date, ou, service, account, cost] = place.map(String);
  const fits =
    place.length === 5 &&
    /^\d{4}-\d{2}-\d{2}$/.test(date ?? '') &&
    /^-?\d{1,23}\.\d{15}$/.test(cost ?? '') &&
    place.every((part) => typeof part === 'string' && !part.includes('\u0000'));
  if (!fits) throw cursorInvalid('makes no sense');
  return {
    date: String(date),
    ou: String(ou),
    service: String(service),
    account: String(account),
    cost: String(cost),
  };
}

function skipOf(place: readonly unknown[]): number {
  const [skip] = place;
  if (typeof skip === 'number' && Number.isSafeInteger(skip) && skip > 0 && skip < LINES_DEEP) return skip;
  throw cursorInvalid('makes no sense');
}

const cursorInvalid = (why: string): UserError =>
  new UserError('REQUEST_INVALID', {
    what: `The cursor ${why}`,
    remedy: 'Ask for the first page again, without a cursor.',
  });
