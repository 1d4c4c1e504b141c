import type { Light, OuLight } from '../../../core/budget/light.ts';
import { type Money, minus, ratio, sum } from '../../../core/money/money.ts';
import { monthName } from '../../format/days.ts';
import {
  difference,
  type Figure,
  figure,
  figures,
  magnitude,
  plain,
  printedSum,
  UNKNOWN,
} from '../../format/figure.ts';
import { clean, cut } from '../../format/name.ts';
import { percent, signedPercent } from '../../format/percent.ts';
import type { DigestFacts, MonthFacts } from '../facts.ts';
import { printed, SHAPES } from './names.ts';
import type { Rounded } from './rounded.ts';
import type { LightRow, LightsBlock } from './view.ts';

const LIGHTS: readonly Light[] = ['over', 'at risk', 'unknown', 'on plan'];
/** More rows than a mail should hold become one, so that a thousand OUs still arrive whole. */
const ROWS_MAX = 24;
const REASON_COLUMNS = 120;
/** Spent this much more than planned so far, a light on plan gets a word about it. */
const PACE_OFF = 0.05;

/** What is printed of a light's money. */
interface Printed {
  readonly toDate?: Figure | undefined;
  readonly forecast?: Figure | undefined;
  readonly budget?: Figure | undefined;
}

/**
 * A light for each OU, worst first, with its reason. Undefined where no OU has cost or budget.
 * @param rowsMax  OUs beyond it become one row with their count and money
 */
export function lightsBlock(facts: DigestFacts, shown: Rounded, rowsMax = ROWS_MAX): LightsBlock | undefined {
  const { lights, totalLight, month } = facts;
  if (month === undefined || lights.length === 0) return undefined;
  const limits = budgetFigures(lights, month, shown.decimals);
  const figuresOf = lights.map((_, i): Printed => ({ ...shown.lights[i], budget: limits[i] }));
  const rows = lights.map((light, i) => row(light, printed(light.ou), figuresOf[i]));
  return {
    title: 'Lights by OU',
    counts: LIGHTS.map((light) => [lights.filter((one) => one.light === light).length, light] as const)
      .filter(([number]) => number > 0)
      .map(([number, light]) => `${number} ${light}`),
    unit: `${facts.currency}, ${monthName(month.period.from)}, run-rate against budget`,
    rows:
      rows.length <= rowsMax
        ? rows
        : [
            ...rows.slice(0, rowsMax - 1),
            rest(lights.slice(rowsMax - 1), figuresOf.slice(rowsMax - 1), shown),
          ],
    total: totalLight === undefined ? undefined : { ...row(totalLight, 'Total', shown), reason: '' },
    reserve: reserveOf(month, shown),
    after: [...uncounted(lights, shown), ...budgets(month, shown), ...withoutMap(facts)],
  };
}

function row(one: OuLight, name: string, { toDate, forecast, budget }: Printed = {}): LightRow {
  const { light, ofBudget } = one;
  return {
    light,
    name,
    toDate: toDate === undefined ? UNKNOWN : plain(toDate),
    forecast: forecast === undefined ? UNKNOWN : plain(forecast),
    budget: budget === undefined ? UNKNOWN : plain(budget),
    ofBudget: percent(ofBudget),
    pace: signedPercent(paceOf(one)),
    reason: reasonOf(one),
    why: one.reason === '' ? '' : cut(clean(one.reason), REASON_COLUMNS),
  };
}

/** What month to date is off its plan; undefined without one. */
const paceOf = ({ monthToDate, planToDate }: OuLight): number | undefined =>
  planToDate === undefined ? undefined : ratio(minus(monthToDate, planToDate), planToDate);

/** The OUs' budgets in the order of `lights`, rounded together where they are all that the OUs were given. */
function budgetFigures(
  lights: readonly OuLight[],
  { ouBudgets }: MonthFacts,
  decimals: number,
): (Figure | undefined)[] {
  const given = lights.flatMap(({ budget }) => (budget === undefined ? [] : [budget]));
  const isAll = ouBudgets !== undefined && sum(given, ouBudgets.currency).units === ouBudgets.units;
  const shown = isAll
    ? figures(given, decimals, figure(ouBudgets, decimals).shown)
    : given.map((budget) => figure(budget, decimals));
  let next = 0;
  return lights.map(({ budget }) => (budget === undefined ? undefined : shown[next++]));
}

/** Why the light, then the pace: "over budget" is the light, "over plan" is pace. A light on plan speaks of pace alone, if that is off. */
function reasonOf(one: OuLight): string {
  const { light, reason } = one;
  const off = paceOf(one);
  const pace = off === undefined ? undefined : `${percent(Math.abs(off))} ${off < 0 ? 'under' : 'over'} plan`;
  if (light === 'on plan') return off !== undefined && off >= PACE_OFF ? `${pace} so far` : '';
  const why = cut(clean(reason), REASON_COLUMNS);
  return pace === undefined || light === 'unknown' ? why : `${why}; ${pace}`;
}

/** All rows that do not fit, as one with their worst light. */
function rest(others: readonly OuLight[], figuresOf: readonly Printed[], shown: Rounded): LightRow {
  const currency = shown.toDate.exact.currency;
  const total = (of: readonly (Figure | undefined)[]): string =>
    plain(
      printedSum(
        of.filter((one) => one !== undefined),
        currency,
        shown.decimals,
      ),
    );
  const worst = LIGHTS.find((light) => others.some((other) => other.light === light)) ?? 'unknown';
  const counts = LIGHTS.map(
    (light) => [others.filter((other) => other.light === light).length, light] as const,
  ).filter(([number]) => number > 0);
  return {
    light: worst,
    name: `${others.length} other OUs`,
    toDate: total(figuresOf.map(({ toDate }) => toDate)),
    forecast: total(figuresOf.map(({ forecast }) => forecast)),
    budget: total(figuresOf.map(({ budget }) => budget)),
    ofBudget: percent(ofBudgets(others)),
    pace: UNKNOWN,
    reason: counts.map(([number, light]) => `${number} ${SHAPES[light]} ${light}`).join(', '),
    why: counts.map(([number, light]) => `${number} ${light}`).join(', '),
  };
}

function ofBudgets(lights: readonly OuLight[]): number | undefined {
  const [first] = lights;
  if (
    first === undefined ||
    lights.some(({ forecast, budget }) => forecast === undefined || budget === undefined)
  )
    return undefined;
  const total = (of: readonly (Money | undefined)[]): Money =>
    sum(
      of.filter((one) => one !== undefined),
      first.monthToDate.currency,
    );
  return ratio(total(lights.map(({ forecast }) => forecast)), total(lights.map(({ budget }) => budget)));
}

/** The total's forecast counts OUs that have none of their own; the reader is told, or the column would not add up. */
function uncounted(lights: readonly OuLight[], { forecastRest }: Rounded): string[] {
  if (forecastRest === undefined || forecastRest.shown.units === 0n) return [];
  const without = lights.filter(({ forecast }) => forecast === undefined);
  const [only] = without;
  const who =
    without.length === 1 && only !== undefined
      ? `${printed(only.ou)} at its run-rate`
      : `${without.length} OUs without a forecast of their own`;
  return [`The total counts ${who}, ${plain(forecastRest)}.`];
}

/** Before the first account map everything is Unmapped, and the reader should know what to do about it. */
const withoutMap = ({ proof }: DigestFacts): string[] =>
  proof.versions.accounts > 0
    ? []
    : ['There is no account map yet: spendlight accounts import FILE puts accounts into OUs.'];

function budgets(month: MonthFacts, shown: Rounded): string[] {
  const { budgetFrom, ouBudgets } = month;
  const left = reserveFigure(month, shown);
  if (left === undefined || shown.budget === undefined || ouBudgets === undefined) return [];
  if (budgetFrom === 'ous') return [`The budget is the sum of the OU budgets, ${plain(shown.budget)}.`];
  const parts = `OU budgets ${plain(figure(ouBudgets, shown.decimals))}`;
  if (left.shown.units === 0n) return [];
  return [
    left.shown.units > 0n
      ? `${parts} + reserve ${plain(left)} = ${plain(shown.budget)}.`
      : `${parts} are ${magnitude(left)} above the total's ${plain(shown.budget)}.`,
  ];
}

/** Budget less the OUs' budgets, as printed; below zero where they are more than it. */
function reserveFigure({ budget, ouBudgets }: MonthFacts, shown: Rounded): Figure | undefined {
  if (budget === undefined || shown.budget === undefined || ouBudgets === undefined) return undefined;
  return difference(shown.budget, figure(ouBudgets, shown.decimals));
}

function reserveOf(month: MonthFacts, shown: Rounded): string | undefined {
  const left = reserveFigure(month, shown);
  return left === undefined || left.shown.units === 0n ? undefined : plain(left);
}
