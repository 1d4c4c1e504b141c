import type { OuLight } from '../../core/budget/light.ts';
import type { BillingDate, Period } from '../../core/calendar/billing-date.ts';
import type { Currency, Money } from '../../core/money/money.ts';
import type { Cause, Metric } from '../../sql/schema.ts';

/**
 * Everything a digest says, as values: made by app/digest-facts from the lake, drawn by this room as HTML, text and PNG.
 * All money is in `currency`, exact, at scale 15; rounding happens where a person reads. A light's or row's order is
 * the order to print. Renderers compute nothing but shares, roundings and words.
 */
export interface DigestFacts {
  readonly simulated: boolean;
  /** The UTC day of the run, and the moment the digest is made (ISO 8601, UTC). */
  readonly runDate: BillingDate;
  readonly madeAt: string;
  readonly metric: Metric;
  readonly currency: Currency;
  /** The latest complete day; undefined where no day is complete (then `trouble` says why). */
  readonly headline: HeadlineDay | undefined;
  readonly month: MonthFacts | undefined;
  /** Days of the headline's month, first to last. */
  readonly calendar: readonly CalendarDay[];
  /** ■, then ▲, then ○, then ●, each by money. */
  readonly lights: readonly OuLight[];
  readonly totalLight: OuLight | undefined;
  readonly top: TopTen | undefined;
  readonly movers: Movers | undefined;
  readonly spikes: Spikes | undefined;
  readonly withoutBudget: readonly ScopeWithoutBudget[];
  readonly tags: TagMoney | undefined;
  readonly unmapped: UnmappedMoney | undefined;
  /** usage + fees + tax − credits − refunds = total, of the month to date. */
  readonly kinds: KindBridge | undefined;
  /** From the last digest's month to date to this one's; undefined where no digest of this lake went before. */
  readonly bridge: Bridge | undefined;
  /** EffectiveCost of the month to date in the reporting currency, where every amount is known and has a rate. */
  readonly amortised: Money | undefined;
  /** Days after the headline that have lines. */
  readonly arriving: readonly ArrivingDay[];
  readonly freshness: Freshness;
  readonly proof: Proof;
  /** What of the run failed and did not stop it: the dashboard, the tables of other engines. */
  readonly failures: readonly { readonly what: string; readonly remedy: string }[];
  /** What is wrong with the data, in words for the reader, most important first. Empty when all is well. */
  readonly trouble: readonly string[];
  /** Somebody asked for the day's digest again; the subject says so. */
  readonly isRerun?: boolean | undefined;
  /** Sources > 48 h behind: the subject says `partial: <source> missing`. */
  readonly missingSources: readonly string[];
  /** Amounts without a rate: absent from every figure above, named here in their own currency. */
  readonly withoutRate: readonly {
    readonly currency: Currency;
    readonly amount: Money;
    readonly lines: number;
  }[];
  /** Lines whose COST_METRIC is unknown. */
  readonly unknownLines: number;
  readonly recipients: {
    readonly group: string;
    readonly address: string | undefined;
    readonly setting: string;
  };
  readonly attachment: Attachment;
  /** Set when SPENDLIGHT_PUBLIC_URL is. */
  readonly publicUrl: string | undefined;
}

/** The judged day. Lines that span days, tax, fees, credits and refunds are in `total` and `onChargeDate`, out of `comparable`. */
export interface HeadlineDay {
  readonly date: BillingDate;
  readonly total: Money;
  /** Usage that spans at most a day: what is compared day to day. */
  readonly comparable: Money;
  /** total − comparable: tax, fees, credits, refunds, month-spanning charges dated this day. */
  readonly onChargeDate: Money;
  /** Mean of `comparable` of the same weekday in the four weeks before (fewer where there are fewer; none: undefined). */
  readonly usualWeekday: { readonly mean: Money; readonly days: number } | undefined;
  /** `comparable` of the same weekday one week before. */
  readonly weekBefore: { readonly date: BillingDate; readonly comparable: Money } | undefined;
  /** Rows of the day's breakdown (and CSV). */
  readonly rows: number;
}

export interface MonthFacts {
  readonly period: Period;
  readonly toDate: Money;
  /** Budget of the whole month for scope total (else the sum of OU budgets with `budgetFrom: 'ous'`). */
  readonly budget: Money | undefined;
  readonly budgetFrom: 'total' | 'ous' | undefined;
  /** Pro-rated plan to date along the weekday curve; undefined without budget. */
  readonly planToDate: Money | undefined;
  /** Run-rate month end. */
  readonly forecast: Money | undefined;
  readonly forecastReason: string | undefined;
  readonly daysLeft: number;
  /** Sum of OU budgets; the reserve is budget − this. */
  readonly ouBudgets: Money | undefined;
}

export interface CalendarDay {
  readonly date: BillingDate;
  readonly state: 'complete' | 'arriving' | 'ahead';
  /** Usage of at most a day. */
  readonly usage: Money;
  /** Fees, tax, credits, refunds, month-spanning charges on their charge date. */
  readonly onChargeDate: Money;
  /** Run-rate for days ahead (and the missing rest of arriving ones); undefined where it abstains. */
  readonly runRate: Money | undefined;
  readonly plan: Money | undefined;
  readonly spike: boolean;
}

/** An account as people see it: "name (id)". */
export interface AccountName {
  readonly id: string;
  readonly name: string | undefined;
}

export interface DayRow {
  readonly service: string;
  readonly account: AccountName;
  readonly ou: string;
  readonly amount: Money;
  /** amount − mean of the same four weekdays; undefined where the row has no past. */
  readonly change: Money | undefined;
  readonly usual: Money | undefined;
}

export interface TopTen {
  readonly rows: readonly DayRow[];
  readonly others: {
    readonly rows: number;
    readonly belowZero: number;
    readonly amount: Money;
    readonly change: Money | undefined;
  };
  /** Equal to the CSV's sum. */
  readonly total: Money;
  readonly totalChange: Money | undefined;
}

export interface Movers {
  readonly rows: readonly (DayRow & { readonly why: string | undefined })[];
  readonly others: { readonly rows: number; readonly largest: Money; readonly change: Money };
  readonly total: Money;
}

export interface Spike {
  readonly id: string;
  readonly service: string;
  readonly account: AccountName;
  readonly ou: string;
  readonly region: string | undefined;
  readonly actual: Money;
  readonly expected: Money;
  readonly low: Money;
  readonly high: Money;
  readonly since: BillingDate;
  readonly days: number;
  readonly why: string | undefined;
}

export interface Spikes {
  /** At most 10, by money. */
  readonly rows: readonly Spike[];
  readonly rest: { readonly count: number; readonly excess: Money };
  readonly excess: Money;
  /** Series judged on the headline day. */
  readonly judged: number;
  readonly rulesVersion: string;
}

export interface ScopeWithoutBudget {
  readonly ou: string;
  readonly monthToDate: Money;
  readonly accounts: readonly { readonly account: AccountName; readonly amount: Money }[];
}

export interface TagMoney {
  readonly compliant: Money;
  readonly missing: Money;
  readonly incomplete: Money;
  readonly notTaggable: Money;
  /** compliant ÷ (compliant + missing + incomplete). */
  readonly score: number | undefined;
  /** Required keys by money of lines that lack them, most first. */
  readonly missingKeys: readonly string[];
  readonly incompleteKeys: readonly string[];
  readonly requiredKeys: readonly string[];
  /** Required keys that are spelled in more than one way, each with all its spellings. */
  readonly variants?: readonly { readonly key: string; readonly spellings: readonly string[] }[] | undefined;
}

export interface UnmappedMoney {
  readonly amount: Money;
  readonly share: number | undefined;
  readonly before: { readonly share: number | undefined; readonly period: Period } | undefined;
  readonly accounts: number;
}

/** Signs as on the bill: credits and refunds negative. They add up to `total`. */
export interface KindBridge {
  readonly usage: Money;
  readonly fees: Money;
  readonly tax: Money;
  readonly credits: Money;
  readonly refunds: Money;
  readonly total: Money;
}

/** before + days + changed = now, and changed = largest + others, exactly. */
export interface Bridge {
  readonly since: { readonly runDate: BillingDate; readonly headline: BillingDate };
  /** The last day that `now` tells of: this digest's headline day, or the last of the month where a new one has begun. */
  readonly until: BillingDate;
  /** Month to date as that digest told it. */
  readonly before: Money;
  /** Days that it did not tell of, or told of and that are not complete any more (then below zero). */
  readonly days:
    | {
        readonly kind: 'new' | 'incomplete again';
        readonly from: BillingDate;
        readonly to: BillingDate;
        readonly amount: Money;
      }
    | undefined;
  /** What the days that it told of have become since. */
  readonly changed: Money;
  /** The three largest changes, largest first. */
  readonly largest: readonly ChangedRow[];
  readonly others: Money;
  readonly now: Money;
}

/** A row of the breakdown that changed on some days. */
export interface ChangedRow {
  readonly ou: string;
  readonly service: string;
  readonly account: AccountName;
  readonly amount: Money;
  readonly from: BillingDate;
  readonly to: BillingDate;
  /** Undefined where there are several. */
  readonly cause: Cause | 'arrival' | undefined;
}

export interface ArrivingDay {
  readonly date: BillingDate;
  readonly soFar: Money;
  /** `17:00` UTC of that day, or undefined when only month-spanning charges have come. */
  readonly linesUpTo: string | undefined;
}

export interface Freshness {
  readonly completeTo: BillingDate | undefined;
  readonly sources: readonly {
    readonly source: string;
    readonly watermark: string | undefined;
    readonly lastDelivery: string;
    readonly late: boolean;
  }[];
  /** Accounts that were there before and are quiet. */
  readonly quiet: readonly { readonly account: AccountName; readonly since: BillingDate }[];
}

export interface Proof {
  readonly csvTotal: Money | undefined;
  readonly lakeTotal: Money | undefined;
  readonly csvRows: number;
  readonly accountsSeen: number;
  readonly accountsKnown: number;
  readonly deliveries: readonly {
    readonly source: string;
    readonly billingPeriod: string;
    readonly deliveredAt: string;
    readonly sha256: string;
  }[];
  readonly lakeVersion: number;
  readonly versions: {
    readonly rules: number;
    readonly accounts: number;
    readonly budgets: number;
    readonly rates: number;
  };
  /** sha256 hex of the ledger's newest entry before this mail. */
  readonly ledgerHead: string | undefined;
}

/** How the CSV travels: as it is, compressed, or left out because the mail would pass 10 MB raw. */
export interface Attachment {
  readonly kind: 'csv' | 'csv.gz' | 'left out' | 'none';
  readonly fileName: string;
  readonly rows: number;
  readonly archiveKey: string | undefined;
  readonly reason: string | undefined;
}
