/** The only source of the present moment, passed in. */
export interface Clock {
  /** Milliseconds since 1970-01-01 00:00 UTC. */
  now(): number;
  /** Milliseconds since some moment of this process; never goes back, whatever is done to the machine's date. For what lasts. */
  monotonic(): number;
}

/** Lets `ms` milliseconds go by; fewer where `until` is aborted. */
export type Pause = (ms: number, until?: AbortSignal) => Promise<void>;

/** The only source of chance, passed in: ids of loads and drafts. */
export interface Random {
  /** A new id, lower-case letters and digits and dashes, never given twice. */
  id(): string;
}

/** Where progress goes (a bar on a terminal, a log line elsewhere). Never to stdout. */
export interface Progress {
  /** `done` of `total` (total 0: unknown) of what the user came with; `note` is a few words. */
  step(label: string, done: number, total: number, note?: string): void;
  /** The step is over; the bar's line is ended. */
  end(): void;
}

/** Structured log; events are `thing.happened`. */
export interface Log {
  info(event: string, facts?: Readonly<Record<string, unknown>>): void;
  warn(event: string, facts?: Readonly<Record<string, unknown>>): void;
  error(event: string, facts?: Readonly<Record<string, unknown>>): void;
}
