import type { BillingDate } from '../core/calendar/billing-date.ts';

/** The lake version that one answer is made from, and the day it is made on: what decides an answer besides the question. */
export interface Pin {
  readonly version: number;
  readonly today: BillingDate;
}

/** A version that stays open until `release` is called. */
export interface HeldPin<P extends Pin> {
  readonly pin: P;
  readonly release: () => void;
}
