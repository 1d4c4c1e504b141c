import type { BillingDate } from '../core/calendar/billing-date.ts';

/**
 * `missing`: no line of the source that counts, between its first and its last day. `small`: fewer than half the lines of
 * the same weekday around it. `no archive`: complete, and not in `ou-breakdowns*`. `no mail`: a run date whose digest never
 * went out. `no partition`: archived, and other engines do not find it. `no delivery`: a whole month between the first and the last without a delivery of the source.
 */
export type GapKind = 'missing' | 'small' | 'no archive' | 'no partition' | 'no mail' | 'no delivery';

/** One thing that is missing, with what mends it. */
export interface Gap {
  readonly kind: GapKind;
  /** Undefined where it concerns the lake as a whole (archive, mail). */
  readonly source: string | undefined;
  /** First and last billing day, inclusive; of `no mail` the run dates. */
  readonly from: BillingDate;
  readonly to: BillingDate;
  /** A sentence for people. */
  readonly what: string;
  /** The command that mends it. */
  readonly command: string;
}

/** What `gaps` answers. Gaps are sorted by day, then kind, then source. */
export interface GapsReport {
  readonly lakeVersion: number;
  /** The days that were looked at, inclusive; undefined where none of those asked for is complete. */
  readonly looked: { readonly from: BillingDate; readonly to: BillingDate } | undefined;
  readonly gaps: readonly Gap[];
}
