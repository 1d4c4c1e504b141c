import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { billingPeriod } from '../core/calendar/billing-period.ts';
import { applied, emptyState, entryOf } from './catalog.ts';
import type { ControlTotal, LakeState, Load } from './catalog-types.ts';
import { exclusionsOf } from './overlap.ts';
import { precedence } from './precedence.ts';

const total = (usage: string, currency = 'USD'): ControlTotal => ({
  currency,
  metric: 'BilledCost',
  lineItemType: 'Usage',
  chargeCategory: 'Usage',
  rows: { read: 1, loaded: 1, rejected: 0, dropped: 0, generated: 0 },
  amount: { read: usage, loaded: usage, rejected: '0', dropped: '0', generated: '0' },
  residue: '0',
  unknown: 0,
});

interface Given {
  readonly source?: string;
  readonly month?: string;
  readonly delivery?: string;
  readonly content?: string;
  readonly age?: string;
  readonly part?: string;
  readonly rank?: number;
  readonly rows?: number;
  readonly usage?: string;
  readonly accounts?: readonly string[];
}

/** A load of 100 lines and 100 USD of Usage in account 1, if nothing else is said. `part`: the delivery it came with. */
function load(id: string, given: Given = {}): Load {
  const { source = 'aws', month = '2026-11', delivery = `d-${id}`, age = '2026-11-10', part } = given;
  return {
    id,
    source,
    billingPeriod: billingPeriod(month),
    scope: part === undefined ? 'month' : 'part',
    ...(part === undefined ? {} : { cameWith: part }),
    delivery: {
      id: delivery,
      deliveredAt: `${age}T00:00:00.000Z`,
      ageFrom: 'manifest',
      content: given.content ?? `content of ${delivery}`,
      receivedAt: '2026-11-10T00:00:00.000Z',
      raw: [],
    },
    format: `rank-${given.rank ?? 1}`,
    rank: given.rank ?? 1,
    simulated: false,
    firstDate: undefined,
    lastDate: undefined,
    watermark: undefined,
    lines: [{ key: id, rows: given.rows ?? 100, bytes: 1, sha256: '' }],
    rollup: { identity: id, files: [] },
    totals: [total(given.usage ?? '100')],
    accounts: (given.accounts ?? ['1']).map((subAccountId) => ({
      billingAccountId: 'payer',
      subAccountId,
      lines: 1,
      amounts: { USD: ['1.50', '1.25', '0', '0'] },
    })),
  };
}

const stateOf = (...loads: readonly Load[]): LakeState => ({
  ...emptyState('2026-11-01T00:00:00.000Z'),
  loads,
});
const strict = { shrink: false };

function removedBy(state: LakeState, ...added: readonly Load[]): readonly string[] | 'repeated' {
  const decided = precedence(state, added, strict);
  return decided.kind === 'repeated' ? 'repeated' : [...decided.change.removed].sort();
}

describe('a month', () => {
  it.each([
    [
      'replaces the older delivery of its source and month',
      load('old'),
      load('new', { age: '2026-11-11' }),
      ['old'],
    ],
    ['of one age with the current one replaces it', load('old'), load('new'), ['old']],
    ['leaves another month alone', load('old', { month: '2026-10' }), load('new'), []],
    ['leaves another source alone', load('old', { source: 'azure', accounts: ['2'] }), load('new'), []],
    [
      'of the same content is a repetition, whatever its age',
      load('old', { content: 'x' }),
      load('new', { content: 'x', age: '2026-11-01' }),
      'repeated',
    ],
    [
      'of the same content in another source is none',
      load('old', { source: 'b', content: 'x', accounts: ['2'] }),
      load('new', { content: 'x' }),
      [],
    ],
  ])('%s', (_, current, incoming, expected) => {
    expect(removedBy(stateOf(current), incoming)).toEqual(expected);
  });

  it('that is older is refused', () => {
    const refused = () => removedBy(stateOf(load('new', { age: '2026-11-11' })), load('old'));
    expect(refused).toThrow(expect.objectContaining({ code: 'DELIVERY_OLDER' }));
  });
});

describe('a smaller month', () => {
  it.each<[Given, string, string]>([
    [{ rows: 91 }, 'fine', '9 % fewer lines'],
    [{ rows: 90 }, 'LOAD_SHRINKS', 'a tenth fewer lines'],
    [{ usage: '90.000000000000001' }, 'fine', 'a hair less than a tenth less Usage'],
    [{ usage: '90' }, 'LOAD_SHRINKS', 'a tenth less Usage'],
    [{ usage: '-95' }, 'fine', 'a Usage of the other sign and nearly the same size'],
    [{ usage: '0' }, 'LOAD_SHRINKS', 'no Usage'],
    [{ rows: 1000, usage: '1000' }, 'fine', 'ten times as much'],
  ])('%j is %s: %s', (given, expected) => {
    const state = stateOf(load('old'));
    const incoming = load('new', given);
    if (expected === 'fine') expect(removedBy(state, incoming)).toEqual(['old']);
    else expect(() => removedBy(state, incoming)).toThrow(expect.objectContaining({ code: expected }));
    expect(precedence(state, [incoming], { shrink: true }).kind).toBe('loads');
  });

  it('is not measured by a refund: only Usage counts', () => {
    const refund = { ...total('-80'), chargeCategory: 'Credit', lineItemType: 'Refund' };
    const incoming = { ...load('new'), totals: [total('100'), refund] };
    expect(removedBy(stateOf(load('old')), incoming)).toEqual(['old']);
  });

  it('is measured per currency', () => {
    const both = { ...load('old'), totals: [total('100'), total('100', 'EUR')] };
    expect(() => removedBy(stateOf(both), load('new'))).toThrow(
      expect.objectContaining({ code: 'LOAD_SHRINKS' }),
    );
  });
});

describe('parts', () => {
  const main = load('main', { delivery: 'D' });
  const stray = load('stray', { delivery: 'D', part: 'D', month: '2026-12' });
  const mended = load('mended', { delivery: 'M', part: 'D' });

  it.each([
    ['a stray leaves with its delivery', [main, stray], load('new'), ['main', 'stray']],
    [
      'a stray stays when its own month gets a delivery',
      [main, stray],
      load('dec', { month: '2026-12' }),
      [],
    ],
    ['mended rows leave with their month', [main, mended], load('new'), ['main', 'mended']],
    ['mended rows stay when their delivery comes after them', [mended], main, []],
    ['mended rows of a delivery that never came leave when another comes', [mended], load('new'), ['mended']],
    ['mended rows of another source stay', [{ ...mended, source: 'b', accounts: [] }], load('new'), []],
    ['mended rows add to their delivery', [main], mended, []],
    ['the same mended rows count once', [main, mended], { ...mended, id: 'again' }, 'repeated'],
  ])('%s', (_, current, incoming, expected) => {
    expect(removedBy(stateOf(...current), incoming)).toEqual(expected);
  });

  it('of a delivery that was replaced are refused', () => {
    expect(() => removedBy(stateOf(load('new')), mended)).toThrow(
      expect.objectContaining({ code: 'DELIVERY_OLDER' }),
    );
  });
});

describe('overlap', () => {
  it('leaves out the higher rank, per account and month, with what it would have added', () => {
    const cur = load('cur', { source: 'cur', rank: 30, accounts: ['1', '2'] });
    const focus = load('focus', { source: 'focus', rank: 10, accounts: ['1', '3'] });
    expect(exclusionsOf([cur, focus])).toEqual([
      {
        source: 'cur',
        billingPeriod: '2026-11',
        billingAccountId: 'payer',
        subAccountId: '1',
        insteadOf: 'focus',
        reason: 'rank-10 counts before rank-30',
        totals: [
          { currency: 'USD', metric: 'BilledCost', amount: '1.50' },
          { currency: 'USD', metric: 'EffectiveCost', amount: '1.25' },
          { currency: 'USD', metric: 'ListCost', amount: '0.00' },
          { currency: 'USD', metric: 'ContractedCost', amount: '0.00' },
        ],
      },
    ]);
  });

  it('adds up the months and parts of the loser', () => {
    const [exclusion] = exclusionsOf([
      load('a', { source: 'cur', rank: 30 }),
      load('b', { source: 'cur', rank: 30, part: 'd-a' }),
      load('c', { source: 'focus' }),
    ]);
    expect(exclusion?.totals[0]?.amount).toBe('3.00');
  });

  it('is none between months, nor within one source', () => {
    expect(
      exclusionsOf([load('a'), load('b', { source: 'b', month: '2026-10' }), load('c', { part: 'x' })]),
    ).toEqual([]);
  });

  it('of one rank is refused, naming account and sources', () => {
    expect(() => exclusionsOf([load('a'), load('b', { source: 'b' })])).toThrow(
      expect.objectContaining({
        code: 'SOURCES_OVERLAP',
        what: expect.stringMatching(/Account 1 .* aws .* b/),
      }),
    );
  });

  it('of one rank is fine between two that both lose', () => {
    const losers = [load('a', { source: 'a', rank: 2 }), load('b', { source: 'b', rank: 2 })];
    expect(exclusionsOf([...losers, load('c', { source: 'c' })]).map(({ source }) => source)).toEqual([
      'a',
      'b',
    ]);
  });

  it('comes back when the winner goes', () => {
    const loser = load('a', { source: 'a', rank: 2 });
    const winner = load('b', { source: 'b', accounts: ['1'] });
    const state = { ...stateOf(loser, winner), exclusions: exclusionsOf([loser, winner]) };
    const next = precedence(state, [load('b2', { source: 'b', accounts: ['9'] })], strict);
    expect(next).toMatchObject({ kind: 'loads', change: { removed: ['b'], exclusions: [] } });
  });
});

describe('any order of arrival', () => {
  const months = fc.constantFrom('2026-10', '2026-11');
  const deliveries = fc.uniqueArray(
    fc.record({
      source: fc.constantFrom('a', 'b', 'c'),
      month: months,
      age: fc.integer({ min: 10, max: 28 }),
    }),
    { minLength: 1, maxLength: 8, selector: ({ source, month, age }) => `${source} ${month} ${age}` },
  );
  const rank = { a: 1, b: 2, c: 3 } as const;

  it('ends in the newest delivery of each source and month, and one source per account', () =>
    fc.assert(
      fc.property(deliveries, fc.infiniteStream(fc.nat()), (given, shuffle) => {
        const loads = given.map(({ source, month, age }) =>
          load(`${source}-${month}-${age}`, {
            source,
            month,
            age: `2026-12-${age}`,
            rank: rank[source as 'a'],
          }),
        );
        const shuffled = loads
          .map((one) => ({ one, at: shuffle.next().value ?? 0 }))
          .sort((x, y) => x.at - y.at)
          .map(({ one }) => one);
        let state = stateOf();
        for (const incoming of shuffled) {
          try {
            const decided = precedence(state, [incoming], strict);
            if (decided.kind === 'loads')
              state = applied(state, entryOf(state, { previous: null, change: decided.change, now: '' }));
          } catch (error) {
            expect(error).toMatchObject({ code: 'DELIVERY_OLDER' });
          }
        }
        const newest = new Map<string, string>();
        for (const { id, source, billingPeriod: month } of [...loads].sort((x, y) => (x.id < y.id ? -1 : 1)))
          newest.set(`${source} ${month}`, id);
        expect(state.loads.map(({ id }) => id).sort()).toEqual([...newest.values()].sort());
        expect(state.exclusions).toEqual(exclusionsOf(state.loads));
        for (const month of ['2026-10', '2026-11']) {
          const sources = state.loads
            .filter((one) => one.billingPeriod === month)
            .map(({ source }) => source);
          const counted = sources.filter(
            (source) => !state.exclusions.some((out) => out.source === source && out.billingPeriod === month),
          );
          expect(counted).toEqual(sources.length === 0 ? [] : [[...sources].sort()[0]]);
        }
      }),
    ));
});
