import type { Settings } from '../config.ts';
import type { ReadOrganization } from '../ports/organization.ts';
import { machine } from './machine.ts';

/** Reads AWS Organizations. */
export async function openOrganization({ aws }: Settings): Promise<ReadOrganization> {
  const { awsOrganization } = await import('../adapters/organizations/organizations.ts');
  return awsOrganization({ aws, ...machine });
}
