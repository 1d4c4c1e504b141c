import { createHash } from 'node:crypto';
import { dayOf } from '../../core/calendar/billing-date.ts';
import { UserError } from '../../core/errors/user-error.ts';
import { readAccounts } from '../../lake/inputs.ts';
import { lakeBusy } from '../../lake/lake.ts';
import type { ReadOrganization } from '../../ports/organization.ts';
import { type ImportTools, lakeToDecideFor } from '../import-files.ts';
import { type ImportOutcome, importInput } from '../imports.ts';
import { observed } from './observed.ts';

/**
 * Takes what the organization says today into the account map. What says the same is no new version.
 * @throws UserError `ORGANIZATION_UNREADABLE`, `SIMULATED_AND_REAL`, `LAKE_EMPTY`
 */
export async function syncAccounts(tools: ImportTools, read: ReadOrganization): Promise<ImportOutcome> {
  const lake = await lakeToDecideFor(tools);
  if (lake.identity.simulated) throw simulated(lake.store.location);
  const { id, accounts } = await read();
  const { inputs } = await lake.head();
  const rows = observed(await readAccounts(lake, inputs.accounts), accounts, dayOf(tools.clock.now()));
  const sha256 = createHash('sha256').update(JSON.stringify(rows)).digest('hex');
  return importInput(
    tools,
    lake,
    'accounts',
    { file: `AWS Organizations ${id}`, sha256, rows },
    {
      // Who imported a map meanwhile would lose it.
      check: async (state) => {
        if (state.inputs.accounts !== inputs.accounts) throw lakeBusy(lake);
      },
    },
  );
}

const simulated = (location: string): UserError =>
  new UserError('SIMULATED_AND_REAL', {
    what: `${location} is simulated, and an organization is real`,
    remedy: 'Name another lake with --lake.',
  });
