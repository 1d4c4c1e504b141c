import { UserError } from '../../core/errors/user-error.ts';
import { heartbeats } from '../../lake/heartbeats.ts';
import { openLakeIfAny } from '../../lake/lake.ts';
import type { RunProblem } from '../../lake/runs.ts';
import type { ReadOrganization } from '../../ports/organization.ts';
import { beatQuietly } from '../heart.ts';
import type { ImportTools } from '../import-files.ts';
import { problemOf } from '../run-problems.ts';
import { syncAccounts } from './sync.ts';

/** What became of it. `not due`: done today already. `no organization`: there is no lake yet, or it is simulated. */
export interface DailySync {
  readonly outcome: 'imported' | 'unchanged' | 'not due' | 'no organization' | 'failed';
  readonly problem: RunProblem | undefined;
}

const SCHEDULE = { kind: 'schedule', name: 'accounts-sync' } as const;
/** Less than a day: a poll that comes a little early must not leave a day out. */
const EVERY_MS = 20 * 3_600_000;

/**
 * Takes the organization into the account map once a day. A failure stops nothing: it is kept as a sign of life, and `status`
 * tells it; the next call tries again.
 */
export async function dailySync(
  tools: ImportTools,
  organization: () => Promise<ReadOrganization>,
): Promise<DailySync> {
  const { store, clock, log } = tools;
  const lake = await openLakeIfAny(store);
  if (lake === undefined || lake.identity.simulated)
    return { outcome: 'no organization', problem: undefined };
  const before = (await heartbeats(store)).find(
    ({ kind, name }) => kind === SCHEDULE.kind && name === SCHEDULE.name,
  );
  const isFresh = before?.lastGood !== undefined && clock.now() - Date.parse(before.lastGood) < EVERY_MS;
  if (isFresh) return { outcome: 'not due', problem: undefined };
  try {
    const { outcome } = await syncAccounts(tools, await organization());
    await beatQuietly(tools, SCHEDULE);
    return { outcome, problem: undefined };
  } catch (error) {
    if (error instanceof UserError && /^(LAKE_|LEASE_|STORE_)/.test(error.code)) throw error;
    const problem = problemOf(error);
    log.warn('accounts.not-synced', { code: problem.code, what: problem.what });
    await beatQuietly(tools, { ...SCHEDULE, problem });
    return { outcome: 'failed', problem };
  }
}
