import { expect, it } from 'vitest';
import { together, togetherIfKnown } from './together.ts';

it('prints parts that give the printed total, where each alone would give one more', () => {
  expect(together(['1.50', '1.50', '1.00'], '4.00', 0)).toEqual(['2.00', '1.00', '1.00']);
  expect(together(['-0.60', '1.60'], '1.00', 0)).toEqual(['-1.00', '2.00']);
});

it('rounds each alone where the total counts something that is not in the list', () =>
  expect(together(['1.40', '2.40'], '9.00', 0)).toEqual(['1.00', '2.00']));

it('leaves columns with unknown cells or without a total to be rounded one by one', () => {
  expect(togetherIfKnown(['1.50', null], '4.00', 0)).toEqual([undefined, undefined]);
  expect(togetherIfKnown(['1.50', '1.50'], null, 0)).toEqual([undefined, undefined]);
  expect(togetherIfKnown(['1.50', '1.50', '1.00'], '4.00', 0)).toEqual(['2.00', '1.00', '1.00']);
});
