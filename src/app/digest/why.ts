import { type Money, toNumber } from '../../core/money/money.ts';
import type { DayRow } from '../../delivery/digest/facts.ts';
import type { Row } from '../../ports/engine.ts';
import { whyMoved } from '../../sql/digest/why.ts';
import { type Asked, nameOf } from './asked.ts';

/** A cause is told only where it explains at least this share of the change. */
const EXPLAINS = 0.5;

/** Why each of `movers` moved, where the lines tell: in the order of `movers`, undefined where they don't. */
export async function whyOf(
  asked: Asked,
  movers: readonly DayRow[],
): Promise<readonly (string | undefined)[]> {
  const { engine, lake, judged, weeks } = asked;
  if (movers.length === 0 || weeks === 0) return movers.map(() => undefined);
  const rows = await engine.rows(
    whyMoved({
      day: judged,
      weeks,
      costMetric: lake.identity.costMetric,
      movers: movers.map(({ service, account }) => ({ service, account: account.id })),
    }),
  );
  return movers.map(({ service, account, change }) => {
    const row = rows.find(([ofService, ofAccount]) => ofService === service && ofAccount === account.id);
    return row === undefined || change === undefined ? undefined : causeOf(row, change);
  });
}

/**
 * The cause in words, without a full stop: resources that came or went where they explain half of the change, else the
 * usage type that does, with how much more or less of it was used. Costs are in the billing currency, so shares of the
 * change are compared among themselves, not with `change`, of which the direction counts.
 */
export function causeOf(row: Row, change: Money): string | undefined {
  const [, , meter, costNow, costUsual, quantityNow, quantityUsual, came, costCame, dearest, gone, costGone] =
    row;
  const moved = Number(costNow) - Number(costUsual);
  const up = toNumber(change) > 0;
  const whole = Math.max(Math.abs(moved), up ? Number(costCame) : Number(costGone));
  if (whole === 0) return undefined;
  if (up && Number(came) > 0 && Number(costCame) >= EXPLAINS * whole) {
    const name = nameOf(dearest);
    const which = name === undefined ? '' : ` ${shortName(name)}`;
    return Number(came) === 1 ? `new:${which}` : `${Number(came)} new resources, dearest${which}`;
  }
  if (!up && Number(gone) > 0 && Number(costGone) >= EXPLAINS * whole) {
    return Number(gone) === 1 ? '1 resource gone' : `${Number(gone)} resources gone`;
  }
  const type = nameOf(meter)?.replace(REGION, '');
  if (type === undefined || up !== moved > 0) return undefined;
  if (Number(costUsual) === 0) return `new usage type ${type}`;
  if (Number(costNow) === 0) return `no ${type} any more`;
  const [now, usual] = [Number(quantityNow), Number(quantityUsual)];
  return `${type} ${usual > 0 && now > 0 ? times(now / usual) : times(Number(costNow) / Number(costUsual))}`;
}

/** AWS writes the region before a usage type (`EUC1-Requests-Tier1`): the account's row says more than it. */
const REGION = /^(?:EU|[A-Z]{2,3}\d)-/;

/** `3.1×` from double on, else `+49 %`. */
function times(factor: number): string {
  if (factor >= 2) return `${factor.toFixed(1)}×`;
  const percent = Math.round((factor - 1) * 100);
  return percent < 0 ? `−${-percent} %` : `+${percent} %`;
}

/** The last part of an ARN or path: what people call a resource. */
const shortName = (resource: string): string =>
  resource
    .split(/[/:]/)
    .filter((part) => part !== '')
    .at(-1) ?? resource;
