import { expect, it } from 'vitest';
import { cellOf, columnOf, rowOf } from './results.ts';

const column = (Type: string, more: object = {}) => ({ Name: 'c', Type, ...more });

it.each([
  ['boolean', 'true', true],
  ['boolean', 'false', false],
  ['integer', '-7', -7],
  ['bigint', '9007199254740991', 9_007_199_254_740_991],
  ['bigint', '9007199254740993', '9007199254740993'],
  ['double', '1.5E-7', 1.5e-7],
  ['double', '-Infinity', Number.NEGATIVE_INFINITY],
  ['date', '2026-01-31', '2026-01-31'],
  ['timestamp', '2026-01-31 10:00:00.000', '2026-01-31 10:00:00'],
  ['timestamp', '2026-01-31 10:00:00.120', '2026-01-31 10:00:00.12'],
  ['timestamp with time zone', '2026-01-31 10:00:00.000 UTC', '2026-01-31 10:00:00'],
  ['varchar', '', ''],
  ['varchar', '10:00:00.000', '10:00:00.000'],
])('a %s of %s is %s', (type, text, cell) => expect(cellOf(text, column(type))).toBe(cell));

it.each([
  ['0.300000000000000', '0.300000000000000'],
  ['0.3', '0.300000000000000'],
  ['7', '7.000000000000000'],
  ['0E-15', '0.000000000000000'],
  ['1E-15', '0.000000000000001'],
  ['-1.5E-14', '-0.000000000000015'],
  ['-0.000000000000000', '0.000000000000000'],
  ['12345678901234567890123.123456789012345', '12345678901234567890123.123456789012345'],
  ['1.0000000000000001', '1.0000000000000001'],
])('the decimal %s has all its 15 places: %s', (text, cell) =>
  expect(cellOf(text, column('decimal', { Precision: 38, Scale: 15 }))).toBe(cell),
);

it('whole decimals have no point', () =>
  expect(cellOf('12', column('decimal', { Precision: 38, Scale: 0 }))).toBe('12'));

it('what is not there is null, also in a map', () => {
  const columns = [column('map'), column('decimal', { Scale: 2 })];
  expect(rowOf({ Data: [{}, {}] }, columns)).toEqual([null, null]);
});

it.each(['map', 'array', 'row'])('a %s is refused, for its text cannot be read back', (type) =>
  expect(() => cellOf('{a=b, c=d}', { Name: 'Tags', Type: type })).toThrow(
    expect.objectContaining({ code: 'ENGINE_REFUSED', place: { column: 'Tags' } }),
  ),
);

it('columns are spelled as the port does', () => {
  expect(columnOf({ Name: 'DailyCost', Type: 'decimal', Precision: 38, Scale: 15 })).toEqual({
    name: 'DailyCost',
    type: 'decimal(38,15)',
  });
  expect(columnOf({ Name: 'x', Type: 'float' }).type).toBe('real');
});
