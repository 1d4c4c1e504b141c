import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { currency, type Money, money, sum } from '../money/money.ts';
import { canGive, roundAlone, roundTogether } from './round-together.ts';

const USD = currency('USD');
const usd = (text: string): Money => money(text, USD);
const texts = (amounts: readonly Money[]): bigint[] => amounts.map(({ units }) => units / 10n ** 13n);

describe('roundTogether', () => {
  it.each([
    ['three thirds of a dollar give a dollar', ['0.333333', '0.333333', '0.333334'], [33n, 33n, 34n]],
    ['a tie goes to the first', ['0.005', '0.005'], [1n, 0n]],
    ['a credit and a charge that cancel', ['-0.005', '0.005'], [0n, 0n]],
    ['negative parts are rounded like others', ['-1.006', '-1.006', '-1.006'], [-100n, -101n, -101n]],
    ['what needs no rounding stays', ['1.00', '0.006', '2.00'], [100n, 1n, 200n]],
    ['nothing', [], []],
  ])('%s', (_, parts, expected) => expect(texts(roundTogether(parts.map(usd), 2))).toEqual(expected));

  it('follows a total that is printed elsewhere', () =>
    expect(texts(roundTogether([usd('1.004'), usd('1.004')], 2, usd('2.02')))).toEqual([101n, 101n]));

  it('refuses a total that no rounding of the parts can give', () =>
    expect(() => roundTogether([usd('1.004'), usd('1.004')], 2, usd('2.03'))).toThrow('cannot be printed'));

  it.each(['1.99', '2.00', '2.01', '2.02', '2.03'])('knows whether 1.004 and 1.004 can give %s', (total) =>
    expect(canGive([usd('1.004'), usd('1.004')], 2, usd(total))).toBe(
      ['2.00', '2.01', '2.02'].includes(total),
    ),
  );

  const anyAmount = fc.oneof(
    fc.constantFrom('0', '0.5', '-0.5', '0.005', '-0.005', '0.0000012', '12345678.90').map(usd),
    fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }).map((units): Money => ({ currency: USD, units })),
  );

  it('gives parts that add up to the printed total, each less than a place from the truth', () =>
    fc.assert(
      fc.property(
        fc.array(anyAmount, { maxLength: 40 }),
        fc.integer({ min: 0, max: 4 }),
        (parts, decimals) => {
          const printed = roundTogether(parts, decimals);
          const place = 10n ** BigInt(15 - decimals);
          expect(sum(printed, USD)).toEqual(roundAlone(sum(parts, USD), decimals));
          for (const [i, part] of parts.entries()) {
            const off = (printed[i]?.units ?? 0n) - part.units;
            expect(off < place && off > -place && (printed[i]?.units ?? 1n) % place === 0n).toBe(true);
          }
        },
      ),
    ));
});
