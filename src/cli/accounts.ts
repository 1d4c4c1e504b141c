import { type Command, Option } from 'commander';
import { UserError } from '../core/errors/user-error.ts';
import type { Doors } from './doors.ts';
import { importCommand, tableOf } from './import-command.ts';

/** `accounts import FILE`: who owns which account, on which days. */
export const accountsCommand = (doors: Doors): Command =>
  importCommand(doors, {
    name: 'accounts',
    summary: 'which account belongs to whom, on which days',
    reads: tableOf(
      'account_id, ou_path (Commercial/Marketing; empty: directly below Root);\n' +
        '  optional account_name, ou_id, payer_account_id, valid_from, valid_to (inclusive), status, tag:<key>',
    ),
    options: [
      new Option('--ou-level <levels>', 'how many levels below Root make an OU (1 at first)').argParser(
        level,
      ),
    ],
    run: async (tools, path, { ouLevel }) =>
      (await import('../app/import-files.ts')).importAccounts(tools, path, ouLevel),
  });

function level(text: string): number {
  if (/^[1-9]$/.test(text)) return Number(text);
  throw new UserError('USAGE', {
    what: `"${text}" is not a number of levels`,
    remedy: 'Write 1 for the OUs directly below Root, 2 for those below them, up to 9.',
  });
}
