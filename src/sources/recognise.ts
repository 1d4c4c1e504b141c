import type { Engine } from '../ports/engine.ts';
import { focusProfile, isFocus } from './focus/focus.ts';
import { formatUnknown, notCosts } from './header-errors.ts';
import type { Profile } from './profile.ts';
import type { RawTable } from './reading/raw-table.ts';

/** Which format a delivery is in, by its columns or as the user says. @throws UserError FORMAT_*, HEADER_INVALID, MAPPING_INVALID */
export async function profileOf(_engine: Engine, table: RawTable, format: string): Promise<Profile> {
  if (format === 'focus' || (format === 'auto' && isFocus(table))) return focusProfile(table);
  refuseOtherData(table);
  throw formatUnknown(table.columns.map(({ name }) => name));
}

/** Data sets of FOCUS and AWS that tell about costs and hold none. */
function refuseOtherData(table: RawTable): void {
  if (table.has('ContractCommitmentId') || table.has('ContractCommitmentCost')) {
    throw notCosts(
      'This is the Contract Commitment data set of FOCUS: it tells what was agreed, not what was charged',
      'Give the Cost and Usage file of the same export; commitments are read from its own columns.',
    );
  }
}
