import { expect, it } from 'vitest';
import { exactSum } from './sums.ts';

it.each([
  [['0.10', '0.20'], '0.30'],
  [['-1.000000000000001', '0.50'], '-0.500000000000001'],
  [['99999999999999.99', '0.01'], '100000000000000.00'],
  [['-0.30', '0.30'], '0.00'],
  [[], '0.00'],
] as const)('adds %j to %s, which floats cannot', (amounts, sum) => expect(exactSum(amounts)).toBe(sum));
