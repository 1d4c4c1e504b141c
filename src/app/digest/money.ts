import { addDays, type Period } from '../../core/calendar/billing-date.ts';
import { addMonths, daysOf, periodOf } from '../../core/calendar/billing-period.ts';
import { known } from '../../core/errors/invariant.ts';
import { currency as currencyOf, type Money, ratio, sum } from '../../core/money/money.ts';
import type {
  DigestFacts,
  KindBridge,
  ScopeWithoutBudget,
  TagMoney,
  UnmappedMoney,
} from '../../delivery/digest/facts.ts';
import {
  amortisedMoney,
  monthMoney,
  tagKeyMoney,
  tagSpellings,
  unmappedMoney,
  withoutRate,
} from '../../sql/digest/month-money.ts';
import { accountsOfOus } from '../../sql/digest/ou-days.ts';
import { normalisedKeyText } from '../../sql/parts/tag-state.ts';
import type { ChargeKind } from '../../sql/schema.ts';
import { type Asked, amount, count, nameOf } from './asked.ts';

export interface MoneyAnswer
  extends Pick<DigestFacts, 'tags' | 'unmapped' | 'kinds' | 'amortised' | 'withoutRate' | 'unknownLines'> {}

/** How the month to date divides: by kind, by tag state, unmapped, amortised, and what could not be added. */
export const moneyAnswer = async (asked: Asked): Promise<MoneyAnswer> => ({
  ...(await kindsAnswer(asked)),
  ...(await apartAnswer(asked)),
});

/** What the month to date is made of: kinds of charge, tag states, lines whose cost is unknown. */
export async function kindsAnswer(
  asked: Asked,
): Promise<Pick<MoneyAnswer, 'kinds' | 'tags' | 'unknownLines'>> {
  const { engine, currency, toDate } = asked;
  const parts = (await engine.rows(monthMoney(toDate))).map(([kind, tagState, , of, unknown]) => ({
    kind: String(kind),
    tagState: String(tagState),
    amount: amount(of, currency),
    unknown: count(unknown),
  }));
  const add = (chosen: (part: (typeof parts)[number]) => boolean): Money =>
    sum(
      parts.filter(chosen).map((part) => part.amount),
      currency,
    );
  const kind = (name: ChargeKind): Money => add((part) => part.kind === name);
  const kinds: KindBridge = {
    usage: kind('usage'),
    fees: kind('fee'),
    tax: kind('tax'),
    credits: kind('credit'),
    refunds: kind('refund'),
    total: add(() => true),
  };
  return {
    kinds,
    tags: await tagMoney(asked, (state) => add((part) => part.tagState === state)),
    unknownLines: parts.reduce((lines, part) => lines + part.unknown, 0),
  };
}

/** What the month to date is told apart by: unmapped, amortised, what no rate converts. */
export async function apartAnswer(
  asked: Asked,
): Promise<Pick<MoneyAnswer, 'unmapped' | 'amortised' | 'withoutRate'>> {
  const { engine, lake, currency, toDate } = asked;
  const { reportingCurrency, costMetric } = lake.identity;
  const [effective, unknownEffective] = known(
    (await engine.rows(amortisedMoney({ period: toDate, reportingCurrency })))[0],
    'amortised money',
  );
  const unconverted = await engine.rows(withoutRate({ period: toDate, costMetric }));
  return {
    unmapped: await unmapped(asked),
    amortised: count(unknownEffective ?? 0) === 0 ? amount(effective, currency) : undefined,
    withoutRate: unconverted.map(([code, of, lines]) => {
      const own = currencyOf(String(code));
      return { currency: own, amount: amount(of, own), lines: count(lines) };
    }),
  };
}

/** C2's score by cost, and which keys cost it most. Undefined where no tag is required. */
async function tagMoney(asked: Asked, inState: (state: string) => Money): Promise<TagMoney | undefined> {
  const { engine, lake, tagRules, currency, toDate } = asked;
  const { required } = tagRules;
  if (required.length === 0) return undefined;
  const { costMetric, reportingCurrency } = lake.identity;
  const [amounts] = await engine.rows(
    tagKeyMoney({ period: toDate, costMetric, reportingCurrency, tagRules }),
  );
  const byMoney = (offset: 0 | 1): string[] =>
    required
      .map((key, i) => ({ key, of: amount(amounts?.[2 * i + offset], currency) }))
      .filter(({ of }) => of.units > 0n)
      .sort((a, b) => (a.of.units < b.of.units ? 1 : a.of.units > b.of.units ? -1 : 0))
      .map(({ key }) => key);
  const [compliant, missing, incomplete] = [inState('compliant'), inState('missing'), inState('incomplete')];
  return {
    compliant,
    missing,
    incomplete,
    notTaggable: inState('not_taggable'),
    score: ratio(compliant, sum([compliant, missing, incomplete], currency)),
    missingKeys: byMoney(0),
    incompleteKeys: byMoney(1),
    requiredKeys: required,
    variants: await variants(asked),
  };
}

/** Keys that are met in more than one spelling: the same tag for us, two tags in every other tool. */
async function variants({ engine, tagRules, toDate }: Asked): Promise<TagMoney['variants']> {
  const rows = await engine.rows(tagSpellings({ period: toDate, tagRules }));
  return tagRules.required
    .map((key) => ({
      key,
      spellings: rows
        .filter(([same]) => same === normalisedKeyText(key))
        .map(([, spelling]) => String(spelling)),
    }))
    .filter(({ spellings }) => spellings.length > 1);
}

async function unmapped({ engine, currency, toDate, judged }: Asked): Promise<UnmappedMoney> {
  const of = async (period: Period) => {
    const [own, all, accounts] = known((await engine.rows(unmappedMoney(period)))[0], 'unmapped money');
    return { own: amount(own, currency), all: amount(all, currency), accounts: count(accounts) };
  };
  const now = await of(toDate);
  const lastMonth = daysOf(addMonths(periodOf(judged), -1));
  const sameDays = addDays(lastMonth.from, Number(judged.slice(8)));
  const period = { from: lastMonth.from, until: [sameDays, lastMonth.until].sort()[0] ?? sameDays };
  const then = await of(period);
  return {
    amount: now.own,
    share: ratio(now.own, now.all),
    before: then.all.units === 0n ? undefined : { share: ratio(then.own, then.all), period },
    accounts: now.accounts,
  };
}

/** OUs that nobody gave a budget, with their dearest accounts. */
export async function withoutBudgetOf(
  { engine, currency, toDate }: Asked,
  ous: readonly { readonly ou: string; readonly monthToDate: Money }[],
): Promise<ScopeWithoutBudget[]> {
  if (ous.length === 0) return [];
  const rows = await engine.rows(accountsOfOus({ period: toDate, ous: ous.map(({ ou }) => ou) }));
  return ous.map(({ ou, monthToDate }) => ({
    ou,
    monthToDate,
    accounts: rows
      .filter(([name]) => name === ou)
      .map(([, id, name, of]) => ({
        account: { id: String(id), name: nameOf(name) },
        amount: amount(of, currency),
      })),
  }));
}
