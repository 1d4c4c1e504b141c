import type { Light, OuLight } from '../../../core/budget/light.ts';
import { type Money, minus, ratio, sum } from '../../../core/money/money.ts';
import { monthName } from '../../format/days.ts';
import { type Figure, figure, magnitude, plain, printedSum, UNKNOWN } from '../../format/figure.ts';
import { clean, cut } from '../../format/name.ts';
import { percent } from '../../format/percent.ts';
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

/** A light for each OU, worst first, with its reason. Undefined where no OU has cost or budget. */
export function lightsBlock(facts: DigestFacts, shown: Rounded): LightsBlock | undefined {
  const { lights, totalLight, month } = facts;
  if (month === undefined || lights.length === 0) return undefined;
  const rows = lights.map((light, i) => row(light, printed(light.ou), shown.lights[i]));
  return {
    title: 'Lights by OU',
    counts: LIGHTS.map((light) => [lights.filter((one) => one.light === light).length, light] as const)
      .filter(([number]) => number > 0)
      .map(([number, light]) => `${number} ${light}`),
    unit: `${facts.currency}, ${monthName(month.period.from)}, run-rate against budget`,
    rows: rows.length <= ROWS_MAX ? rows : [...rows.slice(0, ROWS_MAX - 1), rest(lights, shown)],
    total:
      totalLight === undefined
        ? undefined
        : { ...row(totalLight, 'Total', { toDate: shown.toDate, forecast: shown.forecast }), reason: '' },
    after: [...uncounted(lights, shown), ...budgets(month, shown), ...withoutMap(facts)],
  };
}

function row(
  one: OuLight,
  name: string,
  { toDate, forecast }: { toDate?: Figure | undefined; forecast?: Figure | undefined } = {},
): LightRow {
  const { light, ofBudget } = one;
  return {
    light,
    name,
    toDate: toDate === undefined ? UNKNOWN : plain(toDate),
    forecast: forecast === undefined ? UNKNOWN : plain(forecast),
    ofBudget: percent(ofBudget),
    reason: reasonOf(one),
  };
}

/** Why the light, then the pace: "over budget" is the light, "over plan" is pace. A light on plan speaks of pace alone, if that is off. */
function reasonOf({ light, reason, monthToDate, planToDate }: OuLight): string {
  const off = planToDate === undefined ? undefined : ratio(minus(monthToDate, planToDate), planToDate);
  const pace = off === undefined ? undefined : `${percent(Math.abs(off))} ${off < 0 ? 'under' : 'over'} plan`;
  if (light === 'on plan') return off !== undefined && off >= PACE_OFF ? `${pace} so far` : '';
  const why = cut(clean(reason), REASON_COLUMNS);
  return pace === undefined || light === 'unknown' ? why : `${why}; ${pace}`;
}

/** All rows that do not fit, as one with their worst light. */
function rest(lights: readonly OuLight[], shown: Rounded): LightRow {
  const others = lights.slice(ROWS_MAX - 1);
  const figuresOf = shown.lights.slice(ROWS_MAX - 1);
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
  return {
    light: worst,
    name: `${others.length} other OUs`,
    toDate: total(figuresOf.map(({ toDate }) => toDate)),
    forecast: total(figuresOf.map(({ forecast }) => forecast)),
    ofBudget: percent(ofBudgets(others)),
    reason: LIGHTS.map((light) => [others.filter((other) => other.light === light).length, light] as const)
      .filter(([number]) => number > 0)
      .map(([number, light]) => `${number} ${SHAPES[light]} ${light}`)
      .join(', '),
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

function budgets({ budget, budgetFrom, ouBudgets }: MonthFacts, shown: Rounded): string[] {
  if (budget === undefined || shown.budget === undefined || ouBudgets === undefined) return [];
  if (budgetFrom === 'ous') return [`The budget is the sum of the OU budgets, ${plain(shown.budget)}.`];
  const reserve = minus(budget, ouBudgets);
  const parts = `OU budgets ${plain(figure(ouBudgets, shown.decimals))}`;
  const left = {
    ...figure(reserve, shown.decimals),
    shown: minus(shown.budget.shown, figure(ouBudgets, shown.decimals).shown),
  };
  if (left.shown.units === 0n) return [];
  return [
    left.shown.units > 0n
      ? `${parts} + reserve ${plain(left)} = ${plain(shown.budget)}.`
      : `${parts} are ${magnitude(left)} above the total's ${plain(shown.budget)}.`,
  ];
}
