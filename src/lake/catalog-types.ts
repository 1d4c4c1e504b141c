import type { BillingDate } from '../core/calendar/billing-date.ts';
import type { BillingPeriod } from '../core/calendar/billing-period.ts';
import type { Metric } from '../sql/schema.ts';

/** `lake.json`: what this lake is, for ever (a change of metric or currency starts a new archive generation). */
export interface LakeIdentity {
  readonly format: 1;
  readonly normaliser: number;
  readonly simulated: boolean;
  readonly costMetric: Metric;
  readonly reportingCurrency: string;
  /** Levels below Root that make an OU; 1 by default. */
  readonly ouLevel: number;
  readonly createdAt: string;
}

/** A file of the lake, sealed before the commit that names it. `rows` is 0 for raw files. */
export interface LakeFile {
  readonly key: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** Control totals of one (currency, metric, line-item type). Amounts are exact decimal texts. read = loaded + rejected + dropped − generated. */
export interface ControlTotal {
  readonly currency: string;
  readonly metric: Metric;
  readonly lineItemType: string;
  readonly chargeCategory: string;
  readonly rows: {
    readonly read: number;
    readonly loaded: number;
    readonly rejected: number;
    readonly dropped: number;
    readonly generated: number;
  };
  readonly amount: {
    readonly read: string;
    readonly loaded: string;
    readonly rejected: string;
    readonly dropped: string;
    readonly generated: string;
  };
  /** Sum of what rounding to 15 decimals took away (read exactly − read at scale 15). */
  readonly residue: string;
  /** Loaded lines whose amount is unknown. */
  readonly unknown: number;
}

/** An account seen in a load: the grain at which overlapping sources exclude each other. An id that is null on the bill is the empty text. */
export interface LoadAccount {
  readonly billingAccountId: string;
  readonly subAccountId: string;
  readonly lines: number;
  /** currency → the four metrics in the order of METRICS, exact decimal texts; what an exclusion would leave out. */
  readonly amounts: Readonly<Record<string, readonly string[]>>;
  /** Lines of a BilledCost that is not 0, with and without an invoice id; absent in loads of before these were counted. */
  readonly invoiced?: number;
  readonly uninvoiced?: number;
}

/** One delivery's facts of one (source, billing period): files that become current by a commit. */
export interface Load {
  readonly id: string;
  readonly source: string;
  readonly billingPeriod: BillingPeriod;
  /** `month` replaces the older one of its source and period; `part` adds and counts once by content. */
  readonly scope: 'month' | 'part';
  /** The delivery a part came with (it leaves with it), or undefined. */
  readonly cameWith?: string;
  readonly delivery: DeliveryRef;
  /** `focus-1.2`, `cur2`, `cur-legacy`, `azure-ea` …; for people and for the rank of overlapping sources. */
  readonly format: string;
  /** Lower wins where sources overlap: newer FOCUS, older FOCUS, CUR 2.0, legacy CUR, … */
  readonly rank: number;
  readonly simulated: boolean;
  readonly firstDate: BillingDate | undefined;
  readonly lastDate: BillingDate | undefined;
  /** Newest end of a Usage line of at most 24 h that is not Unused, `YYYY-MM-DD HH:MM:SS` UTC. */
  readonly watermark: string | undefined;
  readonly lines: readonly LakeFile[];
  readonly rollup: Rollup;
  readonly totals: readonly ControlTotal[];
  readonly accounts: readonly LoadAccount[];
}

/** A rollup's identity is (load, accounts, rules, rates, normaliser): only an equal identity is a no-op. */
export interface Rollup {
  readonly identity: string;
  readonly files: readonly LakeFile[];
}

/** Where a load came from. `deliveredAt` is ISO 8601 UTC; `ageFrom` says by what it is ordered. */
export interface DeliveryRef {
  readonly id: string;
  readonly deliveredAt: string;
  readonly ageFrom: 'manifest' | 'delivered-at' | 'arrival';
  /** sha256 over the delivery's files, in the order of their names: "counts once by content". */
  readonly content: string;
  readonly receivedAt: string;
  readonly raw: readonly LakeFile[];
}

/** What one counts-once rule left out: an account's month in a source, with its totals. */
export interface Exclusion {
  readonly source: string;
  readonly billingPeriod: BillingPeriod;
  readonly billingAccountId: string;
  readonly subAccountId: string;
  readonly insteadOf: string;
  readonly reason: string;
  readonly totals: readonly { readonly currency: string; readonly metric: Metric; readonly amount: string }[];
}

/** Versions of what people decide; 0 is "none yet" (accounts, budgets, rates) and rules start with 1. */
export interface InputVersions {
  readonly accounts: number;
  readonly budgets: number;
  readonly rates: number;
  readonly rules: number;
  /** Levels below Root that make an OU, where somebody has decided so since the lake was made; else as in LakeIdentity. */
  readonly ouLevel?: number;
}

/** The objects in `state/` that the current versions of the inputs lie in, with their hashes. */
export type InputObjects = Readonly<Partial<Record<Exclude<keyof InputVersions, 'ouLevel'>, LakeFile>>>;

/** A file of the lake's history, and the span of billing days that it can tell about (both ends in it). */
export interface HistoryFile extends LakeFile {
  readonly firstDate: BillingDate;
  readonly lastDate: BillingDate;
}

/** A load whose delivery was made once more, with the same content, at a later moment. */
export interface Renewed extends Pick<DeliveryRef, 'deliveredAt' | 'ageFrom'> {
  readonly load: string;
}

/** What a commit tells of itself for ever: amounts that it changed, and what it was the first to know. */
export interface History {
  readonly restatements: readonly HistoryFile[];
  readonly arrivals: readonly HistoryFile[];
}

/** A file of the history with the commit that wrote it. */
export interface LoggedFile extends HistoryFile {
  readonly version: number;
  readonly committedAt: string;
}

/**
 * Files kept for ever, oldest first. So that a checkpoint does not grow with the number of versions, the older ones are
 * listed in segments: JSON objects of SEGMENT_FILES logged files each.
 */
export interface FileLog {
  readonly segments: readonly LakeFile[];
  readonly recent: readonly LoggedFile[];
}

/** C1's verdicts of one calendar month. `identity` says from which rollups and rules they were made. */
export interface VerdictMonth {
  readonly month: BillingPeriod;
  readonly identity: string;
  /** The month's days before this one are judged; a judged day without a row is normal. */
  readonly judgedUntil: BillingDate;
  readonly files: readonly LakeFile[];
}

/** The whole state of the lake at one version. What a reader pins. */
export interface LakeState {
  /** 0: an empty lake, nothing committed. */
  readonly version: number;
  readonly committedAt: string;
  readonly loads: readonly Load[];
  readonly exclusions: readonly Exclusion[];
  readonly inputs: InputVersions;
  /** Empty for inputs that were imported before hashes were kept. */
  readonly inputObjects: InputObjects;
  readonly verdicts: readonly VerdictMonth[];
  readonly history: { readonly [K in keyof History]: FileLog };
}

/** What one commit changes, and its history where it changes an amount. */
export type LakeChange = { readonly history?: History } & (
  | {
      readonly kind: 'loads';
      readonly added: readonly Load[];
      /** Ids of the loads that are no longer current. */
      readonly removed: readonly string[];
      /** All exclusions there are after the commit. */
      readonly exclusions: readonly Exclusion[];
      /** Deliveries that came again, made later than was known: their loads are of that age from now on. */
      readonly renewed?: readonly Renewed[];
    }
  | {
      readonly kind: 'inputs';
      readonly inputs: Partial<InputVersions>;
      /** The objects of the versions named in `inputs`. */
      readonly objects?: InputObjects;
      /** Rollups made anew because an input that they depend on has changed. */
      readonly rollups: readonly { readonly load: string; readonly rollup: Rollup }[];
      /** Verdicts made anew because of it; each replaces those of its month. */
      readonly months?: readonly VerdictMonth[];
    }
  | {
      readonly kind: 'verdicts';
      /** Each replaces the verdicts of its month. */
      readonly months: readonly VerdictMonth[];
    }
);
