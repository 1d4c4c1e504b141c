import type { BillingDate } from '../../core/calendar/billing-date.ts';
import type { AccountInterval } from '../../lake/inputs.ts';
import type { OrganizationAccount } from '../../ports/organization.ts';

/**
 * `map` with what was seen on `today` in it. Who moved to another OU or payer, or has other tags, begins a new interval
 * today; a new name or status is learned in place. The first sight of an account holds from the beginning. Accounts that are
 * not seen any more keep their history.
 */
export function observed(
  map: readonly AccountInterval[],
  seen: readonly OrganizationAccount[],
  today: BillingDate,
): AccountInterval[] {
  const byAccount = new Map<string, readonly AccountInterval[]>();
  for (const interval of map)
    byAccount.set(interval.accountId, [...(byAccount.get(interval.accountId) ?? []), interval]);
  for (const account of seen)
    byAccount.set(account.accountId, withSight(byAccount.get(account.accountId) ?? [], account, today));
  return [...byAccount].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, intervals]) => intervals);
}

function withSight(
  intervals: readonly AccountInterval[],
  account: OrganizationAccount,
  today: BillingDate,
): readonly AccountInterval[] {
  if (intervals.length === 0) return [intervalOf(account, undefined, undefined)];
  const at = intervals.findIndex((one) => covers(one, today));
  const current = intervals[at];
  if (current === undefined) {
    const next = intervals.findIndex(({ validFrom }) => validFrom !== undefined && validFrom > today);
    const place = next === -1 ? intervals.length : next;
    return intervals.toSpliced(place, 0, intervalOf(account, today, intervals[place]?.validFrom));
  }
  const { validFrom, validUntil } = current;
  if (isSamePlace(current, account) || validFrom === today)
    return intervals.with(at, intervalOf(account, validFrom, validUntil));
  const ended = { ...current, validUntil: today };
  return intervals.toSpliced(at, 1, ended, intervalOf(account, today, validUntil));
}

const covers = ({ validFrom, validUntil }: AccountInterval, day: BillingDate): boolean =>
  (validFrom === undefined || validFrom <= day) && (validUntil === undefined || day < validUntil);

/** An interval from a file may leave out who pays: then it knows less, and nothing has changed by that. */
function isSamePlace(known: AccountInterval, account: OrganizationAccount): boolean {
  const isFromOrganization = known.payerAccountId !== undefined;
  return (
    known.ouPath === account.ous.join('/') &&
    (known.ouId === undefined || known.ouId === account.ouId) &&
    (!isFromOrganization || known.payerAccountId === account.payerAccountId) &&
    (!isFromOrganization || JSON.stringify(known.tags) === JSON.stringify(account.tags))
  );
}

const intervalOf = (
  { accountId, name, ous, ouId, payerAccountId, status, tags }: OrganizationAccount,
  validFrom: BillingDate | undefined,
  validUntil: BillingDate | undefined,
): AccountInterval => ({
  accountId,
  accountName: name,
  ouPath: ous.join('/'),
  ouId,
  payerAccountId,
  status,
  validFrom,
  validUntil,
  tags,
});
