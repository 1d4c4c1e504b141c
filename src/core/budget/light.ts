import type { Money } from '../money/money.ts';

/** A traffic light (requirement E3): always shown as shape + word + number. ● on plan, ▲ at risk, ■ over, ○ unknown. */
export type Light = 'over' | 'at risk' | 'unknown' | 'on plan';

/** A light with what it was decided from; amounts in one currency. */
export interface OuLight {
  readonly ou: string;
  readonly light: Light;
  readonly monthToDate: Money;
  /** Run-rate month end; undefined where it abstains. */
  readonly forecast: Money | undefined;
  readonly budget: Money | undefined;
  /** The budget's plan up to the judged day, along the OU's own weekday curve: pace; undefined without a budget. */
  readonly planToDate?: Money | undefined;
  /** forecast ÷ budget, 1 = 100 %; undefined where either is. */
  readonly ofBudget: number | undefined;
  /** Words, without a full stop: "3,161 over, spent on 27 Nov", "no budget", "9 days of history; run-rate needs 14". */
  readonly reason: string;
}
