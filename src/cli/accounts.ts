import type { Command } from 'commander';
import type { Doors } from './doors.ts';
import { importCommand } from './import-command.ts';

/** `accounts import FILE`: who owns which account, on which days. */
export const accountsCommand = (doors: Doors): Command =>
  importCommand(doors, {
    name: 'accounts',
    summary: 'which account belongs to whom, on which days',
    columns:
      'account_id, ou_path (Commercial/Marketing; empty: directly below Root);\n' +
      '  optional account_name, ou_id, payer_account_id, valid_from, valid_to (inclusive), status, tag:<key>',
    run: async (tools, path) => (await import('../app/import-files.ts')).importAccounts(tools, path),
  });
