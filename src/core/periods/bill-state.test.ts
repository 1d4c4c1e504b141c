import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bill, type BillDelivery, billState, leastSettled, QUIET_DAYS } from './bill-state.ts';

const at = (day: string): number => Date.parse(`${day}T05:00:00Z`);
const END = Date.parse('2026-11-01T00:00:00Z');

/** A delivery whose lines lack an invoice, unless `more` says otherwise. */
const on = (day: string, more: Partial<BillDelivery> = {}): BillDelivery => ({
  at: at(day),
  changed: true,
  invoiced: 0,
  uninvoiced: 40,
  ...more,
});
const invoiced = { invoiced: 40, uninvoiced: 0 };
const same = { changed: false };
const october = (deliveries: readonly BillDelivery[], namesInvoices = true): Bill => ({
  end: END,
  deliveries,
  namesInvoices,
});
const stateOn = (day: string, bill: Bill) => {
  const { state, assumed, since } = billState(bill, at(day));
  return [state, assumed, new Date(since).toISOString().slice(0, 10)];
};

describe('a bill of a source that names invoices', () => {
  const bill = october([on('2026-10-20'), on('2026-11-02'), on('2026-11-07', invoiced)]);

  it.each([
    ['2026-10-31', ['open', false, '2026-10-20'], october([on('2026-10-20')])],
    ['2026-11-03', ['closing', false, '2026-11-01'], october([on('2026-10-20'), on('2026-11-02')])],
    ['2026-12-30', ['closing', false, '2026-11-01'], october([on('2026-10-20'), on('2026-11-02')])],
    ['2026-11-08', ['invoiced', false, '2026-11-07'], bill],
    ['2027-11-08', ['invoiced', false, '2026-11-07'], bill],
  ])('on %s is %j', (day, state, of) => expect(stateOn(day, of)).toEqual(state));

  it('is not invoiced before the month is over, whatever its lines say', () => {
    const early = october([on('2026-10-20', invoiced)]);
    expect(stateOn('2026-10-25', early)[0]).toBe('open');
    expect(stateOn('2026-11-01', early)[0]).toBe('closing');
  });

  it('is not reopened by a delivery that says the same', () => {
    const repeated = october([on('2026-11-07', invoiced), on('2026-11-12', { ...invoiced, ...same })]);
    expect(stateOn('2026-11-13', repeated)).toEqual(['invoiced', false, '2026-11-07']);
  });

  it('is reopened by one that changes a total, and invoiced again once that stood for 15 days', () => {
    const changed = october([on('2026-11-07', invoiced), on('2026-11-12', invoiced)]);
    expect(stateOn('2026-11-13', changed)).toEqual(['reopened', false, '2026-11-12']);
    expect(stateOn('2026-11-26', changed)).toEqual(['reopened', false, '2026-11-12']);
    expect(stateOn('2026-11-27', changed)).toEqual(['invoiced', false, '2026-11-27']);
    expect(billState(changed, at('2027-01-01')).reopenedBy).toEqual([1]);
  });

  it('stays reopened while it goes on changing, and every such delivery is kept', () => {
    const restless = october([
      on('2026-11-07', invoiced),
      on('2026-11-12', invoiced),
      on('2026-11-20', invoiced),
    ]);
    expect(stateOn('2026-12-04', restless)).toEqual(['reopened', false, '2026-11-12']);
    expect(stateOn('2026-12-05', restless)).toEqual(['invoiced', false, '2026-12-05']);
    expect(billState(restless, at('2026-12-05')).reopenedBy).toEqual([1, 2]);
  });

  it('without any line that was billed has nothing to wait for', () =>
    expect(stateOn('2026-11-03', october([on('2026-11-02', { invoiced: 0, uninvoiced: 0 })]))).toEqual([
      'invoiced',
      false,
      '2026-11-02',
    ]));
});

describe('a bill of a source without invoices', () => {
  const bill = october([on('2026-10-20'), on('2026-11-03')], false);

  it.each([
    ['2026-11-17', ['closing', false, '2026-11-01']],
    ['2026-11-18', ['invoiced', true, '2026-11-18']],
  ])('on %s is %j: nothing changed for 15 days', (day, state) => expect(stateOn(day, bill)).toEqual(state));

  it('counts from the end of the month where nothing changed since', () =>
    expect(stateOn('2026-11-16', october([on('2026-10-01')], false))).toEqual([
      'invoiced',
      true,
      '2026-11-16',
    ]));

  it('is reopened by a delivery that comes after the 15 days', () => {
    const late = october([on('2026-11-03'), on('2026-11-25')], false);
    expect(stateOn('2026-11-26', late)).toEqual(['reopened', false, '2026-11-25']);
    expect(stateOn('2026-12-10', late)).toEqual(['invoiced', true, '2026-12-10']);
  });

  it('is told the same where nobody counted invoices when it was loaded', () => {
    const uncounted = { invoiced: undefined, uninvoiced: undefined };
    expect(stateOn('2026-11-18', october([on('2026-11-03', uncounted)]))[1]).toBe(true);
  });
});

describe('any bill', () => {
  const day = fc.integer({ min: -20, max: 60 }).map((n) => END + n * 86_400_000);
  const lines = fc.constantFrom(0, 0, 3, undefined);
  const delivery = fc.record({ at: day, changed: fc.boolean(), invoiced: lines, uninvoiced: lines });
  const bill = fc.record({
    end: fc.constant(END),
    deliveries: fc.array(delivery, { minLength: 1, maxLength: 8 }),
    namesInvoices: fc.boolean(),
  });

  it('keeps its reopenings whatever comes later, and is invoiced in the end or waits for invoices', () =>
    fc.assert(
      fc.property(bill, delivery, (given, more) => {
        const end = END + 200 * 86_400_000;
        const before = billState(given, end);
        const after = billState({ ...given, deliveries: [...given.deliveries, more] }, end);
        expect(after.reopenedBy.slice(0, before.reopenedBy.length)).toEqual(before.reopenedBy);
        expect(['invoiced', 'closing']).toContain(before.state);
        if (!given.namesInvoices) expect(before.state).toBe('invoiced');
      }),
    ));

  it('is reopened until its last change is 15 days old', () =>
    fc.assert(
      fc.property(bill, day, (given, now) => {
        const { state, unchangedSince } = billState(given, now);
        if (state === 'reopened') expect(now - unchangedSince).toBeLessThan(QUIET_DAYS * 86_400_000);
      }),
    ));
});

it('a month is what its least settled bill is', () => {
  expect(leastSettled(['invoiced', 'closing', 'invoiced'])).toBe('closing');
  expect(leastSettled(['closing', 'open'])).toBe('open');
  expect(leastSettled(['invoiced', 'reopened', 'closing'])).toBe('reopened');
});
