import type { OuLight } from '../../../core/budget/light.ts';
import { dayName } from '../../format/days.ts';
import { type Figure, figure } from '../../format/figure.ts';
import { clean } from '../../format/name.ts';
import type { DigestFacts } from '../facts.ts';
import { bridgeBlock } from './bridge-block.ts';
import { keyFigures } from './key-figures.ts';
import { lightsBlock } from './lights-block.ts';
import { moversBlock } from './movers-block.ts';
import { picture } from './picture.ts';
import { difference, foot, proofLines } from './proof.ts';
import { rounded } from './rounded.ts';
import { meta, second, sentence, sentenceOf } from './sentences.ts';
import { arrivingBlock, kindsBlock, leftOutBlock } from './small-blocks.ts';
import { spikesBlock } from './spikes-block.ts';
import { subject } from './subject.ts';
import { tagBlock } from './tag-block.ts';
import { topBlock } from './top-block.ts';
import type { DigestView } from './view.ts';
import { withoutBudgetBlock } from './without-budget-block.ts';

const TROUBLE_MAX = 8;

/** All words and printed numbers of a digest, in the order of its blocks. */
export function digestView(facts: DigestFacts): DigestView {
  const shown = rounded(facts);
  const toDate = (light: OuLight): Figure =>
    shown.lights[facts.lights.indexOf(light)]?.toDate ?? figure(light.monthToDate, shown.decimals);
  const lists = [
    moversBlock(facts),
    spikesBlock(facts),
    withoutBudgetBlock(facts, shown),
    tagBlock(facts),
    leftOutBlock(facts),
    kindsBlock(facts),
    bridgeBlock(facts),
  ];
  const date = facts.headline?.date ?? facts.runDate;
  return {
    subject: subject(facts, toDate),
    date: `${dayName(date)} ${date.slice(0, 4)}`,
    simulated: facts.simulated,
    sentence: sentence(facts, shown),
    second: second(facts, shown),
    meta: meta(facts),
    trouble: trouble(facts),
    figures: keyFigures(facts, shown),
    picture: picture(facts, shown),
    lights: lightsBlock(facts, shown),
    top: topBlock(facts),
    lists: lists.filter((block) => block !== undefined),
    arriving: arrivingBlock(facts, shown),
    proof: proofLines(facts),
    foot: foot(facts),
  };
}

/** What is wrong, without what the two sentences have said already. */
function trouble(facts: DigestFacts): string[] {
  const differs = difference(facts);
  const told = facts.headline === undefined ? facts.trouble.slice(2) : facts.trouble;
  const rest = [...(differs === undefined ? [] : [differs]), ...told].map((line) => sentenceOf(clean(line)));
  const failed = facts.failures.map(({ what, remedy }) =>
    [what, remedy].map((part) => sentenceOf(clean(part))).join(' '),
  );
  const more = rest.length - TROUBLE_MAX;
  const shown = more > 0 ? [...rest.slice(0, TROUBLE_MAX), `And ${more} more: spendlight status.`] : rest;
  return [...shown, ...failed];
}
