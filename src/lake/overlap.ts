import { UserError } from '../core/errors/user-error.ts';
import { currency, exactText, type Money, money, sum } from '../core/money/money.ts';
import { METRICS } from '../sql/schema.ts';
import type { Exclusion, Load, LoadAccount } from './catalog-types.ts';

/** An account's month in one source. */
interface Claim {
  readonly source: string;
  readonly rank: number;
  readonly format: string;
  readonly accounts: LoadAccount[];
}

/**
 * Which account months are left out because a source of lower rank number has them too, with what they would have
 * added. Decided from all current loads, so the order of arrival does not matter, and a loser comes back when the
 * winner goes. In the order of period, account, source.
 * @throws UserError `SOURCES_OVERLAP` where no rank tells the two best sources apart
 */
export function exclusionsOf(loads: readonly Load[]): Exclusion[] {
  const exclusions: Exclusion[] = [];
  const places = claimsOf(loads);
  giveEventsTheirBills(places);
  for (const [place, claims] of [...places].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (claims.size < 2) continue;
    const [winner, ...losers] = [...claims.values()].sort(byRank);
    if (winner === undefined || losers[0] === undefined) continue;
    const { billingPeriod, billingAccountId, subAccountId } = JSON.parse(place) as Place;
    if (winner.rank === losers[0].rank) throw sourcesOverlap(JSON.parse(place) as Place, winner, losers[0]);
    for (const loser of losers) {
      exclusions.push({
        source: loser.source,
        billingPeriod,
        billingAccountId,
        subAccountId,
        insteadOf: winner.source,
        reason: `${winner.format} counts before ${loser.format}`,
        totals: totalsOf(loser.accounts),
      });
    }
  }
  return exclusions;
}

type Place = Pick<Exclusion, 'billingPeriod' | 'billingAccountId' | 'subAccountId'>;

function claimsOf(loads: readonly Load[]): Map<string, Map<string, Claim>> {
  const places = new Map<string, Map<string, Claim>>();
  for (const { source, billingPeriod, rank, format, accounts } of loads) {
    for (const account of accounts) {
      const { billingAccountId, subAccountId } = account;
      const place = JSON.stringify({ billingPeriod, billingAccountId, subAccountId });
      const claims = places.get(place) ?? new Map<string, Claim>();
      places.set(place, claims);
      const claim = claims.get(source);
      if (claim === undefined || rank < claim.rank)
        claims.set(source, { source, rank, format, accounts: [...(claim?.accounts ?? []), account] });
      else claim.accounts.push(account);
    }
  }
  return places;
}

const byRank = (a: Claim, b: Claim): number => a.rank - b.rank || (a.source < b.source ? -1 : 1);

/**
 * Events do not know who pays for their account. Where the bill of some payer has it in the same month, that bill's claim is
 * set beside theirs, so that they are not counted on top of it.
 */
function giveEventsTheirBills(places: Map<string, Map<string, Claim>>): void {
  const billed = new Map<string, Claim[]>();
  const keyOf = ({ billingPeriod, subAccountId }: Place): string => `${billingPeriod} ${subAccountId}`;
  for (const [text, claims] of places) {
    const place = JSON.parse(text) as Place;
    if (place.billingAccountId !== '')
      billed.set(keyOf(place), [...(billed.get(keyOf(place)) ?? []), ...claims.values()]);
  }
  for (const [text, claims] of places) {
    const place = JSON.parse(text) as Place;
    const areAlone = [...claims.values()].every(({ format }) => format === EVENTS);
    if (place.billingAccountId !== '' || !areAlone) continue;
    const [first] = (billed.get(keyOf(place)) ?? []).sort(byRank);
    if (first !== undefined) claims.set(first.source, { ...first, accounts: [] });
  }
}

/** The format of loads of events. */
const EVENTS = 'events';

function totalsOf(accounts: readonly LoadAccount[]): Exclusion['totals'] {
  const currencies = [...new Set(accounts.flatMap(({ amounts }) => Object.keys(amounts)))].sort();
  return currencies.flatMap((code) =>
    METRICS.map((metric, i) => {
      const of = currency(code);
      const amounts = accounts.map(({ amounts: all }): Money => money(all[code]?.[i] ?? '0', of));
      return { currency: code, metric, amount: exactText(sum(amounts, of)) };
    }),
  );
}

function sourcesOverlap(place: Place, a: Claim, b: Claim): UserError {
  const account = place.subAccountId === '' ? place.billingAccountId : place.subAccountId;
  return new UserError('SOURCES_OVERLAP', {
    what: `Account ${account} in ${place.billingPeriod} is in source ${a.source} and in source ${b.source}, both ${a.format === b.format ? a.format : `of one rank (${a.format}, ${b.format})`}`,
    remedy: `If it is a newer delivery of the same bill, name its source: --source ${a.source}. Otherwise leave one of them out; nothing was loaded.`,
  });
}
