import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compare,
  currency,
  exactText,
  money,
  negated,
  plus,
  ratio,
  rounded,
  scaled,
  sum,
  zero,
} from './money.ts';

const USD = currency('USD');
const anyUnits = fc.oneof(
  fc.constantFrom(0n, 1n, -1n, 5n * 10n ** 14n, -(5n * 10n ** 14n), 10n ** 15n),
  fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }),
);

describe('an amount', () => {
  it.each([
    ['0.1', '0.10'],
    ['-0.000000000000001', '-0.000000000000001'],
    ['12345678.900000000000000', '12345678.90'],
    ['7', '7.00'],
    ['-0', '0.00'],
  ])('%s is written %s', (text, written) => expect(exactText(money(text, USD))).toBe(written));

  it('comes back from its text unchanged', () =>
    fc.assert(
      fc.property(anyUnits, (units) => {
        expect(money(exactText({ currency: USD, units }), USD).units).toBe(units);
      }),
    ));

  it('adds what floats cannot', () =>
    expect(exactText(sum([money('0.1', USD), money('0.2', USD)], USD))).toBe('0.30'));

  it('never adds, subtracts, compares or divides two currencies', () => {
    const eur = money('1', currency('EUR'));
    for (const wrong of [
      () => plus(eur, zero(USD)),
      () => compare(eur, zero(USD)),
      () => ratio(eur, zero(USD)),
    ]) {
      expect(wrong).toThrow(/EUR/);
    }
  });

  it.each(['1,5', '1.5E-7', 'NaN', '', '0.0000000000000001'])('is not made of "%s"', (text) =>
    expect(() => money(text, USD)).toThrow(),
  );
});

describe('rounding', () => {
  it.each([
    ['0.5', 0, '1'],
    ['-0.5', 0, '-1'],
    ['0.499999999999999', 0, '0'],
    ['-0.4', 0, '0'],
    ['2.675', 2, '2.68'],
    ['-2.675', 2, '-2.68'],
    ['1.005', 15, '1.005000000000000'],
  ])('%s at %i decimals is %s, half away from zero', (text, decimals, expected) =>
    expect(rounded(money(text, USD), decimals)).toBe(expected),
  );

  it('takes a share half away from zero, alike for charges and credits', () => {
    expect(scaled({ currency: USD, units: 1n }, 1n, 2n).units).toBe(1n);
    expect(scaled({ currency: USD, units: -1n }, 1n, 2n).units).toBe(-1n);
    expect(scaled({ currency: USD, units: 10n }, 1n, 3n).units).toBe(3n);
    expect(scaled({ currency: USD, units: 5n }, 1n, 3n).units).toBe(2n);
  });

  it('is the same for an amount and its negation, mirrored', () =>
    fc.assert(
      fc.property(anyUnits, fc.bigInt({ min: 1n, max: 10n ** 6n }), (units, by) => {
        const amount = { currency: USD, units };
        expect(scaled(negated(amount), 1n, by)).toEqual(negated(scaled(amount, 1n, by)));
      }),
    ));
});

describe('a ratio', () => {
  it('is unknown over zero, never infinite', () => expect(ratio(money('1', USD), zero(USD))).toBeUndefined());
  it('keeps the digits of tiny amounts', () =>
    expect(ratio(money('0.000000000000003', USD), money('0.000000000000002', USD))).toBe(1.5));
});

describe('a currency', () => {
  it.each(['', ' ', 'US\nD', "U'SD"])('is not "%s"', (text) =>
    expect(() => currency(text)).toThrow(expect.objectContaining({ code: 'CURRENCY_INVALID' })),
  );
  it('may be a virtual one', () => expect(currency('Snowflake credits')).toBe('Snowflake credits'));
});
