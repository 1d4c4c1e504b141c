import type { BillingDate } from '../../core/calendar/billing-date.ts';
import { project } from '../../lake/projection/project.ts';
import type { RunBook } from '../../lake/runs.ts';
import type { RunDoors } from '../daily-run-doors.ts';
import { problemOf } from '../run-problems.ts';
import { archiveDrifts, mended } from './drift.ts';

const REGISTER_STEP = 'register';

/** That step's name where another catalog follows the lake. */
export const registerSteps = ({ tables }: Pick<RunDoors, 'tables'>): readonly string[] =>
  tables === undefined ? [] : [REGISTER_STEP];

/** What the step did. */
export interface Registered {
  readonly lakeVersion: number | undefined;
  /** Partitions of the archive's tables that came and that went, of all days. */
  readonly added: number;
  readonly dropped: number;
}

/**
 * Shows the newest version to other engines, and every archived day: partitions of ou_breakdown and ou_breakdown_csv as the
 * ledger says, whatever an earlier run, a crawler or a person left; CSVs that may lie in the archive tier leave their table.
 * A failure stops nothing: it is the step's problem, told in the mail. Undefined where no catalog follows, or it failed.
 */
export async function registerStep(
  { tables, store, clock, log }: Pick<RunDoors, 'tables' | 'store' | 'clock' | 'log'>,
  book: RunBook,
  inputs: { readonly lakeVersion: number; readonly days: readonly BillingDate[] },
): Promise<Registered | undefined> {
  if (tables === undefined) return undefined;
  const { catalog } = tables;
  const { registered } = await book.step(
    REGISTER_STEP,
    inputs,
    async (failed): Promise<{ readonly registered?: Registered }> => {
      try {
        const shown = await project({ store, tables: catalog });
        let [added, dropped] = [0, 0];
        for (const drift of await archiveDrifts(tables, { store, clock })) {
          await mended(catalog, drift);
          added += drift.missing.length;
          dropped += drift.surplus.length;
        }
        log.info('partitions.registered', { database: catalog.database, added, dropped });
        return { registered: { lakeVersion: shown?.lakeVersion, added, dropped } };
      } catch (error) {
        const problem = problemOf(error);
        log.error('partitions.not-registered', { code: problem.code, what: problem.what });
        failed(problem);
        return {};
      }
    },
  );
  return registered;
}
