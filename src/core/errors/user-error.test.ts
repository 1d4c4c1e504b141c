import { expect, it } from 'vitest';
import { describeError, UserError } from './user-error.ts';

it('says what was wrong, where, and what to do', () => {
  const error = new UserError('AMOUNT_INVALID', {
    what: '"12,50" is not an amount',
    place: { file: 'costs.csv.gz', line: 4812, column: 'BilledCost' },
    remedy: 'Write plain decimals (12.50, 1.5E-7).',
  });
  expect(error.exit).toBe(1);
  expect(describeError(error)).toBe(
    [
      'spendlight: "12,50" is not an amount  (AMOUNT_INVALID)',
      '  in  costs.csv.gz, line 4812, column BilledCost',
      '  do  Write plain decimals (12.50, 1.5E-7).',
    ].join('\n'),
  );
});

it('leaves the place out where none is known', () =>
  expect(describeError(new UserError('USAGE', { what: 'No file', remedy: 'Name one.' }))).toBe(
    'spendlight: No file  (USAGE)\n  do  Name one.',
  ));
