import type { OuLight } from '../../../core/budget/light.ts';
import { type Money, minus, sum } from '../../../core/money/money.ts';
import { decimalsFor, type Figure, figure, figures } from '../../format/figure.ts';
import type { DigestFacts } from '../facts.ts';

/** The digest's whole-unit figures, rounded once, so that one of them prints the same wherever it stands. */
export interface Rounded {
  /** 0, or 2 where the whole month is below a hundred. */
  readonly decimals: number;
  readonly day: Figure;
  /** Part of `day`: fees, tax, credits, refunds, charges that span days. */
  readonly onChargeDate: Figure;
  readonly toDate: Figure;
  readonly forecast: Figure | undefined;
  readonly budget: Figure | undefined;
  /** In the order of the facts' lights; they add up to `toDate` and `forecast`. */
  readonly lights: readonly { readonly toDate: Figure; readonly forecast: Figure | undefined }[];
  /** What OUs without a forecast of their own add to the total's; undefined if there are none. */
  readonly forecastRest: Figure | undefined;
  /** `≈ ` where lines without an amount or a rate are missing from the sums. */
  readonly uncertain: string;
}

export function rounded(facts: DigestFacts): Rounded {
  const { headline, month, lights, currency } = facts;
  const none: Money = { currency, units: 0n };
  const decimals = decimalsFor([headline?.total, month?.toDate, month?.budget, month?.forecast]);
  const toDate = figure(month?.toDate ?? none, decimals);
  const forecast = month?.forecast === undefined ? undefined : figure(month.forecast, decimals);
  const [onChargeDate = toDate] = figures(
    [headline?.onChargeDate ?? none, headline?.comparable ?? none],
    decimals,
  );
  const spent = withRest(
    lights.map(({ monthToDate }) => monthToDate),
    toDate,
    decimals,
  );
  const expected = forecasts(lights, forecast, decimals);
  return {
    decimals,
    day: figure(headline?.total ?? none, decimals),
    onChargeDate,
    toDate,
    forecast,
    budget: month?.budget === undefined ? undefined : figure(month.budget, decimals),
    lights: lights.map((light, i) => ({
      toDate: spent.parts[i] ?? figure(light.monthToDate, decimals),
      forecast: expected.byLight.get(light),
    })),
    forecastRest: expected.rest,
    uncertain: facts.unknownLines > 0 || facts.withoutRate.length > 0 ? '≈\u00a0' : '',
  };
}

function forecasts(
  lights: readonly OuLight[],
  total: Figure | undefined,
  decimals: number,
): { byLight: ReadonlyMap<OuLight, Figure>; rest: Figure | undefined } {
  const known = lights.flatMap((light) =>
    light.forecast === undefined ? [] : [{ light, amount: light.forecast }],
  );
  const amounts = known.map(({ amount }) => amount);
  const { parts, rest } =
    total === undefined
      ? { parts: amounts.map((amount) => figure(amount, decimals)), rest: undefined }
      : withRest(amounts, total, decimals);
  const byLight = new Map(
    known.flatMap(({ light }, i) => (parts[i] === undefined ? [] : [[light, parts[i]] as const])),
  );
  return { byLight, rest };
}

/** Parts of a total that may hold more than its parts: the rest is rounded with them. */
function withRest(
  amounts: readonly Money[],
  total: Figure,
  decimals: number,
): { parts: readonly Figure[]; rest: Figure | undefined } {
  const rest = minus(total.exact, sum(amounts, total.exact.currency));
  const parts = figures([...amounts, rest], decimals, total.shown);
  return { parts: parts.slice(0, -1), rest: rest.units === 0n ? undefined : parts.at(-1) };
}
