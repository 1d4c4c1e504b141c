import type { Settings } from '../config.ts';
import type { Dashboard } from '../ports/dashboard.ts';
import { machine } from './machine.ts';

/** The SPICE data set of QUICKSIGHT_DATASET_ID; undefined where none is named. */
export async function openDashboard({ aws, quickSight: of }: Settings): Promise<Dashboard | undefined> {
  if (of === undefined) return undefined;
  const { quickSight } = await import('../adapters/quicksight/quicksight.ts');
  return quickSight({
    aws,
    dataSetId: of.dataSetId,
    accountId: async () => {
      if (of.accountId !== undefined) return of.accountId;
      const { ownAccount } = await import('../adapters/aws/account.ts');
      return ownAccount({ aws, ...machine });
    },
    ...machine,
  });
}
