import type { Command } from 'commander';
import type { Doors } from './doors.ts';
import { importCommand, tableOf } from './import-command.ts';

/** `rates import FILE`: what other currencies are worth. */
export const ratesCommand = (doors: Doors): Command =>
  importCommand(doors, {
    name: 'rates',
    summary: 'what other currencies are worth',
    reads: tableOf(
      'currency, rate (how many units of the reporting currency one unit is); optional valid_from (until the next one)',
    ),
    run: async (tools, path) => (await import('../app/import-files.ts')).importRates(tools, path),
  });
