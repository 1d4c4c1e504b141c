#!/usr/bin/env node
// The composition root: the only file that knows every room. What a command may not need is imported when it does.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import { systemClock, systemPause, systemRandom } from './adapters/clock/clock.ts';
import { pinoLog } from './adapters/log/log.ts';
import { thisProcess } from './adapters/process/this-process.ts';
import { progressOn } from './adapters/progress/progress.ts';
import type { S3 } from './adapters/s3/open.ts';
import { accountsCommand } from './cli/accounts.ts';
import { archiveCommand } from './cli/archive.ts';
import { backfillCommand } from './cli/backfill.ts';
import { breakdownCommand } from './cli/breakdown.ts';
import { budgetsCommand } from './cli/budgets.ts';
import { calendarCommand } from './cli/calendar.ts';
import { demoCommand } from './cli/demo.ts';
import type { Doors, ServeAt, Serving } from './cli/doors.ts';
import { explainCommand } from './cli/explain.ts';
import { endingOf } from './cli/failure.ts';
import { gapsCommand } from './cli/gaps.ts';
import { ingestCommand } from './cli/ingest.ts';
import { peekCommand } from './cli/peek.ts';
import { periodsCommand } from './cli/periods.ts';
import { type CommandGroups, type CommonFlags, commandLine, reading, typed } from './cli/program.ts';
import { pruneCommand } from './cli/prune.ts';
import { queryCommand } from './cli/query.ts';
import { ratesCommand } from './cli/rates.ts';
import { rebuildCommand } from './cli/rebuild.ts';
import { reconcileCommand } from './cli/reconcile.ts';
import { restatementsCommand } from './cli/restatements.ts';
import { rulesCommand } from './cli/rules.ts';
import { runCommand } from './cli/run.ts';
import { serveCommand } from './cli/serve.ts';
import { asJson } from './cli/shape.ts';
import { snapshotCommand } from './cli/snapshot.ts';
import { startCommand } from './cli/start.ts';
import { statusCommand } from './cli/status.ts';
import { verifyCommand } from './cli/verify.ts';
import { watchCommand } from './cli/watch.ts';
import { type Environment, readSettings, type Settings } from './config.ts';
import { known } from './core/errors/invariant.ts';
import { UserError } from './core/errors/user-error.ts';
import type { AsOf } from './lake/as-of.ts';
import type { Holder } from './lake/lease.ts';
import type { Clock, Log } from './ports/clock.ts';
import type { Engine } from './ports/engine.ts';
import type { Mailer } from './ports/mailer.ts';
import type { ObjectStore } from './ports/object-store.ts';

const DEFAULT_LAKE = './lake';

/** What one call of the program holds until it ends. */
interface Call {
  flags: CommonFlags;
  asOf: { readonly point: AsOf; readonly store: ObjectStore } | undefined;
  settings: Settings | undefined;
  engine: Promise<Engine> | undefined;
  log: Log | undefined;
  readonly scratch: string[];
  exit: 0 | 1 | 2;
}

const commands = (doors: Doors): CommandGroups => ({
  'Begin:': [startCommand(doors), demoCommand(doors)],
  'Bring in:': [ingestCommand(doors), watchCommand(doors)],
  'Every day:': [runCommand(doors), reading(statusCommand(doors))],
  'Mend:': [reading(gapsCommand(doors)), backfillCommand(doors)],
  'Decide:': [accountsCommand(doors), budgetsCommand(doors), ratesCommand(doors), rulesCommand(doors)],
  'Keep:': [archiveCommand(doors), pruneCommand(doors), rebuildCommand(doors)],
  'Prove:': [verifyCommand(doors), reading(reconcileCommand(doors)), reading(explainCommand(doors))],
  'Look:': [
    serveCommand(doors),
    peekCommand(doors),
    reading(breakdownCommand(doors)),
    reading(queryCommand(doors)),
    reading(snapshotCommand(doors)),
    reading(periodsCommand(doors)),
    reading(restatementsCommand(doors)),
    reading(calendarCommand(doors)),
  ],
});

function doorsOf(call: Call, env: Environment): Doors {
  const run = `r-${systemRandom.id().slice(0, 8)}`;
  const clock: Clock = {
    now: () => call.asOf?.point.moment ?? call.flags.now ?? systemClock.now(),
    monotonic: systemClock.monotonic,
  };
  const settings = (): Settings => {
    const read = call.settings ?? readSettings(env);
    call.settings = read;
    return call.flags.lake === undefined ? read : { ...read, lake: call.flags.lake };
  };
  const scratch = async (): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), 'spendlight-'));
    call.scratch.push(folder);
    return folder;
  };
  const log = (): Log => {
    call.log ??= openLog(settings(), env.LOG_LEVEL !== undefined, run, clock);
    return call.log;
  };
  const progress = progressOn(process.stderr, () => systemClock.now());
  const outbox = async (): Promise<Mailer> => {
    const { outbox: open } = await import('./adapters/mail/outbox.ts');
    return open(settings().outboxDir);
  };
  const doors: Doors = {
    settings,
    json: () => call.flags.json === true,
    width: () => (process.stdout.isTTY ? process.stdout.columns : undefined),
    clock,
    pause: systemPause,
    random: systemRandom,
    process: thisProcess(),
    turn: async (store, command, work) => {
      const waitMs = call.flags.wait * 1000;
      const { nameOf, turnBy } = await import('./lake/lease.ts');
      const onWaiting = (holder?: Holder) => progress.step('wait', 0, 0, `for ${nameOf(holder)}`);
      const tools = { clock, pause: systemPause, random: systemRandom, log: log(), process: thisProcess() };
      return turnBy({ ...tools, waitMs, onWaiting })(store, command, work);
    },
    progress,
    get log() {
      return log();
    },
    engine() {
      call.engine ??= openEngine(settings(), scratch);
      return call.engine;
    },
    async closeEngine() {
      const opened = call.engine;
      call.engine = undefined;
      await (await opened)?.close();
    },
    asOf: () => call.asOf?.point,
    store: async (location) =>
      location === undefined && call.asOf !== undefined
        ? call.asOf.store
        : openStore(location ?? settings().lake ?? DEFAULT_LAKE, settings(), log),
    outside: async () => (await s3For(settings())).outside,
    async organization() {
      const { awsOrganization } = await import('./adapters/organizations/organizations.ts');
      return awsOrganization({ aws: settings().aws, pause: systemPause, random: systemRandom });
    },
    async mailer() {
      const { smtpUrl, ses, finops, exec } = settings().mail;
      if (finops.length + exec.length === 0) return outbox();
      if (ses !== undefined) return sesFor(settings(), ses);
      if (smtpUrl === undefined) return outbox();
      const { smtp } = await import('./adapters/mail/smtp.ts');
      return smtp(smtpUrl);
    },
    outbox,
    notify() {
      const { slackWebhookUrl, alertTopicArn } = settings().mail;
      if (slackWebhookUrl === undefined && alertTopicArn === undefined) return undefined;
      return (text) => tellAll(settings(), text);
    },
    scratch,
    serve: (at) => serve(at, doors),
    async folderChanges(folder) {
      const { folderChanges } = await import('./adapters/disk/folder-changes.ts');
      return folderChanges(folder);
    },
    stopped: () => toldToStop(env),
    run,
    answer: (text, value) => print(call.flags.json === true ? `${asJson(value)}\n` : text()),
    print,
    notFine() {
      call.exit = 1;
    },
  };
  return doors;
}

/**
 * On a terminal the progress tells what happens: log lines below WARNING are left out unless LOG_LEVEL asks for them, and
 * a line takes the place of the bar, which is drawn anew below it.
 */
function openLog(
  { logLevel, logFormat: format }: Settings,
  isChosen: boolean,
  run: string,
  clock: Clock,
): Log {
  const { stderr } = process;
  const level = stderr.isTTY && format === 'text' && !isChosen && logLevel === 'INFO' ? 'WARNING' : logLevel;
  const write = (line: string) => stderr.write(stderr.isTTY ? `\r\u001b[K${line}` : line);
  return pinoLog({ level, format, run, now: () => clock.now(), write });
}

async function openEngine(settings: Settings, scratch: () => Promise<string>): Promise<Engine> {
  const { openDuckDb } = await import('./adapters/duckdb/duckdb-engine.ts');
  const [tempDirectory, remote] = [await scratch(), remoteFor(settings)];
  return openDuckDb({ memoryLimit: settings.memoryLimit, tempDirectory, remote });
}

/** What the engine needs for a lake on S3; costs nothing before it meets an `s3://` address. */
const remoteFor = (settings: Settings) => ({
  extensions: settings.duckdbExtensions,
  clock: systemClock,
  access: async () => (await s3For(settings)).access,
});

async function sesFor({ aws }: Settings, of: NonNullable<Settings['mail']['ses']>): Promise<Mailer> {
  const { ses } = await import('./adapters/ses/ses.ts');
  return ses({ aws, ...of, pause: systemPause, random: systemRandom });
}

/** Says a line by every channel that is set up; one that fails does not silence the others. @throws what the first of them throws */
async function tellAll({ aws, mail }: Settings, text: string): Promise<void> {
  const { slackWebhookUrl: url, alertTopicArn: topic } = mail;
  const said = await Promise.allSettled([
    url === undefined
      ? undefined
      : import('./adapters/slack/webhook.ts').then((by) => by.slackWebhook(url)(text)),
    topic === undefined
      ? undefined
      : import('./adapters/sns/sns.ts').then((by) =>
          by.snsTopic(topic, { aws, pause: systemPause, random: systemRandom })(text),
        ),
  ]);
  for (const one of said) if (one.status === 'rejected') throw one.reason;
}

async function s3For({ aws }: Settings): Promise<S3> {
  const { openS3 } = await import('./adapters/s3/open.ts');
  return openS3(aws, { pause: systemPause, random: systemRandom });
}

async function openStore(location: string, settings: Settings, log: () => Log): Promise<ObjectStore> {
  if (/^s3:\/\//i.test(location)) {
    const remedy = 'for development only: prefer a role, or a profile with SSO';
    if (settings.aws.hasStaticKeys) log().warn('credentials.static', { names: 'AWS_ACCESS_KEY_ID', remedy });
    return (await s3For(settings)).store(location);
  }
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(location)) {
    throw new UserError('USAGE', {
      what: `A lake at ${location} is not supported`,
      remedy: 'Name a folder (--lake ./lake), or a place on S3 (--lake s3://bucket/prefix).',
    });
  }
  const { diskStore } = await import('./adapters/disk/disk-store.ts');
  return diskStore(location);
}

/** What a lake being served may keep of its files and results in memory; what is larger is spilled. */
const SERVE_MEMORY = '192MB';
/** As SERVE_MEMORY, of a lake as it was known at an earlier moment. */
const PAST_MEMORY = '64MB';

/** Ctrl-C, SIGTERM, or the end of the npm that started us: it does not hand its own signals on. */
function toldToStop(env: Environment): Promise<void> {
  const parent = process.ppid;
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
    if (env.npm_lifecycle_event === undefined) return;
    const look = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(look);
      resolve();
    }, 500);
    look.unref();
  });
}

async function serve(at: ServeAt, doors: Doors): Promise<Serving> {
  const { clock, log, pause, random, scratch, turn, process: self, run } = doors;
  const settings = doors.settings();
  const { guardFor } = await import('./api/guard.ts');
  const guard = guardFor(settings, at.host, () => systemRandom.id() + systemRandom.id());
  const [{ serving }, { listen }, { builtSite }] = await Promise.all([
    import('./api/serving.ts'),
    import('./adapters/http/node-server.ts'),
    import('./adapters/http/built-site.ts'),
  ]);
  const [spill, remote] = [await scratch(), remoteFor(settings)];
  const { openDuckDb } = await import('./adapters/duckdb/duckdb-engine.ts');
  const server = serving({
    store: at.store,
    // One thread a question: several are answered at a time, and a quarter less of the processor does for all of them.
    openEngine: () => openDuckDb({ memoryLimit: SERVE_MEMORY, threads: 1, tempDirectory: spill, remote }),
    openSmallEngine: () => openDuckDb({ memoryLimit: PAST_MEMORY, threads: 2, tempDirectory: spill, remote }),
    openLargeEngine: () => openEngine(settings, scratch),
    scratch,
    ...{ clock, pause, random, log, settings, turn, guard },
    alarms: {
      ...{ store: at.store, clock, pause, log, settings, process: self, run },
      mailer: await doors.mailer(),
      outbox: await doors.outbox(),
      notify: doors.notify(),
    },
    pages: await builtSite(join(import.meta.dirname, '..', 'web')),
    process: {
      version: packageJson.version,
      node: process.version,
      auth: guard.token === undefined ? 'none' : 'token',
      uptimeSeconds: () => Math.round(process.uptime()),
      memoryBytes: () => process.memoryUsage.rss(),
    },
  });
  await server.warm();
  const listening = await listen({ ...at, fetch: server.fetch, stopping: server.stopping });
  const name = at.host.includes(':') ? `[${at.host}]` : at.host === '0.0.0.0' ? 'localhost' : at.host;
  const base = settings.publicUrl ?? `http://${name}:${listening.port}`;
  log.info('server.listening', { host: at.host, port: listening.port });
  return {
    address: `${base}${server.guard.oneTimePath() ?? '/'}`,
    async stop() {
      await listening.stop();
      await server.end();
      log.info('server.stopped');
    },
  };
}

/** The lake as it was known at what `--as-of` says. */
async function knownThen(doors: Doors, text: string): Promise<Call['asOf']> {
  const [{ stateAsOf }, { storeAsOf }, { openLake }] = await Promise.all([
    import('./lake/as-of.ts'),
    import('./lake/as-of-store.ts'),
    import('./lake/lake.ts'),
  ]);
  const store = await doors.store();
  const point = await stateAsOf(await openLake(store), text, doors.clock.now());
  const { state, moment } = point;
  doors.log.info('lake.pinned', { lakeVersion: state.version, asOf: new Date(moment).toISOString() });
  return { point, store: storeAsOf(store, point) };
}

const print = (text: string): void => {
  process.stdout.write(text);
};

/** Runs one command line. Gives the exit code; whatever it opened is closed. */
async function main(args: readonly string[], env: Environment): Promise<number> {
  const call: Call = {
    flags: { engine: 'auto', wait: 0 },
    asOf: undefined,
    settings: undefined,
    engine: undefined,
    log: undefined,
    scratch: [],
    exit: 0,
  };
  const doors = doorsOf(call, env);
  try {
    const program = commandLine({
      version: packageJson.version,
      groups: commands(doors),
      async onFlags(flags) {
        call.flags = flags;
        known(doors.settings(), 'settings'); // nonsense in the environment is refused before any work begins
        if (flags.asOf !== undefined) call.asOf = await knownThen(doors, flags.asOf);
      },
      print,
    });
    await typed(program, args);
    return call.exit;
  } catch (error) {
    const { text, exit } = endingOf(error, { debug: env.LOG_LEVEL?.toUpperCase() === 'DEBUG' });
    if (text !== undefined) process.stderr.write(`${text}\n`);
    return exit;
  } finally {
    await call.engine?.then((engine) => engine.close()).catch(() => undefined);
    await Promise.all(call.scratch.map((folder) => rm(folder, { recursive: true, force: true })));
  }
}

// Whoever reads us through a pipe may stop (`| head`): that is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2));
process.exitCode = await main(process.argv.slice(2), process.env);
