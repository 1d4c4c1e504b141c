import type { LakeChange, LakeState, VerdictMonth } from '../lake/catalog-types.ts';
import {
  type Imported,
  type InputKind,
  type InputRows,
  type InputVersion,
  readInput,
  writeInput,
} from '../lake/inputs.ts';
import { type Lake, lakeBusy, ouLevelOf, RACES_MAX } from '../lake/lake.ts';
import { commitWithHistory } from '../lake/restatements.ts';
import type { Clock, Log } from '../ports/clock.ts';
import { type RollingUp, staleRollups } from './rollups.ts';
import { discardMonths } from './verdicts.ts';

/** What an import works with. */
export interface ImportDoors extends RollingUp {
  readonly clock: Clock;
  readonly log: Log;
}

/** What became of an import. */
export interface ImportOutcome {
  readonly outcome: 'imported' | 'unchanged';
  readonly kind: InputKind;
  readonly version: number;
  readonly lakeVersion: number;
  readonly rows: number;
  /** Loads whose rollup was made anew. */
  readonly rerolled: number;
  /** Months that were judged anew. */
  readonly rejudged: number;
}

/** What people decided, as read from a file and checked. */
export type Decided<K extends InputKind> = Omit<Imported<InputRows[K]>, 'importedAt'>;

interface ImportOptions {
  /** May refuse the import at the state that it would be committed to. */
  readonly check?: (state: LakeState) => Promise<void>;
  /** How many levels below Root make an OU from now on; undefined: as before. */
  readonly ouLevel?: number | undefined;
  /** The verdicts that become others by `change`, written and not committed. */
  readonly judge?: (state: LakeState, change: LakeChange) => Promise<readonly VerdictMonth[]>;
}

/**
 * Makes `decided` the current version of its kind, and rolls up again what depends on it, in one commit. What is
 * there already is no new version.
 */
export async function importInput<K extends InputKind>(
  doors: ImportDoors,
  lake: Lake,
  kind: K,
  decided: Decided<K>,
  { check, ouLevel, judge }: ImportOptions = {},
): Promise<ImportOutcome> {
  let taken: InputVersion | undefined;
  for (let race = 0; race < RACES_MAX; race++) {
    const state = await lake.head();
    const current = await readInput(lake, kind, state.inputs[kind]);
    const about = { kind, rows: decided.rows.length } as const;
    const level = ouLevel ?? ouLevelOf(lake, state);
    const saysTheSame = JSON.stringify(current?.rows ?? []) === JSON.stringify(decided.rows);
    if (saysTheSame && level === ouLevelOf(lake, state)) {
      const version = state.inputs[kind];
      return {
        ...about,
        outcome: 'unchanged',
        version,
        lakeVersion: state.version,
        rerolled: 0,
        rejudged: 0,
      };
    }
    await check?.(state);
    if (taken === undefined || taken.version <= state.inputs[kind]) {
      const importedAt = new Date(doors.clock.now()).toISOString();
      taken = await writeInput(lake, kind, state.inputs[kind], { importedAt, ...decided });
    }
    const decisions = { [kind]: taken.version, ...(ouLevel === undefined ? {} : { ouLevel }) };
    const inputs = { ...state.inputs, ...decisions };
    const rollups = kind === 'budgets' ? [] : await staleRollups(doors, lake, state, { inputs });
    const objects = { [kind]: taken.object };
    const change = { kind: 'inputs', inputs: decisions, objects, rollups } as const;
    const months = (await judge?.(state, change)) ?? [];
    const judged = months.length === 0 ? {} : { months };
    const next = await commitWithHistory(doors, lake, state, { ...change, ...judged });
    if (next === undefined) {
      await discardMonths(lake, months);
      continue;
    }
    doors.log.info('inputs.committed', { lakeVersion: next.version, kind, version: taken.version });
    return {
      ...about,
      outcome: 'imported',
      version: taken.version,
      lakeVersion: next.version,
      rerolled: rollups.length,
      rejudged: months.length,
    };
  }
  throw lakeBusy(lake);
}

/** Rolls up again what was rolled up from other inputs or settings than there are now, in one commit. Gives the head. */
export async function rerollStale(
  doors: RollingUp & { readonly clock: Clock },
  lake: Lake,
): Promise<LakeState> {
  for (let race = 0; race < RACES_MAX; race++) {
    const state = await lake.head();
    const rollups = await staleRollups(doors, lake, state);
    if (rollups.length === 0) return state;
    const next = await commitWithHistory(doors, lake, state, { kind: 'inputs', inputs: {}, rollups });
    if (next !== undefined) return next;
  }
  throw lakeBusy(lake);
}
