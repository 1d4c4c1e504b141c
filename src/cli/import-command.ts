import { Command, type Option } from 'commander';
import type { ImportTools } from '../app/import-files.ts';
import type { ImportOutcome } from '../app/imports.ts';
import type { Doors } from './doors.ts';

/** What one `<name> import FILE` command is. */
export interface ImportOf {
  readonly name: string;
  readonly summary: string;
  /** What the file holds, for the help. */
  readonly reads: string;
  readonly options?: readonly Option[];
  readonly run: (tools: ImportTools, path: string, flags: ImportFlags) => Promise<ImportOutcome>;
}

export interface ImportFlags {
  /** Levels below Root that make an OU. */
  readonly ouLevel?: number;
}

/** `accounts`, `budgets`, `rates` and `rules` are one command with four names. */
export const importCommand = (doors: Doors, of: ImportOf): Command =>
  new Command(of.name).summary(of.summary).addCommand(
    withOptions(new Command('import'), of.options ?? [])
      .summary('check a file and make it the current version')
      .description(of.reads)
      .argument('<file>', 'what was decided')
      .action(async (path: string, flags: ImportFlags) => {
        const tools = await importTools(doors);
        const outcome = await doors.turn(await doors.store(), `${of.name} import`, (store) =>
          of.run({ ...tools, store }, path, flags),
        );
        doors.answer(() => importTold(outcome), outcome);
      }),
  );

function withOptions(command: Command, options: readonly Option[]): Command {
  for (const option of options) command.addOption(option);
  return command;
}

/** What the help says of a file that is a table. */
export const tableOf = (columns: string): string =>
  `Reads a CSV or YAML file with these columns:\n  ${columns}`;

/** What an import works with, but for the store. */
export const importTools = async (doors: Doors): Promise<Omit<ImportTools, 'store'>> => {
  const { clock, random, progress, log } = doors;
  const [engine, atScale] = [await doors.engine(), doors.atScale(await doors.store())];
  return { engine, atScale, clock, random, progress, log, settings: doors.settings() };
};

/** What became of an import, for people. */
export function importTold({
  outcome,
  kind,
  version,
  lakeVersion,
  rows,
  rerolled,
  rejudged,
}: ImportOutcome): string {
  if (outcome === 'unchanged') return `${kind}: version ${version} says the same, nothing changed.\n`;
  const again = rerolled === 0 ? '' : `, ${rerolled} ${rerolled === 1 ? 'load' : 'loads'} rolled up again`;
  const anew = rejudged === 0 ? '' : `, ${rejudged} ${rejudged === 1 ? 'month' : 'months'} judged again`;
  const entries = kind === 'rules' ? '' : ` with ${rows} ${rows === 1 ? 'entry' : 'entries'}`;
  return `${kind}: version ${version}${entries}${again}${anew}. Lake version ${lakeVersion}.\n`;
}
