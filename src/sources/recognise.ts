import type { Engine } from '../ports/engine.ts';
import { CUR2, curProfile, isCur } from './cur2/cur2.ts';
import { eventsProfile, isEvents } from './events/events.ts';
import { focusProfile, isFocus } from './focus/focus.ts';
import { formatUnknown, notCosts } from './header-errors.ts';
import { readMapping } from './mapping/mapping.ts';
import { isOfMapping, mappingProfile } from './mapping/mapping-profile.ts';
import { shippedMappings } from './mapping/shipped.ts';
import type { Profile } from './profile.ts';
import type { RawTable } from './reading/raw-table.ts';

const MAPPING = 'mapping:';

/** Which format a delivery is in, by its columns or as the user says. @throws UserError FORMAT_*, HEADER_INVALID, MAPPING_INVALID */
export async function profileOf(engine: Engine, table: RawTable, format: string): Promise<Profile> {
  if (format === 'focus' || (format === 'auto' && isFocus(table))) return focusProfile(table);
  if (format === 'cur2' || (format === 'auto' && isCur2(table))) return curProfile(engine, table, CUR2);
  if (format === 'events' || (format === 'auto' && isEvents(table))) return eventsProfile(table);
  if (format.startsWith(MAPPING)) {
    return mappingProfile(engine, table, await readMapping(format.slice(MAPPING.length)));
  }
  const mapping =
    format === 'auto' ? (await shippedMappings()).find((one) => isOfMapping(table, one)) : undefined;
  if (mapping !== undefined) return mappingProfile(engine, table, mapping);
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

/** Legacy CUR in Parquet has the same names; only CUR 2.0 has product as a map, and account names. */
const isCur2 = (table: RawTable): boolean =>
  isCur(table) && (table.has('product') || table.has('bill_payer_account_name'));
