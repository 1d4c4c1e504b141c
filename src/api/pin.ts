import type { BillingDate } from '../core/calendar/billing-date.ts';

/** The lake version that one answer is made from, and the day or moment that it is of: what decides an answer besides the question. */
export interface Pin {
  readonly version: number;
  readonly today: BillingDate;
  /** The moment that was asked about, milliseconds since 1970; undefined: now. */
  readonly asOf: number | undefined;
}

/** A version that stays open until `release` is called. */
export interface HeldPin<P extends Pin> {
  readonly pin: P;
  readonly release: () => void;
}
