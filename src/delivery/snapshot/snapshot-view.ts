import type { DailyChart } from '../../core/chart/daily-chart.ts';
import type { RunningMonth } from '../chart/running-month.ts';
import type { DigestFacts } from '../digest/facts.ts';
import { keyFigures } from '../digest/view/key-figures.ts';
import { lightsBlock } from '../digest/view/lights-block.ts';
import { type MoverRow, moverRows } from '../digest/view/movers-block.ts';
import { picture } from '../digest/view/picture.ts';
import { accounts, difference, versionsOf } from '../digest/view/proof.ts';
import { type Rounded, rounded } from '../digest/view/rounded.ts';
import { meta, second, sentence, sentenceOf } from '../digest/view/sentences.ts';
import { comparedWith } from '../digest/view/top-block.ts';
import type { KeyFigure, LightsBlock, Picture } from '../digest/view/view.ts';
import { dayName, moment, monthName, plural, weekdayName } from '../format/days.ts';
import { clean, cut } from '../format/name.ts';
import { running } from './running.ts';

/** The executives' page in words and printed numbers: the digest's own, by the digest's own roundings. */
export interface SnapshotView {
  /** `Snapshot of Tue 17 Nov 2026` */
  readonly title: string;
  /** `made 19 Nov 07:04 UTC` */
  readonly made: string;
  readonly simulated: boolean;
  readonly sentence: string;
  readonly second: string;
  readonly trouble: readonly string[];
  /** Month to date, forecast, budget, day; empty without a complete day. */
  readonly figures: readonly KeyFigure[];
  readonly running: { readonly unit: string; readonly chart: RunningMonth } | undefined;
  readonly month:
    | { readonly unit: string; readonly chart: DailyChart; readonly has: Picture['has'] }
    | undefined;
  readonly lights: LightsBlock | undefined;
  readonly movers: MoversTable | undefined;
  readonly foot: {
    /** Metric, unit and freshness; accounts. */
    readonly data: readonly string[];
    readonly versions: string;
    readonly ledger: string;
  };
}

export interface MoversTable {
  readonly unit: string;
  readonly rows: readonly MoverRow[];
}

const TROUBLE_MAX = 3;
const TROUBLE_COLUMNS = 180;
/** One line of the foot. */
const FOOT_COLUMNS = 95;

/** @param lightsMax  OUs beyond it become one row, so that all of it stays one page */
export function snapshotView(facts: DigestFacts, lightsMax: number): SnapshotView {
  const shown = rounded(facts);
  const { headline, currency, proof } = facts;
  const date = headline?.date ?? facts.runDate;
  const [day, ...month] = keyFigures(facts, shown);
  const daily = picture(facts, shown);
  return {
    title: `Snapshot of ${dayName(date)} ${date.slice(0, 4)}`,
    made: `made ${moment(facts.madeAt)}`,
    simulated: facts.simulated,
    sentence: sentence(facts, shown),
    second: second(facts, shown),
    trouble: trouble(facts),
    figures: day === undefined ? [] : [...month, day],
    running: runningBlock(facts, shown),
    month:
      daily === undefined ? undefined : { unit: `${currency} a day`, chart: daily.chart, has: daily.has },
    lights: lightsBlock(facts, shown, lightsMax),
    movers: moversTable(facts),
    foot: {
      data: [meta(facts).flat().join(' · '), cut(`Accounts: ${accounts(facts)}`, FOOT_COLUMNS)],
      versions: `Lake ${versionsOf(proof)}`,
      ledger: proof.ledgerHead ?? 'empty before this page',
    },
  };
}

function runningBlock(facts: DigestFacts, shown: Rounded): SnapshotView['running'] {
  const chart = running(facts, shown);
  if (chart === undefined || facts.headline === undefined) return undefined;
  return { unit: `${monthName(facts.headline.date)} adding up, ${facts.currency}`, chart };
}

function moversTable({ headline, movers, top, currency }: DigestFacts): MoversTable | undefined {
  if (headline === undefined) return undefined;
  const day = weekdayName(headline.date);
  if (movers === undefined)
    return { unit: `none yet: there is no complete ${day} in the four weeks before`, rows: [] };
  if (movers.rows.length === 0) return { unit: `none: no row differs from a usual ${day}`, rows: [] };
  const { rows, others, total } = moverRows(movers, top);
  const against = `${dayName(headline.date)} against ${comparedWith(headline) ?? `a usual ${day}`}, ${currency}`;
  const rest = others === undefined ? [] : [`${plural(others.rows, 'other row')} ${others.change}`];
  return { unit: [against, ...rest, `in all ${total}`].join('; '), rows };
}

/** What is wrong, without what the two sentences have said already. */
function trouble(facts: DigestFacts): string[] {
  const differs = difference(facts);
  const told = facts.headline === undefined ? facts.trouble.slice(2) : facts.trouble;
  const all = [...(differs === undefined ? [] : [differs]), ...told];
  const lines = all.slice(0, TROUBLE_MAX).map((line) => sentenceOf(cut(clean(line), TROUBLE_COLUMNS)));
  const more = all.length - lines.length;
  return more > 0 ? [...lines, `And ${more} more: spendlight status.`] : lines;
}
