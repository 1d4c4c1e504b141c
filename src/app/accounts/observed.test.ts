import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, type BillingDate, billingDate } from '../../core/calendar/billing-date.ts';
import type { AccountInterval } from '../../lake/inputs.ts';
import type { OrganizationAccount } from '../../ports/organization.ts';
import { observed } from './observed.ts';

const DAY = billingDate('2026-11-19');
const PAYER = '100000000017';
const account = (accountId: string, more: Partial<OrganizationAccount> = {}): OrganizationAccount => ({
  accountId,
  name: 'shop',
  ous: ['Commercial'],
  ouId: 'ou-1',
  payerAccountId: PAYER,
  status: 'ACTIVE',
  tags: {},
  ...more,
});
const moved = { ous: ['Platform', 'Web'], ouId: 'ou-2' };
/** Path, first day and day after the last of each interval. */
const spans = (map: readonly AccountInterval[]) =>
  map.map(({ accountId, ouPath, validFrom, validUntil }) => [accountId, ouPath, validFrom, validUntil]);

describe('observed', () => {
  const first = observed([], [account('1')], DAY);

  it('holds the first sight of an account from the beginning', () => {
    expect(spans(first)).toEqual([['1', 'Commercial', undefined, undefined]]);
  });

  it.each<[string, Partial<OrganizationAccount>]>([
    ['another OU', moved],
    ['an OU of the same name', { ouId: 'ou-9' }],
    ['another payer', { payerAccountId: '100000000025' }],
    ['another tag', { tags: { Team: 'web' } }],
  ])('begins a new interval today for %s', (_, change) => {
    const later = observed(first, [account('1', change)], addDays(DAY, 1));
    expect(later).toHaveLength(2);
    expect(later.map(({ validFrom, validUntil }) => [validFrom, validUntil])).toEqual([
      [undefined, '2026-11-20'],
      ['2026-11-20', undefined],
    ]);
    expect(later[0]).toMatchObject({ ouPath: 'Commercial', ouId: 'ou-1', payerAccountId: PAYER, tags: {} });
  });

  it('learns a new name and status in place', () => {
    const later = observed(first, [account('1', { name: 'Shop', status: 'SUSPENDED' })], addDays(DAY, 1));
    expect(later).toEqual([{ ...first[0], accountName: 'Shop', status: 'SUSPENDED' }]);
  });

  it('keeps what has gone, in the order of accounts', () => {
    const later = observed(first, [account('0'), account('2')], addDays(DAY, 90));
    expect(spans(later).map(([id]) => id)).toEqual(['0', '1', '2']);
    expect(later[1]).toEqual(first[0]);
  });

  it('takes the last of two moves on one day', () => {
    const once = observed(first, [account('1', moved)], addDays(DAY, 1));
    const twice = observed(once, [account('1', { ous: ['Sales'], ouId: 'ou-3' })], addDays(DAY, 1));
    expect(spans(twice)).toEqual([
      ['1', 'Commercial', undefined, '2026-11-20'],
      ['1', 'Sales', '2026-11-20', undefined],
    ]);
  });

  it('adds what a file did not say, without a new interval, and keeps what it says of the future', () => {
    const file: AccountInterval = {
      accountId: '1',
      accountName: undefined,
      ouPath: 'Commercial',
      ouId: undefined,
      payerAccountId: undefined,
      status: undefined,
      validFrom: undefined,
      validUntil: billingDate('2027-01-01'),
      tags: {},
    };
    const next = { ...file, ouPath: 'Platform', validFrom: billingDate('2027-01-01'), validUntil: undefined };
    const later = observed([file, next], [account('1', { tags: { Team: 'web' } })], DAY);
    expect(spans(later)).toEqual([
      ['1', 'Commercial', undefined, '2027-01-01'],
      ['1', 'Platform', '2027-01-01', undefined],
    ]);
    expect(later[0]).toMatchObject({ accountName: 'shop', tags: { Team: 'web' }, payerAccountId: PAYER });
  });

  it('fills a gap up to what follows', () => {
    const ended: AccountInterval = {
      ...(first[0] as AccountInterval),
      validUntil: billingDate('2026-10-01'),
    };
    expect(spans(observed([ended], [account('1', moved)], DAY))).toEqual([
      ['1', 'Commercial', undefined, '2026-10-01'],
      ['1', 'Platform/Web', '2026-11-19', undefined],
    ]);
  });

  const sight = fc.record({
    accountId: fc.constantFrom('1', '2', '3'),
    ous: fc.constantFrom<string[]>([], ['A'], ['A', 'B'], ['C']),
    team: fc.constantFrom(undefined, 'web'),
  });
  const sights = fc.array(fc.uniqueArray(sight, { selector: ({ accountId }) => accountId }), {
    minLength: 1,
    maxLength: 8,
  });

  it('tells of each day what was seen last, whatever moves', () => {
    fc.assert(
      fc.property(sights, fc.array(fc.nat(3), { minLength: 8, maxLength: 8 }), (all, steps) => {
        let map: AccountInterval[] = [];
        let day = DAY;
        const told = new Map<string, string>();
        const expected: [BillingDate, ReadonlyMap<string, string>][] = [];
        for (const [i, seen] of all.entries()) {
          day = addDays(day, steps[i] ?? 0);
          const accounts = seen.map(({ accountId, ous, team }) =>
            account(accountId, { ous, ouId: ous.at(-1), tags: team === undefined ? {} : { team } }),
          );
          map = observed(map, accounts, day);
          expect(observed(map, accounts, day)).toEqual(map);
          for (const { accountId, ous, team } of seen) told.set(accountId, `${ous.join('/')} ${team}`);
          expected.push([day, new Map(told)]);
        }
        const last = new Map(expected);
        for (const [on, places] of last) {
          for (const [id, place] of places) {
            const here = map.filter(
              ({ accountId, validFrom, validUntil }) =>
                accountId === id &&
                (validFrom === undefined || validFrom <= on) &&
                (validUntil === undefined || on < validUntil),
            );
            expect(here.map(({ ouPath, tags }) => `${ouPath} ${tags.team}`)).toEqual([place]);
          }
        }
      }),
    );
  });
});
