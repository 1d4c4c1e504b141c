#!/usr/bin/env node
// The root of the command line: knows every room. What a command may not need is opened, and imported, when it does.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import { progressOn } from './adapters/progress/progress.ts';
import { accountsCommand } from './cli/accounts.ts';
import { archiveCommand } from './cli/archive.ts';
import { backfillCommand } from './cli/backfill.ts';
import { breakdownCommand } from './cli/breakdown.ts';
import { budgetsCommand } from './cli/budgets.ts';
import { calendarCommand } from './cli/calendar.ts';
import { demoCommand } from './cli/demo.ts';
import type { Doors } from './cli/doors.ts';
import { explainCommand } from './cli/explain.ts';
import { endingOf } from './cli/failure.ts';
import { gapsCommand } from './cli/gaps.ts';
import { ingestCommand } from './cli/ingest.ts';
import { peekCommand } from './cli/peek.ts';
import { periodsCommand } from './cli/periods.ts';
import {
  type CommandGroups,
  type CommonFlags,
  commandLine,
  onEngines,
  reading,
  typed,
} from './cli/program.ts';
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
import { openAlarms } from './openers/alarms.ts';
import type { KnownThen } from './openers/as-of.ts';
import { openAsker } from './openers/asker.ts';
import { openAtScale } from './openers/at-scale.ts';
import { openDashboard } from './openers/dashboard.ts';
import { openEngine } from './openers/engine.ts';
import { openLog } from './openers/log.ts';
import { machine } from './openers/machine.ts';
import { openMailer, openOutbox } from './openers/mail.ts';
import { openOrganization } from './openers/organization.ts';
import { openOutside, openStore } from './openers/store.ts';
import { openTables } from './openers/tables.ts';
import { openTurn } from './openers/turn.ts';
import type { AtScale } from './ports/at-scale.ts';
import type { Clock, Log } from './ports/clock.ts';
import type { Asker, Engine } from './ports/engine.ts';

/** What one call of the program holds until it ends. */
interface Call {
  flags: CommonFlags;
  asOf: KnownThen | undefined;
  settings: Settings | undefined;
  engine: Promise<Engine> | undefined;
  asker: Promise<Asker> | undefined;
  atScale: AtScale | undefined;
  log: Log | undefined;
  readonly scratch: string[];
  exit: 0 | 1 | 2;
}

const commands = (doors: Doors): CommandGroups => ({
  'Begin:': [startCommand(doors), demoCommand(doors)],
  'Bring in:': [onEngines(ingestCommand(doors), 'athena'), watchCommand(doors)],
  'Every day:': [runCommand(doors), reading(statusCommand(doors))],
  'Mend:': [reading(gapsCommand(doors)), backfillCommand(doors)],
  'Decide:': [
    onEngines(accountsCommand(doors), 'athena'),
    budgetsCommand(doors),
    onEngines(ratesCommand(doors), 'athena'),
    onEngines(rulesCommand(doors), 'athena'),
  ],
  'Keep:': [onEngines(archiveCommand(doors), 'athena', 'trino'), pruneCommand(doors), rebuildCommand(doors)],
  'Prove:': [
    onEngines(verifyCommand(doors), 'athena', 'trino'),
    reading(reconcileCommand(doors)),
    reading(explainCommand(doors)),
  ],
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
  const run = `r-${machine.random.id().slice(0, 8)}`;
  const clock: Clock = {
    now: () => call.asOf?.point.moment ?? call.flags.now ?? machine.clock.now(),
    monotonic: machine.clock.monotonic,
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
    const { stderr } = process;
    call.log ??= openLog(settings(), { isChosen: env.LOG_LEVEL !== undefined, run, clock, stderr });
    return call.log;
  };
  const progress = progressOn(process.stderr, () => machine.clock.now());
  const doors: Doors = {
    settings,
    json: () => call.flags.json === true,
    width: () => (process.stdout.isTTY ? process.stdout.columns : undefined),
    clock,
    pause: machine.pause,
    random: machine.random,
    process: machine.process(),
    turn: openTurn({
      clock,
      settings,
      log,
      waitMs: () => call.flags.wait * 1000,
      onWaiting: (holder) => progress.step('wait', 0, 0, `for ${holder}`),
      onBehind: () => doors.notFine(),
    }),
    progress,
    get log() {
      return log();
    },
    engine() {
      call.engine ??= scratch().then((tempDirectory) => openEngine(settings(), { tempDirectory }));
      return call.engine;
    },
    asker() {
      const { engine: kind } = call.flags;
      if (kind !== 'athena' && kind !== 'trino') return doors.engine();
      call.asker ??= doors.store().then(async (store) => {
        const asker = await openAsker(settings(), kind, { store, log: log() });
        void doors.stopped().then(() => asker.close()); // or the statement would go on, and be billed
        return asker;
      });
      return call.asker;
    },
    atScale(store) {
      const { engine: kind } = call.flags;
      const wish = kind === 'auto' || kind === 'athena' ? kind : undefined;
      call.atScale ??= openAtScale(settings(), {
        wish,
        store,
        log: log(),
        embedded: doors.engine,
        stopped: doors.stopped,
      });
      return call.atScale;
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
        : openStore(settings(), log, location),
    outside: () => openOutside(settings()),
    organization: () => openOrganization(settings()),
    mailer: () => openMailer(settings()),
    outbox: () => openOutbox(settings()),
    notify: () => openAlarms(settings()),
    dashboard: () => openDashboard(settings()),
    tables: async () => openTables(settings(), await doors.store()),
    scratch,
    async serve(at) {
      const { serve } = await import('./openers/serve.ts');
      return serve(at, doors, { version: packageJson.version, web: join(import.meta.dirname, '..', 'web') });
    },
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
    asker: undefined,
    atScale: undefined,
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
        if (flags.asOf === undefined) return;
        const { knownThen } = await import('./openers/as-of.ts');
        call.asOf = await knownThen(await doors.store(), flags.asOf, doors);
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
    await call.asker?.then((asker) => asker.close()).catch(() => undefined);
    await call.atScale?.close().catch(() => undefined);
    await call.engine?.then((engine) => engine.close()).catch(() => undefined);
    await Promise.all(call.scratch.map((folder) => rm(folder, { recursive: true, force: true })));
  }
}

// Whoever reads us through a pipe may stop (`| head`): that is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2));
process.exitCode = await main(process.argv.slice(2), process.env);
