import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { november } from '../../../../test/fixtures/digest/november.ts';
import { situations } from '../../../../test/fixtures/digest/situations.ts';
import { type Money, minus, sum } from '../../../core/money/money.ts';
import type { Bridge, DayRow, DigestFacts } from '../facts.ts';
import { digestView } from './digest-view.ts';
import type { DigestView } from './view.ts';

const USD = november.currency;
const of = (units: bigint): Money => ({ currency: USD, units });
const total = (parts: readonly Money[]): Money => sum(parts, USD);

/** Halves of a cent, ties, zeros, credits and tiny amounts: what rounding gets wrong first. */
const anyAmount: fc.Arbitrary<Money> = fc
  .oneof(
    fc.constantFrom(
      0n,
      5n * 10n ** 12n,
      -5n * 10n ** 12n,
      5n * 10n ** 14n,
      -(5n * 10n ** 14n),
      1_200_000_000n,
    ),
    fc.bigInt({ min: -(10n ** 21n), max: 10n ** 21n }),
  )
  .map(of);

const anyRow: fc.Arbitrary<DayRow> = fc
  .record({ amount: anyAmount, usual: anyAmount })
  .map(({ amount, usual }) => ({
    service: 'AmazonS3',
    account: { id: '723220334139', name: 'prod-media' },
    ou: 'Marketing',
    amount,
    usual,
    change: minus(amount, usual),
  }));

const anyParts = fc.record({
  rows: fc.array(anyRow, { maxLength: 10 }),
  others: anyRow,
  spikes: fc.array(fc.record({ actual: anyAmount, expected: anyAmount }), { maxLength: 10 }),
  restOfSpikes: anyAmount,
  ous: fc.array(fc.record({ monthToDate: anyAmount, forecast: fc.option(anyAmount, { nil: undefined }) }), {
    maxLength: 30,
  }),
  hidden: anyAmount,
  kinds: fc.tuple(anyAmount, anyAmount, anyAmount, anyAmount, anyAmount),
  tags: fc.tuple(anyAmount, anyAmount, anyAmount),
  bridge: fc.tuple(anyAmount, anyAmount, fc.array(anyAmount, { maxLength: 3 }), anyAmount),
});

function factsOf({
  rows,
  others,
  spikes,
  restOfSpikes,
  ous,
  hidden,
  kinds,
  tags,
  bridge,
}: {
  rows: DayRow[];
  others: DayRow;
  spikes: { actual: Money; expected: Money }[];
  restOfSpikes: Money;
  ous: { monthToDate: Money; forecast: Money | undefined }[];
  hidden: Money;
  kinds: [Money, Money, Money, Money, Money];
  tags: [Money, Money, Money];
  bridge: [Money, Money, Money[], Money];
}): DigestFacts {
  const all = [...rows, others];
  const change = total(all.map((row) => minus(row.amount, row.usual ?? of(0n))));
  const toDate = total(ous.map(({ monthToDate }) => monthToDate));
  const forecast = total([hidden, ...ous.flatMap((ou) => ou.forecast ?? [])]);
  const [usage, fees, tax, credits, refunds] = kinds;
  const [compliant, missing, incomplete] = tags;
  const lights = ous.map((ou, i) => ({
    ...ou,
    ou: `OU ${i}`,
    light: 'unknown' as const,
    budget: undefined,
    ofBudget: undefined,
    reason: 'no budget',
  }));
  return {
    ...november,
    month: november.month && { ...november.month, toDate, forecast },
    lights,
    totalLight: undefined,
    withoutBudget: lights.map(({ ou, monthToDate }) => ({
      ou,
      monthToDate,
      accounts: [{ account: { id: '1', name: 'a' }, amount: monthToDate }],
    })),
    top: {
      rows,
      others: { rows: 1, belowZero: 0, amount: others.amount, change: others.change },
      total: total(all.map(({ amount }) => amount)),
      totalChange: change,
    },
    movers: {
      rows: rows.map((row) => ({ ...row, why: undefined })),
      others: { rows: 1, largest: others.amount, change: minus(others.amount, others.usual ?? of(0n)) },
      total: change,
    },
    spikes: november.spikes && {
      ...november.spikes,
      rows: spikes.flatMap((spike) =>
        november.spikes?.rows[0] === undefined ? [] : [{ ...november.spikes.rows[0], ...spike }],
      ),
      rest: { count: 1, excess: restOfSpikes },
      excess: total([restOfSpikes, ...spikes.map(({ actual, expected }) => minus(actual, expected))]),
    },
    kinds: { usage, fees, tax, credits, refunds, total: total(kinds) },
    bridge: bridgeOf(bridge),
    tags: november.tags && { ...november.tags, compliant, missing, incomplete },
  };
}

function bridgeOf([before, days, named, others]: readonly [Money, Money, Money[], Money]):
  | Bridge
  | undefined {
  const [row] = november.bridge?.largest ?? [];
  if (november.bridge?.days === undefined || row === undefined) return undefined;
  const changed = total([...named, others]);
  return {
    ...november.bridge,
    before,
    days: { ...november.bridge.days, amount: days },
    largest: named.map((amount) => ({ ...row, amount })),
    changed,
    others,
    now: total([before, days, changed]),
  };
}

/** What a reader adds up: printed digits alone. `< 0.01` is nothing, `–` and `new` are not numbers. */
function read(text: string): bigint {
  if (/[<>]/.test(text)) return 0n;
  const match = /^([+−]?)([\d,]+)(?:\.(\d\d))?$/.exec(text);
  if (match === null) throw new Error(`"${text}" is not a printed amount`);
  const [, sign, whole = '', cents = '00'] = match;
  const value = BigInt(whole.replaceAll(',', '') + cents);
  return sign === '−' ? -value : value;
}

const added = (texts: readonly string[]): bigint => texts.reduce((all, text) => all + read(text), 0n);
const block = (view: DigestView, title: string) => view.lists.find((one) => one.title === title);

describe('printed parts add up to the printed total', () => {
  const cases: readonly (readonly [string, (view: DigestView) => void])[] = [
    [
      'Top 10: amounts and changes',
      ({ top }) => {
        if (top === undefined) return;
        const rows = [...top.rows, ...(top.others === undefined ? [] : [top.others])];
        expect(added(rows.map(({ amount }) => amount))).toBe(read(top.total.amount));
        expect(added(rows.map(({ change }) => change))).toBe(read(top.total.change));
      },
    ],
    [
      'Top 10: shares, where they are told',
      ({ top }) => {
        const rows = [...(top?.rows ?? []), ...(top?.others === undefined ? [] : [top.others])];
        if (rows.some(({ share }) => share === '–')) {
          expect(rows.every(({ share }) => share === '–')).toBe(true);
          return;
        }
        const tenths = rows.map(({ share }) => Number(share.replace('−', '-').replace(/[,%\s]/g, '')) * 10);
        expect(rows.length === 0 ? 1000 : Math.round(tenths.reduce((a, b) => a + b, 0))).toBe(1000);
      },
    ],
    ['movers', (view) => listAddsUp(view, 'Top movers')],
    ['spikes', (view) => listAddsUp(view, 'Spikes')],
    ['the bridge', (view) => listAddsUp(view, 'Since the digest of 18 Nov')],
    ['scopes without a budget', (view) => listAddsUp(view, 'Without a budget')],
    [
      'lights: month to date and forecast',
      ({ lights, figures }) => {
        if (lights === undefined) return;
        const [, toDate, forecast] = figures.map(({ value }) => value);
        expect(added(lights.rows.map((row) => row.toDate))).toBe(read(toDate ?? ''));
        const rest = /counts .*, (\S+)\.$/.exec(lights.after[0] ?? '')?.[1] ?? '0';
        const known = lights.rows.map((row) => row.forecast).filter((text) => text !== '–');
        expect(added([...known, rest])).toBe(read(forecast ?? ''));
      },
    ],
    [
      'kinds of charge',
      (view) => {
        const line =
          (block(view, 'What month to date is made of')?.after[0] ?? '').split(' Amortised')[0] ?? '';
        const [sums = '', result = ''] = line.slice('By kind: '.length, -1).split(' = ');
        const parts = [...sums.matchAll(/(^|[+−] ?|− )[a-z]+ (<\u00a0)?([\d,.]+)/g)];
        expect(parts).toHaveLength(5);
        expect(
          added(
            parts.map(([, sign = '', tiny, digits]) =>
              tiny ? '0' : `${sign.includes('−') ? '−' : ''}${digits}`,
            ),
          ),
        ).toBe(read(result));
      },
    ],
  ];

  it.each(cases)('%s, for any facts', (_, check) =>
    fc.assert(
      fc.property(anyParts, (parts) => check(digestView(factsOf(parts)))),
      { numRuns: 60 },
    ),
  );

  it.each(Object.keys(situations))('in the digest of %s', (name) => {
    const view = digestView(situations[name] ?? november);
    for (const { title, total: last } of view.lists) if (last !== undefined) listAddsUp(view, title);
  });
});

it('prints a row the same in every list it stands in', () => {
  const view = digestView({
    ...november,
    // 0.4 of a cent more on two rows that stand in both lists: sharing the rounding would raise one of them in one list.
    top: november.top && shifted(november.top),
    movers: november.movers && shifted(november.movers),
  });
  const movers = new Map(
    block(view, 'Top movers')?.rows.map(({ service, brief, amount }) => [`${service} ${brief}`, amount]),
  );
  const twice = (view.top?.rows ?? []).filter(({ service, brief }) => movers.has(`${service} ${brief}`));
  expect(twice).toHaveLength(5);
  for (const { service, brief, change } of twice) expect(movers.get(`${service} ${brief}`)).toBe(change);
});

/** The first two rows 0.4 of a cent further from usual, the totals with them. */
function shifted<T extends { rows: readonly DayRow[]; total: Money; totalChange?: Money | undefined }>(
  list: T,
): T {
  const by = 4n * 10n ** 12n;
  const more = (amount: Money, times = 1n): Money => of(amount.units + by * times);
  const rows = list.rows.map((row, i) =>
    i < 2 && row.change !== undefined ? { ...row, amount: more(row.amount), change: more(row.change) } : row,
  );
  return {
    ...list,
    rows,
    total: more(list.total, 2n),
    ...(list.totalChange === undefined ? {} : { totalChange: more(list.totalChange, 2n) }),
  };
}

function listAddsUp(view: DigestView, title: string): void {
  const list = block(view, title);
  if (list?.total === undefined) return;
  expect(added(list.rows.map(({ amount }) => amount))).toBe(read(list.total.amount));
}
