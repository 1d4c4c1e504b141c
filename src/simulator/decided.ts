import { type BillingDate, dayOf } from '../core/calendar/billing-date.ts';
import { addMonths, type BillingPeriod, daysOf, periodOf } from '../core/calendar/billing-period.ts';
import { PAYER } from './accounts.ts';
import { between, chance, STREAM } from './chance.ts';
import type { Label } from './incidents.ts';
import { calendarFacts } from './levels.ts';
import { OUS } from './organisation.ts';
import type { Plan } from './plan.ts';
import { dayNumber } from './series.ts';
import { monthEnd, spendByOu } from './spend.ts';

/** A file that people of the organisation would keep: CSV, UTF-8, LF, with a header. */
type Csv = string;

/** Days before the newest complete day on which one account changed its OU. */
const MOVED = { account: 'tracking', from: 'Commercial', daysAgo: 260 } as const;

/** `accounts.csv` in the shape of the account map file. The accounts in no OU are not in it, a closed one has its end. */
export function accountsCsv({ seed, accounts, newest }: Plan): Csv {
  const rows = accounts.flatMap((account, place): string[][] => {
    if (account.ou === null) return [];
    const closed = Number.isFinite(account.closes) && account.name === 'legacy-crm';
    const common = [account.id, account.name ?? '', PAYER.id, closed ? 'SUSPENDED' : 'ACTIVE'];
    const tags = [`CC-${4000 + (chance(seed, STREAM.tags, place) % 60)}`, ownerOf(account.ou)];
    const row = (ou: string, from: string, to: string): string[] => [
      ...common,
      ou,
      ouId(seed, ou),
      from,
      to,
      ...tags,
    ];
    const opened = Number.isFinite(account.opens) ? date(account.opens) : '';
    const ended = closed ? date(account.closes + 1) : '';
    if (account.name !== MOVED.account) return [row(account.ou, opened, ended)];
    const moved = newest - MOVED.daysAgo;
    return [row(MOVED.from, '', date(moved)), row(account.ou, date(moved), '')];
  });
  const header = [
    'account_id',
    'account_name',
    'payer_account_id',
    'status',
    'ou_path',
    'ou_id',
    'valid_from',
    'valid_to',
  ];
  return csv([[...header, 'tag:CostCenter', 'tag:Owner'], ...rows]);
}

/**
 * `budgets.csv`: a budget a month for each OU but one, and a total with a reserve. In the month of the newest complete day
 * they are set against the run-rate, so that every light shows; earlier ones lie near what was spent.
 */
export function budgetsCsv(plan: Plan): Csv {
  const first = dayNumber(plan.period.from);
  const spend = spendByOu(plan, first, dayNumber(plan.period.until) - first);
  const current = periodOf(date(plan.newest));
  const rows: string[][] = [];
  for (
    let period = periodOf(plan.period.from);
    period <= addMonths(current, 1);
    period = addMonths(period, 1)
  ) {
    let sum = 0;
    for (const [place, { path, ofBudget }] of OUS.entries()) {
      const ou = spend.get(path);
      if (ou === undefined || ofBudget === null) continue;
      const off = between(chance(plan.seed, STREAM.budget, place, daysIn(period)), 930, 1_010);
      const expected =
        period < current ? spent(ou.all, period, first) : monthEnd(ou, first, plan.newest - first);
      const amount = Math.max(
        100,
        roundedUp((expected * 1000) / (period < current ? off : shareFor(ofBudget, plan.newest))),
      );
      sum += amount;
      rows.push(['ou', path, period, `${amount}.00`, 'USD', '', ownerOf(path)]);
    }
    rows.push(['total', '', period, `${roundedUp(sum * 1.015)}.00`, 'USD', '', 'finops@example.com']);
  }
  return csv([['scope_type', 'scope', 'period', 'amount', 'currency', 'valid_from', 'owner_email'], ...rows]);
}

/** `labels.csv`: what happened in truth. `extra_cost` is EffectiveCost with the incident less without it. */
export const labelsCsv = (labels: readonly Label[]): Csv =>
  csv([
    [
      'start',
      'end',
      'account_id',
      'account_name',
      'service',
      'region',
      'kind',
      'extra_cost',
      'currency',
      'cause',
    ],
    ...labels.map((label) => [
      ...[
        label.start,
        label.end,
        label.accountId,
        label.accountName,
        label.service,
        label.region,
        label.kind,
      ],
      ...[decimal(label.extra), 'USD', label.cause],
    ]),
  ]);

/** In the last days of a month a forecast of 101.7 % would be a budget that is spent: it stays just below then. */
function shareFor(ofBudget: number, newest: number): number {
  const { dayOfMonth, daysInMonth } = calendarFacts(newest);
  return dayOfMonth > daysInMonth - 3 && ofBudget > 1_000 && ofBudget < 1_050 ? 985 : ofBudget;
}

const date = (day: number): BillingDate => dayOf(day * 86_400_000);
const daysIn = (period: BillingPeriod): number => dayNumber(daysOf(period).from);
const roundedUp = (usd: number): number => Math.ceil(usd / 100) * 100;

const ownerOf = (ou: string): string => `${ou.toLowerCase().replaceAll(/[^a-z]+/g, '-')}@example.com`;

function ouId(seed: number, ou: string): string {
  const [a, b] = [1, 2].map((part) =>
    chance(seed, STREAM.accountId, part, ...Array.from(ou, (c) => c.charCodeAt(0))),
  );
  return `ou-${(a ?? 0).toString(36).padStart(7, '0').slice(0, 4)}-${(b ?? 0).toString(36).padStart(8, '0')}`;
}

function spent(all: Float64Array, period: BillingPeriod, first: number): number {
  const { from, until } = daysOf(period);
  let sum = 0;
  for (let day = Math.max(dayNumber(from), first); day < dayNumber(until); day++)
    sum += all[day - first] ?? 0;
  return sum;
}

/** 10⁻¹⁵ units as a plain decimal with all its digits. */
function decimal(units: bigint): string {
  const digits = (units < 0n ? -units : units).toString().padStart(16, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -15)}.${digits.slice(-15)}`;
}

const csv = (rows: readonly (readonly string[])[]): Csv =>
  rows
    .map(
      (row) =>
        `${row.map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\n`,
    )
    .join('');
