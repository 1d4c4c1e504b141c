import { Command } from 'commander';
import type { ImportTools } from '../app/import-files.ts';
import type { ImportOutcome } from '../app/imports.ts';
import type { Doors } from './doors.ts';

/** What one `<name> import FILE` command is. */
export interface ImportOf {
  readonly name: string;
  readonly summary: string;
  /** The columns of the file, for the help. */
  readonly columns: string;
  readonly run: (tools: ImportTools, path: string) => Promise<ImportOutcome>;
}

/** `accounts`, `budgets` and `rates` are one command with three names. */
export const importCommand = (doors: Doors, { name, summary, columns, run }: ImportOf): Command =>
  new Command(name).summary(summary).addCommand(
    new Command('import')
      .summary('check a file and make it the current version')
      .description(`Reads a CSV or YAML file with these columns:\n  ${columns}`)
      .argument('<file>', 'CSV, or .yaml')
      .action(async (path: string) => {
        const outcome = await run(
          {
            engine: await doors.engine(),
            store: await doors.store(),
            clock: doors.clock,
            random: doors.random,
            progress: doors.progress,
            log: doors.log,
            settings: doors.settings(),
          },
          path,
        );
        doors.answer(() => told(outcome), outcome);
      }),
  );

function told({ outcome, kind, version, lakeVersion, rows, rerolled }: ImportOutcome): string {
  if (outcome === 'unchanged') return `${kind}: version ${version} says the same, nothing changed.\n`;
  const again = rerolled === 0 ? '' : `, ${rerolled} ${rerolled === 1 ? 'load' : 'loads'} rolled up again`;
  return `${kind}: version ${version} with ${rows} ${rows === 1 ? 'entry' : 'entries'}${again}. Lake version ${lakeVersion}.\n`;
}
