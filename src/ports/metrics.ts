/** What a function counts. Units are in the names, and last. */
export type Metric =
  | 'Runs'
  | 'RunsNotFine'
  | 'RunsFailed'
  | 'RunsContinued'
  | 'LinesLoaded'
  | 'DaysArchived'
  | 'MailsSent'
  | 'AthenaBytesScanned'
  | 'DurationSeconds';

/** Counts of one invocation. */
export interface Metrics {
  add(metric: Metric, value: number): void;
  /** Hands over what was counted; afterwards all begins at nothing. */
  publish(): void;
}
