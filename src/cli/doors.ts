import type { Settings } from '../config.ts';
import type { AsOf } from '../lake/as-of.ts';
import type { Turn } from '../lake/lease.ts';
import type { AtScale } from '../ports/at-scale.ts';
import type { Clock, Log, Pause, Progress, Random } from '../ports/clock.ts';
import type { Dashboard } from '../ports/dashboard.ts';
import type { Asker, Engine } from '../ports/engine.ts';
import type { FolderChanges } from '../ports/folder-changes.ts';
import type { Mailer } from '../ports/mailer.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { ReadOrganization } from '../ports/organization.ts';
import type { Outside } from '../ports/outside.ts';
import type { FollowingTables } from '../ports/table-catalog.ts';
import type { ThisProcess } from '../ports/this-process.ts';

/**
 * What a command may touch. A command imports its use case when it runs (`await import('../app/x.ts')`), never at the
 * top of its file: `--help` and the first answer of `query` must not pay for what they do not use.
 * Everything here is valid inside an action only, when the common options are known.
 */
export interface Doors {
  /** The environment, with the common options laid over it. */
  settings(): Settings;
  /** Machine output was asked for (`--json`). */
  json(): boolean;
  /** Where stdout is a terminal that a person reads: its width in characters, else undefined. */
  width(): number | undefined;
  /** The present moment, or the one that `--now` or `--as-of` says. */
  readonly clock: Clock;
  readonly pause: Pause;
  readonly random: Random;
  /** The process that this call is. */
  readonly process: ThisProcess;
  /** Takes the turn to write to a lake; waits for it as long as `--wait` says. A turn within a turn waits for itself. */
  readonly turn: Turn;
  /** Goes to stderr. */
  readonly progress: Progress;
  /** Id of this call, as in its log lines. */
  readonly run: string;
  /** Goes to stderr; every line carries the run's id. */
  readonly log: Log;
  /** The command's one embedded engine, opened at the first call and closed when the command ends. */
  engine(): Promise<Engine>;
  /** Answers questions over the lake of `store()`: what `--engine` says, else that engine. Closed when the command ends. */
  asker(): Promise<Asker>;
  /** Athena for what is too large for that engine, or for all, as `--engine` says; undefined where there is none. */
  atScale(store: ObjectStore): AtScale | undefined;
  /** Closes that engine now, if it was opened; the next call of `engine` opens another. */
  closeEngine(): Promise<void>;
  /** What `--as-of` means; undefined where the lake is asked as it is now. */
  asOf(): AsOf | undefined;
  /**
   * The store of `--lake` (else SPENDLIGHT_LAKE, else ./lake), or of `location`; nothing is made there yet. With `--as-of` it
   * shows the lake of that moment and cannot be written.
   */
  store(location?: string): Promise<ObjectStore>;
  /** Reads AWS Organizations. */
  organization(): Promise<ReadOrganization>;
  /** Files at `s3://` addresses. */
  outside(): Promise<Outside>;
  /** By SMTP where SMTP_URL is set, else the file outbox. */
  mailer(): Promise<Mailer>;
  /** The file outbox, whatever else is set: the channel that is always there. */
  outbox(): Promise<Mailer>;
  /** Posts one line of text to SLACK_WEBHOOK_URL; undefined where it is not set. */
  notify(): ((text: string) => Promise<void>) | undefined;
  /** The dashboard whose copy of the figures runs refresh; undefined where none is set. */
  dashboard(): Promise<Dashboard | undefined>;
  /** The tables of other engines that follow the lake; undefined where none do. */
  tables(): Promise<FollowingTables | undefined>;
  /** A new empty folder outside the lake for what has to be staged; removed when the command ends. */
  scratch(): Promise<string>;
  /** Answers on stdout: `text` for people, or `value` as one JSON document with `--json`. Bigints become text. */
  answer(text: () => string, value: unknown): void;
  /** Writes `text` to stdout as it is (CSV, tables). */
  print(text: string): void;
  /** Serves API and dashboard of the lake. @throws UserError `SETTING_INVALID` where others could reach it and no token is asked for */
  serve(at: ServeAt): Promise<Serving>;
  /** Tells of changes in a folder, as far as the system does. */
  folderChanges(folder: string): Promise<FolderChanges>;
  /** Resolves when the process is told to stop (Ctrl-C, SIGTERM). */
  stopped(): Promise<void>;
  /** Done, and the answer is "not fine" (gaps, rejects, drift): the command ends with exit code 1. */
  notFine(): void;
}

/** Where to listen, and for which lake. */
export interface ServeAt {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly store: ObjectStore;
}

/** A server that answers. */
export interface Serving {
  /** What to open: with a one-time link where a token is asked for. */
  readonly address: string;
  /** Takes no more requests; answers that have begun have five seconds. */
  stop(): Promise<void>;
}
