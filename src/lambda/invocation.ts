import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunDoors } from '../app/daily-run-doors.ts';
import type { IngestDoors } from '../app/ingest-doors.ts';
import type { AlarmDoors } from '../app/run-alarm.ts';
import { type Environment, readSettings, type Settings } from '../config.ts';
import type { Turn } from '../lake/lease.ts';
import { openAlarms } from '../openers/alarms.ts';
import { openAtScale } from '../openers/at-scale.ts';
import { openDashboard } from '../openers/dashboard.ts';
import { openEngine } from '../openers/engine.ts';
import { type LambdaContext, openFunctionLog, openInvoker, openMetrics } from '../openers/functions.ts';
import { machine } from '../openers/machine.ts';
import { openMailer, openOutbox } from '../openers/mail.ts';
import { openOrganization } from '../openers/organization.ts';
import { openOutside, openStore } from '../openers/store.ts';
import { openTables } from '../openers/tables.ts';
import { openTurn } from '../openers/turn.ts';
import type { Clock, Log, Pause, Progress } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { ReadOrganization } from '../ports/organization.ts';
import type { FollowingTables } from '../ports/table-catalog.ts';
import type { ThisProcess } from '../ports/this-process.ts';

export type FunctionName = 'digest' | 'ingest' | 'process' | 'gap-check' | 'slack-forwarder';

/** What one invocation works with. What is opened is closed when it ends. */
export interface Invocation {
  readonly env: Environment;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly pause: Pause;
  /** The process that this invocation is in. */
  readonly self: ThisProcess;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly turn: Turn;
  readonly progress: Progress;
  /** Id of the run, as in the log. */
  readonly run: string;
  /** Whether nothing long must be begun any more. */
  isTimeUp(): boolean;
  /** The one engine of the invocation. */
  engine(): Promise<Engine>;
  /** The lake's store, or another place. */
  store(location?: string): Promise<ObjectStore>;
  /** Reads AWS Organizations, by the central role where one is named. */
  organization(): Promise<ReadOrganization>;
  /** The catalog that follows the lake; undefined where none does. */
  tables(): Promise<FollowingTables | undefined>;
  /** A new empty folder. */
  scratch(): Promise<string>;
  /** Starts a function with an event. */
  start(functionName: string, event: object): Promise<void>;
  alarmDoors(): Promise<AlarmDoors>;
  runDoors(): Promise<RunDoors>;
  ingestDoors(): Promise<IngestDoors>;
}

/** Of what an invocation has, this much is kept for ending it in order, and at most so much. */
const RESERVED = 0.25;
const RESERVED_MAX_MS = 240_000;
/** Who waits for another writer gives up so long before its own time is up. */
const WAIT_ENDS_MS = 15_000;
/** Part of a function's memory that the engine may take; the rest is for Node and what the engine does not count. */
const ENGINE_SHARE = 0.55;

/** Does `work` with what it needs. @throws UserError `SETTING_INVALID`, and what `work` throws */
export async function invoked<T>(
  name: FunctionName,
  { env, context }: { readonly env: Environment; readonly context: LambdaContext },
  work: (invocation: Invocation) => Promise<T>,
): Promise<T> {
  const given = context.getRemainingTimeInMillis();
  const reserved = Math.min(given * RESERVED, RESERVED_MAX_MS);
  const remaining = () => context.getRemainingTimeInMillis();
  const { settings, roleArn } = settingsOf(name, env, context);
  const run = `r-${context.awsRequestId.slice(0, 8)}`;
  const [log, metrics] = await Promise.all([
    openFunctionLog(env, { level: settings.logLevel, run, context }),
    openMetrics(env, name),
  ]);
  const { clock, pause, random } = machine;
  const folders: string[] = [];
  let opened: Promise<Engine> | undefined;
  const scratch = async (): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), 'spendlight-'));
    folders.push(folder);
    return folder;
  };
  const engine = (): Promise<Engine> => {
    opened ??= scratch().then((tempDirectory) => openEngine(settings, { tempDirectory }));
    return opened;
  };
  const store = (location?: string) => openStore(settings, () => log, location);
  const isTimeUp = () => remaining() < reserved;
  const turn = openTurn({
    clock,
    settings: () => settings,
    log: () => log,
    waitMs: () => Math.max(remaining() - WAIT_ENDS_MS, 0),
  });
  const alarmDoors = async (): Promise<AlarmDoors> => ({
    ...{ store: await store(), clock, pause, settings, log, run },
    ...{ mailer: await openMailer(settings), outbox: await openOutbox(settings) },
    notify: openAlarms(settings),
  });
  const progress: Progress = { step: () => undefined, end: () => undefined };
  try {
    return await work({
      ...{ env, settings, clock, pause, self: machine.process(), log, metrics, turn, progress, run },
      ...{ isTimeUp, engine, store, scratch, alarmDoors },
      tables: async () => openTables(settings, await store()),
      organization: () => openOrganization({ ...settings, aws: { ...settings.aws, roleArn } }),
      async start(functionName, event) {
        await (await openInvoker(settings))(functionName, event);
      },
      runDoors: async () => ({
        ...(await alarmDoors()),
        ...{ engine: await engine(), turn, random, progress, scratch, isTimeUp },
        dashboard: await openDashboard(settings),
        tables: await openTables(settings, await store()),
      }),
      ingestDoors: async () => ({
        ...{ engine: await engine(), store: await store(), scratch: await scratch() },
        ...{ clock, random, progress, log, settings, isTimeUp },
        // Files of events are never Athena's, and their function has no right to ask it.
        atScale:
          name === 'ingest'
            ? openAtScale(settings, { wish: 'auto', store: await store(), log, embedded: engine })
            : undefined,
        outside: () => openOutside(settings),
      }),
    });
  } finally {
    metrics.publish();
    await opened?.then((of) => of.close()).catch(() => undefined);
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
  }
}

/**
 * The settings, as far as a function may act on them: its own role reaches everything but the organization, only the digest
 * mails, and files can be written below /tmp alone.
 */
function settingsOf(
  name: FunctionName,
  env: Environment,
  { memoryLimitInMB }: LambdaContext,
): { readonly settings: Settings; readonly roleArn: string | undefined } {
  const megabytes = Math.floor(Number(memoryLimitInMB) * ENGINE_SHARE);
  const read = readSettings({
    ...env,
    OUTBOX_DIR: env.OUTBOX_DIR ?? join(tmpdir(), 'outbox'),
    SPENDLIGHT_MEMORY_LIMIT: env.SPENDLIGHT_MEMORY_LIMIT ?? `${megabytes}MB`,
  });
  const { roleArn } = read.aws;
  const own = { ...read, aws: { ...read.aws, roleArn: undefined } };
  if (name === 'digest') return { settings: own, roleArn };
  const { slackWebhookUrl, alertTopicArn, from } = own.mail;
  const none = { smtpUrl: undefined, ses: undefined, finops: [], exec: [], failure: [] };
  return { settings: { ...own, mail: { ...none, slackWebhookUrl, alertTopicArn, from } }, roleArn };
}
