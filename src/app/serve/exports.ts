import type { Row } from '../../ports/engine.ts';
import { ouBreakdown } from '../../sql/ou-breakdown.ts';
import { amount } from '../digest/asked.ts';
import { type About, aboutOf, exact } from './about.ts';
import { alerts } from './alerts.ts';
import { lights } from './lights.ts';
import { causes, movers } from './movers.ts';
import { type CostRequest, settle } from './question.ts';
import type { Served } from './served.ts';
import { shares } from './shares.ts';
import { trend } from './trend.ts';

export type Block =
  | 'trend'
  | 'lights'
  | 'movers'
  | 'services'
  | 'accounts'
  | 'ous'
  | 'regions'
  | 'alerts'
  | 'breakdown';

export interface ExportRequest extends CostRequest {
  readonly block: Block;
}

type Value = string | number | null;

/** Rows that a block lists by itself before the others: all there are, as far as a screen could ever want. */
const ALL_ROWS = 100_000;

/**
 * A block of the page as CSV: exactly its rows, in full precision, with metric, currency, lake version and the moment of
 * its commit in every row. UTF-8, LF; names that would start a formula get a leading apostrophe.
 */
export async function* exportCsv(
  served: Served,
  { block, ...request }: ExportRequest,
): AsyncGenerator<string> {
  if (block === 'breakdown') {
    yield* breakdownCsv(served, request);
    return;
  }
  const { about, columns, rows } = await tableOf(served, block, request);
  yield line([...columns, ...ABOUT_COLUMNS]);
  for (const row of rows) yield line([...row, ...aboutCells(about)]);
}

interface Table {
  readonly about: About;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
}

async function tableOf(
  served: Served,
  block: Exclude<Block, 'breakdown'>,
  request: CostRequest,
): Promise<Table> {
  switch (block) {
    case 'trend':
      return trendTable(served, request);
    case 'lights':
      return lightsTable(served, request);
    case 'movers':
      return moversTable(served, request);
    case 'alerts':
      return alertsTable(served, request);
    default:
      return sharesTable(served, block, request);
  }
}

async function trendTable(served: Served, request: CostRequest): Promise<Table> {
  const { about, days } = await trend(served, { ...request, by: 'none' });
  return {
    about,
    columns: [
      'Date',
      'State',
      'Total',
      'OnChargeDate',
      'BudgetPerDay',
      'RunRate',
      'ComparedDate',
      'Compared',
      'Spikes',
    ],
    rows: days.map((day) => [
      day.date,
      day.state,
      day.total,
      day.onChargeDate,
      day.budget,
      day.runRate,
      day.beforeDate,
      day.before,
      day.spikes,
    ]),
  };
}

async function lightsTable(served: Served, request: CostRequest): Promise<Table> {
  const { about, rows, total } = await lights(served, request);
  return {
    about,
    columns: [
      'OU',
      'Accounts',
      'MonthToDate',
      'Share',
      'PlanToDate',
      'Forecast',
      'Budget',
      'Light',
      'OfBudget',
      'Reason',
    ],
    rows: [...rows, ...(total === null ? [] : [total])].map((row) => [
      row.ou,
      row.accounts,
      row.monthToDate,
      row.share,
      row.planToDate,
      row.forecast,
      row.budget,
      row.light,
      row.ofBudget,
      row.reason,
    ]),
  };
}

async function moversTable(served: Served, request: CostRequest): Promise<Table> {
  const { about, day, rows, others } = await movers(served, request);
  const why = whyIn((await causes(served, request)).rows);
  return {
    about,
    columns: ['Date', 'Service', 'LinkedAccount', 'AccountName', 'OU', 'DailyCost', 'Usual', 'Change', 'Why'],
    rows: [
      ...rows.map((row): Value[] => [
        day,
        row.service,
        row.account.id,
        row.account.name,
        row.ou,
        row.amount,
        row.usual,
        row.change,
        why(row.service, row.account.id),
      ]),
      ...(others === null
        ? []
        : [[day, `${others.rows} others`, null, null, null, null, null, others.change, null]]),
    ],
  };
}

async function alertsTable(served: Served, request: CostRequest): Promise<Table> {
  const { about, rows } = await alerts(served, request);
  const why = whyIn((await causes(served, request)).rows);
  return {
    about,
    columns: ['Kind', 'Level', 'What', 'Why', 'OU', 'Service', 'LinkedAccount', 'Impact', 'Since'],
    rows: rows.map((row) => [
      row.kind,
      row.level,
      row.what,
      row.kind === 'anomaly' ? why(row.service, row.account?.id) : null,
      row.ou,
      row.service,
      row.account?.id ?? null,
      row.impact,
      row.since,
    ]),
  };
}

/** The cause of a service in an account, where one was found. */
const whyIn =
  (found: Awaited<ReturnType<typeof causes>>['rows']) =>
  (service: string | null, account: string | undefined): string | null =>
    found.find((row) => row.service === service && row.account.id === account)?.why ?? null;

const SHARED = { services: 'service', accounts: 'account', ous: 'ou', regions: 'region' } as const;

async function sharesTable(served: Served, block: keyof typeof SHARED, request: CostRequest): Promise<Table> {
  const { about, by, rows } = await shares(served, { ...request, by: SHARED[block], limit: ALL_ROWS });
  const name = {
    service: 'Service',
    account: 'LinkedAccount',
    ou: 'OU',
    region: 'RegionId',
    tag: 'TagState',
  }[by];
  return {
    about,
    columns: [name, 'Name', 'OU_of_account', 'Cost', 'Share', 'Compared', 'Change', 'ChangeShare', 'Alerts'],
    rows: rows.map((row) => [
      row.key,
      row.name,
      row.ou,
      row.amount,
      row.share,
      row.before,
      row.change,
      row.changeShare,
      row.alerts,
    ]),
  };
}

async function* breakdownCsv(served: Served, request: CostRequest): AsyncGenerator<string> {
  const question = settle(served, request);
  const about = aboutCells(aboutOf(served, question));
  yield line(['BillingDate', 'OU', 'Service', 'LinkedAccount', 'DailyCost', ...ABOUT_COLUMNS]);
  const batches = served.stream(question.scope, (session) =>
    session.batches(ouBreakdown({ period: question.period })),
  );
  for await (const rows of batches) {
    yield rows.map((row) => line([...breakdownCells(row, served), ...about])).join('');
  }
}

const breakdownCells = ([date, ou, service, account, cost]: Row, { currency }: Served): Value[] => [
  String(date),
  String(ou),
  String(service),
  String(account),
  exact(amount(cost, currency)),
];

const ABOUT_COLUMNS = ['Metric', 'Currency', 'LakeVersion', 'AsOf'];
const aboutCells = ({ metric, currency, lakeVersion, committedAt }: About): Value[] => [
  metric,
  currency,
  lakeVersion,
  committedAt,
];

const line = (cells: readonly Value[]): string => `${cells.map(cellOf).join(',')}\n`;

/** As the breakdown's CSV writes it: amounts as they are, names made harmless, quotes where RFC 4180 asks for them. */
function cellOf(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'number' || AMOUNT.test(value)) return String(value);
  const harmless = /^'*[=+@\t\r-]/.test(value) ? `'${value}` : value;
  return /[,"\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

const AMOUNT = /^-?\d+\.\d{2,15}$/;
