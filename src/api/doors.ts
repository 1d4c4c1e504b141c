import type { Gauge } from '../app/vitals.ts';
import type { Clock, Log, Random } from '../ports/clock.ts';
import type { HeldPin, Pin } from './pin.ts';
import type {
  Alerts,
  Breakdown,
  Causes,
  Lights,
  Lines,
  Movers,
  PageQuery,
  Shares,
  SharesQuery,
  Trend,
  TrendQuery,
} from './schemas/blocks.ts';
import type { ExplainQuery, Explanation } from './schemas/explain.ts';
import type { ExportQuery } from './schemas/exports.ts';
import type { IngestJob, Peek } from './schemas/first-run.ts';
import type { Outbox, Preferences, StatusAnswer } from './schemas/health.ts';
import type { Choices, Overview, ProofAnswer } from './schemas/overview.ts';
import type { ScopeQuery } from './schemas/parts.ts';
import type {
  Archive,
  ArchiveQuery,
  Calendar,
  CalendarQuery,
  DayHistory,
  DayHistoryQuery,
  Gaps,
  GapsQuery,
  Periods,
  Restatements,
  RestatementsQuery,
  Runs,
  RunsQuery,
} from './schemas/pipeline.ts';

/** Questions about costs: each is answered from the lake at `pin`, to the last digit what digest, CSV and PDF say. */
export interface CostDoors<P extends Pin = Pin> {
  overview(pin: P, query: ScopeQuery): Promise<Overview>;
  trend(pin: P, query: TrendQuery): Promise<Trend>;
  lights(pin: P, query: ScopeQuery): Promise<Lights>;
  movers(pin: P, query: ScopeQuery): Promise<Movers>;
  causes(pin: P, query: ScopeQuery): Promise<Causes>;
  shares(pin: P, query: SharesQuery): Promise<Shares>;
  alerts(pin: P, query: ScopeQuery): Promise<Alerts>;
  breakdown(pin: P, query: PageQuery): Promise<Breakdown>;
  lines(pin: P, query: PageQuery): Promise<Lines>;
  proof(pin: P, query: ScopeQuery): Promise<ProofAnswer>;
  explain(pin: P, query: ExplainQuery): Promise<Explanation>;
  choices(pin: P, query: ScopeQuery): Promise<Choices>;
  /** CSV text, piece by piece, its header first. */
  csv(pin: P, query: ExportQuery): AsyncIterable<string>;
}

/** How the data came, and what is kept of them. */
export interface PipelineDoors<P extends Pin = Pin> {
  periods(pin: P): Promise<Periods>;
  calendar(pin: P, query: CalendarQuery): Promise<Calendar>;
  restatements(pin: P, query: RestatementsQuery): Promise<Restatements>;
  dayHistory(pin: P, query: DayHistoryQuery): Promise<DayHistory>;
  runs(query: RunsQuery): Promise<Runs>;
  gaps(query: GapsQuery): Promise<Gaps>;
  archive(query: ArchiveQuery): Promise<Archive>;
  /** The bytes of a file of an archived day. @throws UserError `NOT_FOUND` */
  archived(day: string, file: 'csv' | 'parquet', asOf?: string): Promise<Uint8Array<ArrayBuffer>>;
}

/** A mail of the outbox as a page that shows it and nothing else. */
export interface MailPage {
  readonly html: string;
}

/** What the API's routes call; each does one thing that a script could do by the command line as well. */
export interface ApiDoors<P extends Pin = Pin> {
  /** Figures of runs and signs of life for `/metrics`, by name. */
  vitals(): Promise<Readonly<Record<string, Gauge>>>;
  readonly costs: CostDoors<P>;
  readonly pipeline: PipelineDoors<P>;
  /**
   * The newest version that is ready to answer, or the one of `asOf`; undefined where there is no lake yet.
   * @throws UserError `AS_OF_BEFORE_LAKE`, `AS_OF_IN_FUTURE`, `VERSION_UNKNOWN`, `VERSION_THINNED`, `DATE_INVALID`
   */
  hold(asOf?: string): Promise<HeldPin<P> | undefined>;
  status(asOf?: string): Promise<StatusAnswer>;
  preferences(): Promise<Preferences>;
  keepPreferences(preferences: Preferences): Promise<Preferences>;
  outbox(asOf?: string): Promise<Outbox>;
  /** @throws UserError `NOT_FOUND` */
  mail(id: string, asOf?: string): Promise<MailPage>;
  /** Takes a dropped file and looks at it. @throws UserError `LAKE_IN_USE` where there are costs already */
  peek(name: string, body: ReadableStream<Uint8Array> | null): Promise<Peek>;
  ingest(upload: string): Promise<IngestJob>;
  job(id: string): Promise<IngestJob>;
  /** Calls `changed` with each new version that is ready to answer, until the result is called. */
  onVersion(changed: (version: number) => void): () => void;
  /** Aborted when the server stops: streams without an end are to end. */
  readonly stopping: AbortSignal;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}
