import { Command, Option } from 'commander';
import { UserError } from '../core/errors/user-error.ts';
import type { Doors } from './doors.ts';
import { importCommand, importTold, importTools, tableOf } from './import-command.ts';

/** `accounts import FILE` and `accounts sync`: who owns which account, on which days. */
export const accountsCommand = (doors: Doors): Command =>
  importing(doors).addCommand(
    new Command('sync')
      .summary('take the accounts, OUs and tags of AWS Organizations into the map')
      .description(
        'Reads AWS Organizations as it is today. Who moved to another OU begins a new interval today; accounts that are\n' +
          'gone keep their history. Ask as the management account or a delegated administrator (AWS_ROLE_ARN).',
      )
      .action(() => sync(doors)),
  );

async function sync(doors: Doors): Promise<void> {
  if (doors.settings().singleAccountMode) {
    throw new UserError('USAGE', {
      what: 'SINGLE_ACCOUNT_MODE is on: there is no organization to read',
      remedy:
        'Name the account in a file (spendlight accounts import FILE), or set SINGLE_ACCOUNT_MODE=false.',
    });
  }
  const { syncAccounts } = await import('../app/accounts/sync.ts');
  const [tools, read] = [await importTools(doors), await doors.organization()];
  const outcome = await doors.turn(await doors.store(), 'accounts sync', (store) =>
    syncAccounts({ ...tools, store }, read),
  );
  doors.answer(() => importTold(outcome), outcome);
}

const importing = (doors: Doors): Command =>
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
