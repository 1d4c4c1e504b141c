import { describe, expect, it } from 'vitest';
import { addDays, billingDate } from '../core/calendar/billing-date.ts';
import { accountsCsv, budgetsCsv, labelsCsv } from './decided.ts';
import { OUS } from './organisation.ts';
import { type Plan, simulate } from './plan.ts';
import { dayNumber, ten } from './series.ts';

const FROM = billingDate('2025-10-01');
const UNTIL = billingDate('2026-11-21');
const plan = simulate({ seed: 1, from: FROM, until: UNTIL });

/** USD that the plan bills, by the answer of `group` for each day's entry. */
function billed(
  { series, days }: Plan,
  group: (id: number, day: number) => string | undefined,
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [i, id] of days.series.entries()) {
    const one = series[id];
    const key = group(id, days.day[i] ?? 0);
    if (one === undefined || key === undefined) continue;
    sums.set(key, (sums.get(key) ?? 0) + ((days.quantity[i] ?? 0) * one.billed) / ten(one.p + one.q));
  }
  return sums;
}

describe('the organisation', () => {
  it('has 60 accounts in 12 OUs, two of them in none, and bills about 240,000 USD in a whole month', () => {
    expect(plan.accounts).toHaveLength(60);
    expect(new Set(plan.accounts.flatMap(({ ou }) => ou ?? [])).size).toBe(12);
    expect(plan.accounts.filter(({ ou }) => ou === null)).toHaveLength(2);
    const [from, until] = [dayNumber(billingDate('2026-10-01')), dayNumber(billingDate('2026-11-01'))];
    const october =
      billed(plan, (_, day) => (day >= from && day < until ? 'all' : undefined)).get('all') ?? 0;
    expect(october).toBeGreaterThan(225_000);
    expect(october).toBeLessThan(260_000);
  });

  it('uses more than 40 services in several regions, with accounts that open, close and fall silent', () => {
    expect(new Set(plan.series.map(({ service }) => service.code)).size).toBeGreaterThan(40);
    expect(new Set(plan.series.map(({ region }) => region)).size).toBeGreaterThan(4);
    const days = (name: string): number => {
      const account = plan.accounts.findIndex((one) => one.name === name);
      return billed(plan, (id, day) =>
        plan.series[id]?.account === account && plan.series[id]?.kind === 'usage' ? String(day) : undefined,
      ).size;
    };
    expect(days('prod-core')).toBe(416);
    expect(days('research-lab')).toBe(10);
    expect(days('app-dr')).toBe(416 - 15);
    expect(days('legacy-crm')).toBe(416 - 212);
  });

  it('is another one for another seed, and the same for the same', () => {
    const small = {
      from: billingDate('2026-09-01'),
      until: billingDate('2026-10-01'),
      accounts: 5,
      linesPerDay: 50,
    };
    const [one, again, other] = [1, 1, 2].map((seed) => simulate({ seed, ...small }));
    expect([...(again?.days.quantity ?? [])]).toEqual([...(one?.days.quantity ?? [])]);
    expect([...(other?.days.quantity ?? [])]).not.toEqual([...(one?.days.quantity ?? [])]);
  });

  it('gives a day the same usage however long the window before it is', () => {
    const of = (from: string): Map<string, number> =>
      billed(simulate({ seed: 1, from: billingDate(from), until: UNTIL, accounts: 4 }), (id, day) =>
        day === dayNumber(billingDate('2026-10-20')) ? String(id) : undefined,
      );
    const [long, short] = [of('2026-06-01'), of('2026-09-01')];
    const usage = [...short].filter(([id]) => long.has(id)).slice(0, 50);
    expect(usage).toHaveLength(50);
    for (const [id, usd] of usage) expect(long.get(id)).toBe(usd);
  });

  it('takes an hour of days and as many lines as asked for', () => {
    const many = simulate({
      seed: 1,
      from: billingDate('2026-09-01'),
      until: billingDate('2026-09-04'),
      linesPerDay: 20_000,
    });
    expect(many.resources.series.length).toBeGreaterThan(17_000);
    expect(many.resources.series.length).toBeLessThanOrEqual(20_500);
  });
});

describe('incidents', () => {
  it('are at least twelve, of every kind, two of them spikes on or right before the newest complete day', () => {
    expect(plan.labels.length).toBeGreaterThanOrEqual(12);
    expect(new Set(plan.labels.map(({ kind }) => kind))).toEqual(
      new Set(['spike', 'drop', 'level', 'drift', 'new']),
    );
    const newest = addDays(UNTIL, -2);
    const fresh = plan.labels.filter(({ kind, start }) => kind === 'spike' && start >= addDays(newest, -1));
    expect(fresh.map(({ accountName, service, start }) => [accountName, service, start])).toEqual([
      ['prod-media', 'AmazonS3', addDays(newest, -1)],
      ['lake-etl', 'AWSGlue', newest],
    ]);
  });

  it.each(
    plan.labels.map(
      (label) => [`${label.kind} ${label.accountName} ${label.service} ${label.start}`, label] as const,
    ),
  )('is visible in what is billed: %s', (_, { accountName, service, start, end, kind, extra }) => {
    const account = plan.accounts.findIndex(({ name }) => name === accountName);
    const [from, until] = [dayNumber(start), dayNumber(end)];
    const daily = billed(plan, (id, day) => {
      const one = plan.series[id];
      if (one?.account !== account || one.service.code !== service) return undefined;
      if (one.kind !== 'usage' && one.kind !== 'spot') return undefined;
      return day >= from && day <= until ? 'during' : day >= from - 14 && day < from ? 'before' : undefined;
    });
    const during = (daily.get('during') ?? 0) / (until - from + 1);
    const before = (daily.get('before') ?? 0) / 14;
    expect(during / Math.max(before, 0.01)).toSatisfy((ratio: number) =>
      extra < 0n ? ratio < 0.8 : ratio > 1.2,
    );
    expect(kind === 'drop' ? extra < 0n : true).toBe(true);
    // What the label says was added is what was added, give or take a third for weekdays and growth.
    const each = Number(extra) / 1e15 / (until - from + 1);
    expect(Math.abs(during - before - each)).toBeLessThan(Math.abs(each) / 3);
  });
});

describe('files that people keep', () => {
  it('maps every account that has an OU, one of them in two places one after the other', () => {
    const lines = accountsCsv(plan).trimEnd().split('\n');
    expect(lines[0]).toBe(
      'account_id,account_name,payer_account_id,status,ou_path,ou_id,valid_from,valid_to,tag:CostCenter,tag:Owner',
    );
    expect(lines).toHaveLength(1 + 58 + 1);
    expect(lines.find((line) => line.startsWith('012345678901'))).toContain('SUSPENDED');
  });

  it('budgets every OU but Sandbox, each month, and a total above their sum', () => {
    const rows = budgetsCsv(plan)
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    const november = rows.filter(([, , period]) => period === '2026-11');
    expect(november.map(([, scope]) => scope).sort()).toEqual(
      ['', ...OUS.map(({ path }) => path).filter((path) => path !== 'Sandbox')].sort(),
    );
    const amount = (row: readonly string[] | undefined): number => Number(row?.[3]);
    const ous = november.filter(([type]) => type === 'ou').reduce((sum, row) => sum + amount(row), 0);
    expect(amount(november.find(([type]) => type === 'total'))).toBeGreaterThan(ous);
  });

  it('prints labels with all 15 decimals', () => {
    const [header, first] = labelsCsv(plan.labels).split('\n');
    expect(header).toBe('start,end,account_id,account_name,service,region,kind,extra_cost,currency,cause');
    expect(first).toMatch(
      /^2026-11-18,2026-11-20,723220334139,prod-media,AmazonS3,eu-central-1,spike,\d+\.\d{15},USD,/,
    );
  });
});
