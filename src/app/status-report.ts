import type { BillingDate } from '../core/calendar/billing-date.ts';
import type { LakeIdentity, LakeState } from '../lake/catalog-types.ts';
import type { Heartbeat } from '../lake/heartbeats.ts';
import type { Holder } from '../lake/lease.ts';
import type { RecipientFate } from '../lake/mail-feedback.ts';
import type { EndedRun, RunRecord } from '../lake/runs.ts';
import type { CompleteDays } from './complete-days.ts';
import type { Delivery } from './send-once.ts';

/** Something that is wrong, and how to mend it. `code` never changes its meaning. */
export interface Trouble {
  /** `wrong` fails `status --check`; a `note` is worth a look and may be as it should. */
  readonly severity: 'wrong' | 'note';
  readonly code: string;
  readonly what: string;
  readonly remedy: string;
}

/** Everything an operator asks first. Moments are ISO 8601 UTC, watermarks `YYYY-MM-DD HH:MM:SS` UTC. */
export interface Status {
  readonly lake: {
    readonly location: string;
    readonly version: number;
    readonly committedAt: string;
  } & LakeIdentity;
  readonly sources: readonly SourceStatus[];
  /** Accounts that are behind the watermark of their source, or quiet; the others are up to date. */
  readonly accounts: { readonly seen: number; readonly quiet: CompleteDays['quiet'] };
  readonly completeTo: BillingDate | undefined;
  /** The latest days, oldest first. */
  readonly days: readonly DayStatus[];
  readonly loads: readonly LoadStatus[];
  readonly inputs: LakeState['inputs'];
  /** The daily run that ended last. */
  readonly lastRun: EndedRun | undefined;
  /** The latest runs of all kinds with their steps, newest first, those under way or broken off among them. */
  readonly runs: readonly RunRecord[];
  readonly nextRunDue: string;
  /** Who writes to the lake now; `isGone`: its process has died, and the next one that wants to write takes over. */
  readonly writing: (Holder & { readonly isGone: boolean }) | undefined;
  /** Last signs of life of feeds, schedules, channels and the engine. */
  readonly heartbeats: readonly Heartbeat[];
  readonly mail: { readonly key: string; readonly delivery: Delivery | undefined } | undefined;
  /** What was heard of the recipients of the mails of its run date. */
  readonly recipients: readonly RecipientFate[];
  readonly ledger: { readonly entries: number; readonly head: string; readonly archivedDays: number };
  /** ServiceNames that the table of product codes does not know: they stand in the breakdown as they are. */
  readonly namesOutsideTable: readonly string[];
  /** Accounts in no OU. */
  readonly unmapped: readonly string[];
  /** Bills that a delivery changed after they were invoiced, in the last 15 days. */
  readonly reopened: readonly { readonly period: string; readonly source: string; readonly why: string }[];
  readonly withoutRate: readonly { readonly currency: string; readonly lines: number }[];
  /** What is wrong and how to mend it, most important first. */
  readonly troubles: readonly Trouble[];
}

export interface SourceStatus {
  readonly source: string;
  readonly watermark: string | undefined;
  /** Hours between the watermark and now. */
  readonly ageHours: number | undefined;
  readonly lastDelivery: string;
  readonly state: 'on time' | 'late' | 'ended';
  readonly accounts: readonly { readonly account: string; readonly watermark: string | undefined }[];
}

export interface DayStatus {
  readonly date: BillingDate;
  /** `missing`: no line of any source has come. */
  readonly state: 'complete' | 'arriving' | 'missing';
  readonly archived: boolean;
}

export interface LoadStatus {
  readonly source: string;
  readonly billingPeriod: string;
  readonly format: string;
  readonly deliveredAt: string;
  readonly lines: number;
  readonly watermark: string | undefined;
}
