import { expect, it } from 'vitest';
import { engines } from '../../test/engine/engines.ts';
import { breakdownOfCsv } from './verify.ts';

const CELLS = ['BillingDate', 'OU', 'Service', 'LinkedAccount', 'DailyCost'].map((column) => ({
  name: column,
  type: 'varchar',
}));

it.each(engines)('$name reads an archived CSV as what it was written from', async ({ open }) => {
  const engine = await open({});
  await engine.values('cells', CELLS, [
    ['2026-11-18', "'=cmd()", "''+a", null, '0.000000000000001'],
    ['2026-11-18', "it's", "'plain", '0123', '-0.25'],
    ['2026-11-18', '-', 'S', 'a', '-12.50'],
    ['2026-11-18', 'x', 'S', 'a', '12345678901234567890123.000000000000001'],
    ['2026-11-18', 'x', 'S', 'b', '999999999999999999.999999999999999'],
  ]);
  expect(await engine.rows(breakdownOfCsv('cells'))).toEqual([
    ['2026-11-18', '=cmd()', "'+a", '', '0.000000000000001'],
    ['2026-11-18', "it's", "'plain", '0123', '-0.250000000000000'],
    ['2026-11-18', '-', 'S', 'a', '-12.500000000000000'],
    ['2026-11-18', 'x', 'S', 'a', '12345678901234567890123.000000000000001'],
    ['2026-11-18', 'x', 'S', 'b', '999999999999999999.999999999999999'],
  ]);
});
