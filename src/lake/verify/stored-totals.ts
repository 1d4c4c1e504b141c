import { currency, exactText, money } from '../../core/money/money.ts';
import { METRICS } from '../../sql/schema.ts';
import type { CatalogEntry } from '../catalog.ts';
import type { Load } from '../catalog-types.ts';
import { differencesIn } from '../control-totals.ts';
import { versionKey } from '../keys.ts';
import type { Finding } from './finding.ts';

/**
 * The totals that the catalog keeps of every delivery, also of those that were replaced: what was read is what was loaded,
 * rejected and dropped, lines are as many as their files hold, accounts add up to the load.
 */
export function checkStoredTotals(commits: readonly CatalogEntry[]): readonly Finding[] {
  return commits.flatMap(({ version, change }) =>
    change.kind === 'loads' ? change.added.flatMap((load) => checkLoad(version, load)) : [],
  );
}

function checkLoad(version: number, load: Load): Finding[] {
  const of = `${load.source} for ${load.billingPeriod}`;
  const finding = (what: string, expected: string, found: string): Finding => ({
    fault: 'total',
    key: versionKey(version),
    what: `${what} of ${of}`,
    expected,
    found,
    remedy:
      'Bring it back from a backup of the lake; its bytes are whole, so they were written wrong: report this.',
  });
  const read = differencesIn(load.totals).map((difference) =>
    finding(
      `What was read is not what was loaded, rejected and dropped: ${difference.what} of ${difference.lineItemType}, ${difference.metric} in ${difference.currency},`,
      difference.read,
      difference.accounted,
    ),
  );
  const lines = load.lines.reduce((rows, file) => rows + file.rows, 0);
  const ofAccounts = load.accounts.reduce((rows, account) => rows + account.lines, 0);
  const counted =
    lines === ofAccounts
      ? []
      : [finding('The accounts have another number of lines than the files', `${lines}`, `${ofAccounts}`)];
  return [...read, ...counted, ...amountsOf(load, finding)];
}

/** Accounts hold the four metrics in the order of METRICS; unknown amounts are in neither side. */
function amountsOf(
  { totals, accounts }: Load,
  finding: (what: string, expected: string, found: string) => Finding,
): Finding[] {
  const byCategory = new Map<string, bigint>();
  const byAccount = new Map<string, bigint>();
  const add = (to: Map<string, bigint>, key: string, amount: string): void => {
    to.set(key, (to.get(key) ?? 0n) + units(amount));
  };
  for (const total of totals) add(byCategory, `${total.metric} in ${total.currency}`, total.amount.loaded);
  for (const account of accounts)
    for (const [code, amounts] of Object.entries(account.amounts))
      for (const [i, metric] of METRICS.entries()) add(byAccount, `${metric} in ${code}`, amounts[i] ?? '0');
  return [...new Set([...byCategory.keys(), ...byAccount.keys()])].sort().flatMap((key) => {
    const [loaded, found] = [byCategory.get(key) ?? 0n, byAccount.get(key) ?? 0n];
    return loaded === found
      ? []
      : [finding(`The accounts do not add up to the control totals: ${key}`, text(loaded), text(found))];
  });
}

/** Sums of one currency at a time: the code only names them. */
const ANY = currency('XXX');
const units = (amount: string): bigint => money(amount, ANY).units;
const text = (amount: bigint): string => exactText({ currency: ANY, units: amount });
