import { describe, expect, it } from 'vitest';
import { billingDate, days } from '../../core/calendar/billing-date.ts';
import { currency, money } from '../../core/money/money.ts';
import { dayName, dayOfYear, inWords, moment, momentOfYear, plural, range, weekdayName } from './days.ts';
import { decimalsFor, difference, figure, magnitude, plain, signed } from './figure.ts';
import { clean, columnsOf, cut } from './name.ts';
import { percent, shares, signedPercent } from './percent.ts';

const USD = currency('USD');
const usd = (text: string) => money(text, USD);
const date = billingDate;
/** No-break spaces as plain ones, to be read in a test. */
const read = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('amounts', () => {
  it.each([
    ['12345678.90', 2, '12,345,678.90', '+12,345,678.90'],
    ['8420.46', 0, '8,420', '+8,420'],
    ['-10.125', 2, '−10.13', '−10.13'],
    ['0', 0, '0', '0'],
    ['0', 2, '0.00', '0.00'],
    ['0.4', 0, '< 1', '< 1'],
    ['0.0000012', 2, '< 0.01', '< 0.01'],
    ['-0.0000012', 2, '> −0.01', '> −0.01'],
    ['999.5', 0, '1,000', '+1,000'],
  ])('%s with %i decimals prints as %s, with its sign as %s', (text, decimals, expected, withSign) => {
    expect(read(plain(figure(usd(text), decimals)))).toBe(expected);
    expect(read(signed(figure(usd(text), decimals)))).toBe(withSign);
  });

  it('leaves the sign to the sentence', () => expect(magnitude(figure(usd('-1564'), 2))).toBe('1,564.00'));

  it('subtracts what is printed, not what is exact', () =>
    expect(plain(difference(figure(usd('248000'), 0), figure(usd('138410.45'), 0)))).toBe('109,590'));

  it.each([
    [['99.99', '-99.99'], 2],
    [['1', '-100'], 0],
    [[], 2],
  ])('%j is printed with %i decimals', (amounts, decimals) =>
    expect(decimalsFor([undefined, ...amounts.map(usd)])).toBe(decimals),
  );
});

describe('percentages', () => {
  it.each([
    [0.0404, '4.0 %', '+4.0 %'],
    [-0.031, '−3.1 %', '−3.1 %'],
    [0.0004, '0.0 %', '0.0 %'],
    [-0.0004, '0.0 %', '0.0 %'],
    [10, '> 999 %', '> 999 %'],
    [-12, '< −999 %', '< −999 %'],
    [undefined, '–', '–'],
  ])('%d prints as %s, with its sign as %s', (ratio, expected, withSign) => {
    expect(read(percent(ratio))).toBe(expected);
    expect(read(signedPercent(ratio))).toBe(withSign);
  });

  it('makes shares that add up: a third, a third and the rest', () =>
    expect(shares([usd('1'), usd('1'), usd('1')], usd('3')).map(read)).toEqual([
      '33.3 %',
      '33.3 %',
      '33.4 %',
    ]));

  it.each([
    ['zero', ['1', '-1'], '0'],
    ['below zero', ['-5', '3'], '-2'],
    ['dwarfed by its parts', ['1000', '-999'], '1'],
  ])('tells no shares of a total that is %s', (_, parts, total) =>
    expect(shares(parts.map(usd), usd(total))).toEqual(['–', '–']),
  );
});

describe('days', () => {
  it('names them by weekday and date, without a leading zero', () => {
    expect(dayName(date('2026-11-07'))).toBe('Sat 7 Nov');
    expect(dayOfYear(date('2026-11-17'))).toBe('17 Nov 2026');
    expect(weekdayName(date('2026-11-17'))).toBe('Tuesday');
  });

  it.each([
    ['2026-11-01', '2026-11-17', 'Nov 1–17'],
    ['2026-11-01', '2026-11-01', 'Nov 1'],
    ['2026-10-30', '2026-11-02', 'Oct 30 – Nov 2'],
  ])('%s to %s is %s', (first, last, expected) =>
    expect(range(days(date(first), date(last)))).toBe(expected),
  );

  it.each(['2026-11-19T05:12:09Z', '2026-11-19 05:12:09', '2026-11-19T06:12:09+01:00'])(
    'reads %s as UTC',
    (text) => {
      expect(moment(text)).toBe('19 Nov 05:12 UTC');
      expect(momentOfYear(text)).toBe('19 Nov 2026 05:12 UTC');
    },
  );

  it('leaves alone what is no moment', () => expect(moment('never')).toBe('never'));

  it('counts in words', () =>
    expect([inWords(2), inWords(11), plural(1, 'day'), plural(1182, 'row')]).toEqual([
      'two',
      '11',
      '1 day',
      '1,182 rows',
    ]));
});

describe('names', () => {
  it.each([
    ['a\r\nBcc: b', 'a Bcc: b'],
    ['  \u0000 ', '(no name)'],
    ['left \u202eevil\u2066', 'left evil'],
    ['Łódź 漢字', 'Łódź 漢字'],
  ])('%j becomes %j', (name, expected) => expect(clean(name)).toBe(expected));

  it.each([
    ['abc', 3],
    ['漢字', 4],
    ['e\u0301', 1],
    ['🏗️', 2],
  ])('%s is %i columns wide', (text, columns) => expect(columnsOf(text)).toBe(columns));

  it.each([
    ['short', 10, 'short'],
    ['production-account', 9, 'prod…ount'],
    ['営業本部・東日本', 9, '営業…日本'],
  ])('%s in %i columns is %s', (name, columns, expected) => {
    expect(cut(name, columns)).toBe(expected);
    expect(columnsOf(cut(name, columns))).toBeLessThanOrEqual(columns);
  });
});
