import type { OuLight } from '../../../core/budget/light.ts';
import { ratio } from '../../../core/money/money.ts';
import { dayName, monthName, shortDay } from '../../format/days.ts';
import { type Figure, plain } from '../../format/figure.ts';
import { clean, cut } from '../../format/name.ts';
import { percent } from '../../format/percent.ts';
import type { DigestFacts } from '../facts.ts';
import { SHAPES } from './names.ts';

const SEVERITY = ['over', 'at risk', 'on plan', 'unknown'] as const;

/**
 * The subject names the one thing to look at: `Commercial ■ 25,805 USD, heading 12 % over budget · Spendlight, Tue 17 Nov`.
 * An OU goes before the total where its light is as bad.
 * @param toDate  the printed month to date of a light
 */
export function subject(facts: DigestFacts, toDate: (light: OuLight) => Figure): string {
  const day =
    facts.headline === undefined ? `run of ${shortDay(facts.runDate)}` : dayName(facts.headline.date);
  return [
    ...(facts.isRerun === true ? [`Rerun of ${facts.headline?.date ?? facts.runDate}`] : []),
    what(facts, toDate),
    `Spendlight, ${day}`,
    ...partial(facts.missingSources),
    ...(facts.simulated ? ['SIMULATED'] : []),
  ]
    .join(' · ')
    .replaceAll('\u00a0', ' ');
}

function partial(missing: readonly string[]): string[] {
  const named = missing.slice(0, 2).map((source) => cut(clean(source), 40));
  const more = missing.length > named.length ? ` and ${missing.length - named.length} more` : '';
  return named.length === 0 ? [] : [`partial: ${named.join(', ')}${more} missing`];
}

function what(facts: DigestFacts, toDate: (light: OuLight) => Figure): string {
  if (facts.headline === undefined) return 'No complete day yet';
  const worst = worstLight(facts);
  if (worst === undefined) return `${monthName(facts.headline.date)} begins`;
  const name = worst === facts.totalLight ? monthName(facts.headline.date) : cut(clean(worst.ou), 40);
  return `${name} ${SHAPES[worst.light]} ${plain(toDate(worst))} ${facts.currency}, ${course(worst)}`;
}

function worstLight({ lights, totalLight }: DigestFacts): OuLight | undefined {
  // Without a worry the whole month is the news; an OU is named only where something is wrong with it.
  const worries = lights.filter(({ light }) => light === 'over' || light === 'at risk');
  const candidates = [...worries, ...(totalLight === undefined ? [] : [totalLight])];
  const rank = (light: OuLight): number => SEVERITY.indexOf(light.light);
  return candidates.sort((a, b) => rank(a) - rank(b))[0];
}

/**
 * Where an OU is going, in the words of its budget: `heading 12 % over budget`, `3 % over budget`, `no budget`.
 * @param budgetName  what the sentence calls the budget
 */
export function course(
  { light, monthToDate, budget, ofBudget, reason }: OuLight,
  budgetName: 'budget' | 'its budget' = 'budget',
): string {
  if (light === 'unknown' || budget === undefined) return clean(reason);
  const spent = ratio(monthToDate, budget) ?? 0;
  if (spent >= 1)
    return spent < 1.005 ? `at the end of ${budgetName}` : `${percent(spent - 1, 0)} over ${budgetName}`;
  if (ofBudget === undefined) return clean(reason);
  return light === 'over' && ofBudget >= 1.005
    ? `heading ${percent(ofBudget - 1, 0)} over ${budgetName}`
    : `heading for ${percent(ofBudget)} of ${budgetName}`;
}
