import type { BillingPeriod } from '../core/calendar/billing-period.ts';

/** A billing period of a delivery: `month` replaces what its source said of it before, `part` adds to it. */
export interface Scope {
  readonly period: BillingPeriod;
  readonly rows: number;
  readonly kind: 'month' | 'part';
  /** The delivery that a part leaves with. */
  readonly cameWith?: string;
}

/**
 * What a delivery says of each of its periods. A manifest speaks of one month. A loose file speaks of the month of most
 * rows, and of every other that has at least a tenth as many; the few rows of further months are strays, parts that
 * came with it. Events are parts that stay. Mended rows are parts of the delivery that they come from.
 */
export function scopesOf(
  periods: readonly { readonly period: BillingPeriod; readonly rows: number }[],
  manifestPeriod: BillingPeriod | undefined,
  mine: {
    readonly delivery: { readonly id: string };
    readonly cameWith: string | undefined;
    readonly opened: { readonly scope: Scope['kind'] };
  },
): Scope[] {
  const most = Math.max(0, ...periods.map(({ rows }) => rows));
  const speaksOf = ({ period, rows }: { period: BillingPeriod; rows: number }): boolean =>
    manifestPeriod === undefined ? rows * 10 >= most : period === manifestPeriod;
  return periods.map(({ period, rows }): Scope => {
    if (mine.cameWith !== undefined) return { period, rows, kind: 'part', cameWith: mine.cameWith };
    if (mine.opened.scope === 'part') return { period, rows, kind: 'part' };
    return speaksOf({ period, rows })
      ? { period, rows, kind: 'month' }
      : { period, rows, kind: 'part', cameWith: mine.delivery.id };
  });
}
