import { describe, expect, it } from 'vitest';
import { billingDate } from '../calendar/billing-date.ts';
import { type AccountDay, type AccountOfSource, cellOf, type DayFacts, dayState } from './calendar.ts';

const NOW = Date.parse('2026-11-21T07:00:00Z');
const day = billingDate;
/** Seen from 1 September to 20 November; the source's usage ends on 20 November at 12:00. */
const account = (given: Partial<AccountOfSource> = {}): AccountOfSource => ({
  source: {
    source: 'focus-main',
    watermark: '2026-11-20 12:00:00',
    deliveredAt: '2026-11-21T05:12:00Z',
    ageFrom: 'manifest',
    lastDate: day('2026-11-20'),
    replaced: false,
  },
  passed: day('2026-11-19'),
  isLate: false,
  hasEnded: false,
  first: day('2026-09-01'),
  last: day('2026-11-20'),
  isClosed: () => false,
  isExcluded: () => false,
  ...given,
});
const thin = (date: string, lines: number) => ({
  source: 'focus-main',
  account: '111111111111',
  date: day(date),
  lines,
  usual: 40,
  lastSeen: day(date),
});
const on = (date: string, lines: number, given: Partial<AccountDay> = {}): AccountDay => ({
  date: day(date),
  lines,
  thin: undefined,
  isFinal: false,
  ...given,
});
const stopped = { last: day('2026-11-10') };

describe('a day of an account', () => {
  it.each<[string, string, AccountDay, Partial<AccountOfSource>]>([
    ['with its lines', 'present', on('2026-11-19', 41), {}],
    ['that the usage has only begun', 'provisional arriving', on('2026-11-20', 9), {}],
    ['of a late source', 'late source-late', on('2026-11-20', 0), { isLate: true }],
    ['after a source that ended', 'skipped source-ended', on('2026-11-20', 0), { hasEnded: true }],
    ['before its first line', 'skipped new', on('2026-08-31', 0), {}],
    ['after it was closed', 'skipped closed', on('2026-11-19', 0), { isClosed: () => true }],
    ['on which a closed one still cost', 'present', on('2026-11-19', 2), { isClosed: () => true }],
    [
      'that another source counts',
      'skipped counted-elsewhere',
      on('2026-11-19', 0),
      { isExcluded: () => true },
    ],
    [
      'without lines, waited for',
      'late nothing-came',
      on('2026-11-19', 0, { thin: thin('2026-11-19', 0) }),
      {},
    ],
    [
      'with few lines, waited for',
      'late below-half',
      on('2026-11-19', 9, { thin: thin('2026-11-19', 9) }),
      {},
    ],
    [
      'with few lines, no longer waited for',
      'missing below-half',
      on('2026-11-12', 9, { thin: thin('2026-11-12', 9) }),
      {},
    ],
    [
      'with few lines, and final',
      'present',
      on('2026-11-12', 9, { thin: thin('2026-11-12', 9), isFinal: true }),
      {},
    ],
    [
      'without lines between others',
      'missing nothing-came',
      on('2026-11-12', 0, { thin: thin('2026-11-12', 0) }),
      {},
    ],
    [
      'of an account that stopped',
      'missing account-quiet',
      on('2026-11-12', 0, { thin: thin('2026-11-12', 0) }),
      stopped,
    ],
    ['without a habit', 'skipped irregular', on('2026-11-12', 0), {}],
    ['long after the last one', 'skipped account-quiet', on('2026-11-12', 0), { last: day('2026-09-03') }],
  ])('%s is %s', (_, expected, given, about) => {
    const { state, reason } = cellOf(account(about), given, NOW);
    expect([state, ...(reason === undefined ? [] : [reason])].join(' ')).toBe(expected);
  });
});

describe('a day’s figures', () => {
  const facts = (given: Partial<DayFacts> = {}): DayFacts => ({
    hasLines: true,
    isComplete: true,
    invoicedSince: undefined,
    monthEnd: day('2026-11-01'),
    changed: day('2026-11-10'),
    today: day('2026-11-21'),
    ...given,
  });

  it.each<[string, string, Partial<DayFacts>]>([
    ['are missing without a line', 'missing', { hasLines: false }],
    ['are provisional while lines arrive', 'provisional', { isComplete: false }],
    ['are settled once all is there', 'settled', {}],
    ['are settled on the 14th day without a change', 'settled', { changed: day('2026-11-07') }],
    ['are final on the 15th', 'final 2026-11-21 silence', { changed: day('2026-11-06') }],
    ['are final once invoiced', 'final 2026-11-09 invoice', { invoicedSince: day('2026-11-09') }],
    [
      'are final five days after the month at the soonest',
      'final 2026-11-06 invoice',
      { invoicedSince: day('2026-11-03') },
    ],
    [
      'are settled on the fifth of an invoiced month',
      'settled',
      { invoicedSince: day('2026-11-03'), today: day('2026-11-05') },
    ],
    [
      'are final since what came first',
      'final 2026-11-09 invoice',
      { invoicedSince: day('2026-11-09'), changed: day('2026-11-01') },
    ],
  ])('%s: %s', (_, expected, given) => {
    const { state, since, by } = dayState(facts(given));
    expect([state, since, by].filter((part) => part !== undefined).join(' ')).toBe(expected);
  });
});
