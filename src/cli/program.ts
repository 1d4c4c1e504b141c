import { Command, CommanderError, Option } from 'commander';
import { moment } from '../core/calendar/moment.ts';
import { UserError } from '../core/errors/user-error.ts';

/** What runs the SQL; `auto` is the embedded engine, unless a command knows better. */
export const ENGINE_CHOICES = ['auto', 'duckdb', 'athena', 'trino'] as const;
export type EngineChoice = (typeof ENGINE_CHOICES)[number];

/** What may stand before or after every command. */
export interface CommonFlags {
  readonly lake?: string;
  readonly json?: boolean;
  readonly engine: EngineChoice;
  /** As typed; what it means the lake knows. Only for commands that read. */
  readonly asOf?: string;
  /** Milliseconds since 1970. */
  readonly now?: number;
  /** Seconds that a command which writes waits for another one to end. */
  readonly wait: number;
}

/** Commands under the headline that the help prints above them, in order. */
export type CommandGroups = Readonly<Record<string, readonly Command[]>>;

export interface ProgramOf {
  readonly version: string;
  readonly groups: CommandGroups;
  /** Called with the common options right before a command's action runs. */
  readonly onFlags: (flags: CommonFlags) => void | Promise<void>;
  readonly print: (text: string) => void;
}

/** The whole command line. It never ends the process: it throws UserError, or CommanderError after help or version. */
export function commandLine({ version, groups, onFlags, print }: ProgramOf): Command {
  const program = new Command('spendlight')
    .description(
      'What the clouds cost you, to the last digit: every morning as a mail, every day as a CSV, any time as SQL.',
    )
    .usage('<command> [options]')
    .option('-V, --version [number]', 'print the version; with a number, the one that a command asks for')
    .helpOption('-h, --help', 'explain a command')
    .helpCommand('help [command]', 'explain a command')
    .option('--lake <folder>', 'where the lake is (else SPENDLIGHT_LAKE, else ./lake)')
    .option('--json', 'answer as JSON on stdout')
    .addOption(new Option('--engine <engine>', 'what runs the SQL').choices(ENGINE_CHOICES).default('auto'))
    .option('--now <time>', 'take this moment, UTC, for the present (tests, rehearsals)', moment)
    .option(
      '--as-of <version or time>',
      'answer as it was known then: a lake version, a moment, or a day (its end), UTC; for commands that read',
    )
    .option('--wait <seconds>', 'how long to wait while another process writes to the lake', seconds, 600)
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .configureOutput({ writeOut: print, writeErr: () => undefined })
    .exitOverride()
    .showSuggestionAfterError()
    .hook('preAction', async (_, action) => {
      const flags = action.optsWithGlobals<CommonFlags>();
      if (flags.asOf !== undefined && !READING.has(action)) throw readsNothing(action);
      if (OTHER_ENGINES.has(flags.engine) && ENGINES.get(action)?.has(flags.engine) !== true)
        throw unfit(action, flags.engine);
      await onFlags(flags);
    });
  program.on('option:version', (number: string | null) => {
    if (/^[1-9]\d{0,8}$/.test(number ?? '')) return;
    if (number !== null) throw noVersion(number);
    print(`spendlight ${version}\n`);
    throw new CommanderError(0, 'commander.version', version);
  });
  for (const [group, commands] of Object.entries(groups)) {
    for (const command of commands) program.addCommand(inheriting(command.helpGroup(group), program));
  }
  return program;
}

const noVersion = (text: string): UserError =>
  new UserError('USAGE', {
    what: `"${text}" is not the number of a version`,
    remedy:
      'spendlight --version prints the version of the program; versions of artefacts are whole numbers from 1 on.',
  });

/** Commands that take `--as-of`: they read the lake and change nothing in it. */
const READING = new WeakSet<Command>();

const OTHER_ENGINES: ReadonlySet<EngineChoice> = new Set(['athena', 'trino']);
/** Which engines a command takes beside the embedded one. */
const ENGINES = new WeakMap<Command, ReadonlySet<EngineChoice>>();

/** Marks `command`, and its subcommands, as one that works on these engines, too. */
export function onEngines(command: Command, ...engines: readonly EngineChoice[]): Command {
  ENGINES.set(command, new Set([...(ENGINES.get(command) ?? []), ...engines]));
  for (const child of command.commands) onEngines(child, ...engines);
  return command;
}

const unfit = (command: Command, engine: EngineChoice): UserError =>
  new UserError('ENGINE_UNFIT', {
    what: `"${command.name()}" does not work on ${engine === 'athena' ? 'Athena' : 'Trino'}`,
    remedy: 'Leave --engine out. Commands that only read take every engine: query, breakdown, status …',
  });

/**
 * Marks `command`, and its subcommands, as one that only reads: `--as-of` then gives it the lake, and the clock, of that
 * moment, and every engine may answer it.
 */
export function reading(command: Command): Command {
  READING.add(command);
  onEngines(command, ...OTHER_ENGINES);
  for (const child of command.commands) reading(child);
  return command;
}

const readsNothing = (command: Command): UserError =>
  new UserError('AS_OF_READS_ONLY', {
    what: `"${command.name()}" works on the lake as it is now`,
    remedy: 'Leave --as-of out, or ask a command that only reads: status, breakdown, query, snapshot …',
  });

function seconds(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new UserError('USAGE', {
    what: `"${text}" is not a number of seconds`,
    remedy: 'Write a whole number, for example --wait 60; 0 does not wait.',
  });
}

/** Runs what was typed; nothing typed asks for help. */
export const typed = (program: Command, args: readonly string[]): Promise<Command> =>
  program.parseAsync(args.length === 0 ? ['--help'] : args, { from: 'user' });

/** A refusal by the command line's parser as our own error; undefined for help and version, which are fine. */
export function wrongUse(error: CommanderError): UserError | undefined {
  if (error.exitCode === 0) return undefined;
  const said = error.code === 'commander.help' ? 'A subcommand is missing' : error.message;
  const what = said.replace(/^error: /, '').replaceAll('\n', ' ');
  return new UserError('USAGE', {
    what: what.charAt(0).toUpperCase() + what.slice(1),
    remedy: 'spendlight help lists the commands, spendlight help <command> explains one.',
  });
}

/** Commander hands its settings down to the commands it makes itself, and not to those that are added. */
function inheriting(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) inheriting(child, command);
  return command;
}
