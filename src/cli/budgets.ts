import type { Command } from 'commander';
import type { Doors } from './doors.ts';
import { importCommand, tableOf } from './import-command.ts';

/** `budgets import FILE`: what may be spent. */
export const budgetsCommand = (doors: Doors): Command =>
  importCommand(doors, {
    name: 'budgets',
    summary: 'what may be spent',
    reads: tableOf(
      'scope_type (total, ou, service, account, tag:<key>), scope, period (2026-11, 2026-Q4 or 2026), amount, currency;\n' +
        '  optional valid_from, owner_email',
    ),
    run: async (tools, path) => (await import('../app/import-files.ts')).importBudgets(tools, path),
  });
