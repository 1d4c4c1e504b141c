import { addDays, type BillingDate, billingDate, type Period } from '../../core/calendar/billing-date.ts';
import { daysOf, firstDay, periodOf } from '../../core/calendar/billing-period.ts';
import { type Money, minus, money, negated, sum } from '../../core/money/money.ts';
import type { Bridge, ChangedRow } from '../../delivery/digest/facts.ts';
import { pinHistory } from '../../lake/pin-history.ts';
import { costOf, largestChanges } from '../../sql/digest/bridge.ts';
import { type Asked, amount, nameOf } from './asked.ts';

/** The digest that went out before this one, as the ledger tells. */
export interface LastDigest {
  readonly runDate: BillingDate;
  readonly headline: BillingDate;
  readonly lakeVersion: number;
  /** What it printed as month to date, exact decimal text in the reporting currency. */
  readonly monthToDate: string;
}

/** Changes that are named one by one. */
const NAMED = 3;

/**
 * From the month to date in the last digest to what that month comes to now: new days, changes to earlier days, the
 * largest by name. Exact: what is not named is the rest. Where a new month has begun, it is the month before that is told of.
 */
export async function bridgeOf(asked: Asked, last: LastDigest): Promise<Bridge> {
  const { engine, lake, state, judged, currency } = asked;
  const month = daysOf(periodOf(last.headline));
  const lastTold = judged < month.until ? judged : addDays(month.until, -1);
  const costs = async (period: Period): Promise<Money> =>
    amount((await engine.rows(costOf(period)))[0]?.[0], currency);
  const from = firstDay(periodOf(last.headline));
  const then: Period = { from, until: addDays(last.headline, 1) };
  const [before, thenNow, now] = [
    money(last.monthToDate, currency),
    await costs(then),
    await costs({ from, until: addDays(lastTold, 1) }),
  ];
  const changed = minus(thenNow, before);
  await pinHistory(engine, lake, state, { since: last.lakeVersion, days: then });
  // Asked also where the sum has not changed: an account that moved to another OU changes two rows by as much.
  const rows = await named(asked, then);
  return {
    since: { runDate: last.runDate, headline: last.headline },
    until: lastTold,
    before,
    days:
      lastTold === last.headline
        ? undefined
        : lastTold > last.headline
          ? { kind: 'new', from: addDays(last.headline, 1), to: lastTold, amount: minus(now, thenNow) }
          : {
              kind: 'incomplete again',
              from: addDays(lastTold, 1),
              to: last.headline,
              amount: negated(minus(thenNow, now)),
            },
    changed,
    largest: rows,
    others: minus(
      changed,
      sum(
        rows.map((row) => row.amount),
        currency,
      ),
    ),
    now,
  };
}

async function named({ engine, judged, currency }: Asked, period: Period): Promise<ChangedRow[]> {
  const rows = await engine.rows(largestChanges({ period, day: judged, rows: NAMED }));
  return rows.map(([ou, service, account, name, change, first, last, cause]) => ({
    ou: String(ou),
    service: String(service),
    account: { id: String(account), name: nameOf(name) },
    amount: amount(change, currency),
    from: billingDate(String(first)),
    to: billingDate(String(last)),
    cause: cause === null || cause === undefined ? undefined : (String(cause) as ChangedRow['cause']),
  }));
}
