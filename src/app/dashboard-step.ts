import type { BillingDate } from '../core/calendar/billing-date.ts';
import { OutOfTime } from '../core/errors/out-of-time.ts';
import type { RunBook } from '../lake/runs.ts';
import type { Refreshed } from '../ports/dashboard.ts';
import type { RunDoors } from './daily-run-doors.ts';
import { problemOf } from './run-problems.ts';

const DASHBOARD_STEP = 'spice';

/** That step's name where there is a dashboard. */
export const dashboardSteps = ({ dashboard }: Pick<RunDoors, 'dashboard'>): readonly string[] =>
  dashboard === undefined ? [] : [DASHBOARD_STEP];

/** `daily-20261119`, `backfill-20250910`; of a range `backfill-20250901-20250930`: one refresh takes in all its days. */
export const refreshName = (kind: 'daily' | 'backfill', from: BillingDate, to: BillingDate): string =>
  [kind, ...new Set([from, to])].map((part) => part.replaceAll('-', '')).join('-');

export interface DashboardStep {
  /** The refresh's name. */
  readonly name: string;
  /** The lake's version and the days that were written: of equal ones a refresh that ended well is not done again. */
  readonly inputs: { readonly lakeVersion: number };
  /** This run has written what the dashboard shows: a refresh that began before the run does not show it. */
  readonly hasWritten: boolean;
}

/**
 * Has the dashboard take in what the run has written. A failure stops nothing: it is the step's problem, told in the mail.
 * Undefined where there is no dashboard, or it failed.
 */
export async function dashboardStep(
  { dashboard, log, isTimeUp }: Pick<RunDoors, 'dashboard' | 'log' | 'isTimeUp'>,
  book: RunBook,
  { name, inputs, hasWritten }: DashboardStep,
): Promise<Refreshed | undefined> {
  if (dashboard === undefined) return undefined;
  const since = hasWritten ? Date.parse(book.record().startedAt) : undefined;
  const { refreshed } = await book.step(
    DASHBOARD_STEP,
    { name, ...inputs },
    async (failed): Promise<{ readonly refreshed?: Refreshed }> => {
      try {
        const done = await dashboard.refresh({ name, since, isTimeUp });
        log.info('dashboard.refreshed', { ingestion: done.id, rows: done.rows });
        return { refreshed: done };
      } catch (error) {
        // The next process finds the refresh by its name, and goes on waiting for it.
        if (isTimeUp?.() === true) throw new OutOfTime(DASHBOARD_STEP);
        const problem = problemOf(error);
        log.error('dashboard.not-refreshed', { code: problem.code, what: problem.what });
        failed(problem);
        return {};
      }
    },
  );
  return refreshed;
}
