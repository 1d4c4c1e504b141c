import type { OuLight } from '../../../core/budget/light.ts';
import { minus, ratio } from '../../../core/money/money.ts';
import { dayName, inWords, monthName, shortDay, weekdayName } from '../../format/days.ts';
import { plain } from '../../format/figure.ts';
import { clean } from '../../format/name.ts';
import { percent } from '../../format/percent.ts';
import type { DigestFacts, HeadlineDay, MonthFacts } from '../facts.ts';
import { METRIC_NAMES, printed } from './names.ts';
import type { Rounded } from './rounded.ts';
import { course } from './subject.ts';

/** A difference of less than this part is none: it prints as 0.0 %. */
const NOTHING = 0.0005;

/** The first sentence: where the month stands; without a complete day, why there is none. */
export function sentence(facts: DigestFacts, shown: Rounded): string {
  const { headline, month } = facts;
  if (headline === undefined || month === undefined) {
    return facts.trouble[0] === undefined
      ? 'No day is complete yet, so nothing is judged.'
      : sentenceOf(clean(facts.trouble[0]));
  }
  const plan = againstPlan(month);
  const stands = `${monthName(headline.date)} stands at ${shown.uncertain}${plain(shown.toDate)} ${facts.currency}`;
  const forecast =
    shown.forecast === undefined
      ? 'no forecast yet'
      : `run-rate forecast ${shown.uncertain}${plain(shown.forecast)}`;
  const budget = shown.budget === undefined ? 'no budget' : `budget ${plain(shown.budget)}`;
  return `${stands}${plan === undefined ? '' : `, ${plan}`}; ${forecast}, ${budget}.`;
}

/** The second sentence: the one OU to look at, then the day and what explains it. */
export function second(facts: DigestFacts, shown: Rounded): string {
  const { headline } = facts;
  if (headline === undefined)
    return facts.trouble[1] === undefined ? '' : sentenceOf(clean(facts.trouble[1]));
  return [...worry(facts), ...day(facts, headline, shown)].join(' ');
}

/** Metric and unit; then what is complete and what is still coming. */
export function meta(facts: DigestFacts): string[][] {
  const latest = facts.arriving.filter(({ linesUpTo }) => linesUpTo !== undefined).at(-1);
  const complete =
    facts.freshness.completeTo === undefined
      ? 'no day complete'
      : `complete to ${dayName(facts.freshness.completeTo)}`;
  const incomplete = facts.unknownLines > 0 || facts.withoutRate.length > 0;
  return [
    [METRIC_NAMES[facts.metric].name, facts.currency, 'UTC days'],
    [
      complete,
      ...(latest === undefined ? [] : [`${shortDay(latest.date)}: lines up to ${latest.linesUpTo}`]),
      ...(incomplete ? ['≈\u00a0some amounts are missing, see below'] : []),
    ],
  ];
}

/** Text from outside as a sentence: ends with a full stop. */
export const sentenceOf = (text: string): string =>
  /[.!?]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`;

function againstPlan({ toDate, planToDate }: MonthFacts): string | undefined {
  const off = planToDate === undefined ? undefined : ratio(minus(toDate, planToDate), planToDate);
  if (off === undefined) return undefined;
  return Math.abs(off) < NOTHING ? 'on plan' : `${percent(Math.abs(off))} ${off < 0 ? 'under' : 'over'} plan`;
}

function worry({ lights, movers }: DigestFacts): string[] {
  const worst =
    lights.find(({ light }) => light === 'over') ?? lights.find(({ light }) => light === 'at risk');
  if (worst === undefined) return [];
  const up = movers?.rows.find(
    ({ ou, change }) => ou === worst.ou && change !== undefined && change.units > 0n,
  );
  const cause = up === undefined ? '' : `, ${printed(up.service)} up most`;
  const more = lights.filter(({ light }) => light === 'over').length - 1;
  const others = more > 0 ? `; ${inWords(more)} more ${more === 1 ? 'OU is' : 'OUs are'} over` : '';
  return [`${printed(worst.ou)} is ${already(worst)}${course(worst, 'its budget')}${cause}${others}.`];
}

const already = ({ monthToDate, budget }: OuLight): string =>
  budget !== undefined && monthToDate.units >= budget.units ? 'already ' : '';

function day(facts: DigestFacts, headline: HeadlineDay, shown: Rounded): string[] {
  const cost = `${dayName(headline.date)} cost ${plain(shown.day)}`;
  const usual = headline.usualWeekday;
  const off = usual === undefined ? undefined : ratio(minus(headline.comparable, usual.mean), usual.mean);
  const against =
    off === undefined
      ? undefined
      : Math.abs(off) < NOTHING
        ? `as a usual ${weekdayName(headline.date)}`
        : `${percent(Math.abs(off))} ${off < 0 ? 'below' : 'above'} a usual ${weekdayName(headline.date)}`;
  const compared = [
    ...(isMuch(headline) ? [`${plain(shown.onChargeDate)} of it fees, tax, credits and refunds`] : []),
    ...(against === undefined ? [] : [headline.onChargeDate.units === 0n ? against : `its usage ${against}`]),
  ];
  return [`${[cost, ...compared].join(', ')}${explained(facts, headline)}.`];
}

/** Charges of their own are worth a word from a twentieth of the day on. */
const isMuch = ({ onChargeDate, total }: HeadlineDay): boolean =>
  onChargeDate.units !== 0n && Math.abs(ratio(onChargeDate, total) ?? 1) >= 0.05;

/** Spikes explain a rise when their excess covers most of it; else they are only counted. */
function explained({ spikes }: DigestFacts, { comparable, usualWeekday }: HeadlineDay): string {
  const number = (spikes?.rows.length ?? 0) + (spikes?.rest.count ?? 0);
  if (spikes === undefined || number === 0) return '';
  const noun = `${inWords(number)} ${number === 1 ? 'spike' : 'spikes'}`;
  const rise = usualWeekday === undefined ? 0n : comparable.units - usualWeekday.mean.units;
  const ending = number === 1 ? 'explains' : 'explain';
  if (rise > 0n && spikes.excess.units >= rise) return `; ${noun} ${ending} it`;
  if (rise > 0n && 2n * spikes.excess.units >= rise) return `; ${noun} ${ending} most of it`;
  return `; ${noun}`;
}
