import { compare, type Money, minus, sum } from '../../../core/money/money.ts';
import { plural, range } from '../../format/days.ts';
import { count, type Figure, figure, figures, plain, printedSum } from '../../format/figure.ts';
import type { DigestFacts, ScopeWithoutBudget } from '../facts.ts';
import { accountWithId, printed } from './names.ts';
import type { Rounded } from './rounded.ts';
import type { ListBlock, ListRow } from './view.ts';

const SCOPES_MAX = 8;
const ACCOUNTS_MAX = 3;

/** OUs that spend and have no budget, with their largest accounts. Undefined where there are none. */
export function withoutBudgetBlock(facts: DigestFacts, shown: Rounded): ListBlock | undefined {
  const { month, withoutBudget: scopes, currency } = facts;
  if (month === undefined || scopes.length === 0) return undefined;
  const amounts = scopes.map((scope) => amountOf(scope, facts, shown));
  const all = printedSum(amounts, currency, shown.decimals);
  const rest = printedSum(amounts.slice(SCOPES_MAX), currency, shown.decimals);
  return {
    title: 'Without a budget',
    unit: `${currency} · ${range(month.period)}`,
    brief: `month to date, ${currency}`,
    rows: [
      ...scopes.slice(0, SCOPES_MAX).map((scope, i) => row(scope, amounts[i] ?? all)),
      ...(scopes.length > SCOPES_MAX
        ? [{ name: `and ${count(scopes.length - SCOPES_MAX)} more`, amount: plain(rest), notes: [] }]
        : []),
    ],
    total: { name: `${plural(scopes.length, 'scope')} without a budget`, amount: plain(all) },
    after: [],
  };
}

/** The same digits as in the OU's light above. */
function amountOf(scope: ScopeWithoutBudget, { lights }: DigestFacts, shown: Rounded): Figure {
  const index = lights.findIndex(
    ({ ou, monthToDate }) => ou === scope.ou && compare(monthToDate, scope.monthToDate) === 0,
  );
  return shown.lights[index]?.toDate ?? figure(scope.monthToDate, shown.decimals);
}

function row({ ou, accounts }: ScopeWithoutBudget, total: Figure): ListRow {
  return { name: printed(ou), amount: plain(total), notes: accountNotes(accounts, total) };
}

function accountNotes(accounts: ScopeWithoutBudget['accounts'], total: Figure): string[] {
  const listed = accounts.slice(0, ACCOUNTS_MAX);
  const amounts: Money[] = listed.map(({ amount }) => amount);
  const rest = minus(total.exact, sum(amounts, total.exact.currency));
  const [others, ...parts] = figures([rest, ...amounts], total.decimals, total.shown);
  const notes = listed.map(
    ({ account }, i) => `${accountWithId(account)}\u00a0${parts[i] === undefined ? '' : plain(parts[i])}`,
  );
  const more = accounts.length - listed.length;
  return more > 0 && others !== undefined
    ? [...notes, `${plural(more, 'more account')} ${plain(others)}`]
    : notes;
}
