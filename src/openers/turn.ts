import type { Settings } from '../config.ts';
import type { Holder, Turn } from '../lake/lease.ts';
import type { Clock, Log } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { machine } from './machine.ts';
import { openTables } from './tables.ts';

export interface TurnOf {
  readonly clock: Clock;
  readonly settings: () => Settings;
  /** Opened when somebody waits, not before. */
  readonly log: () => Log;
  /** How long a turn is waited for. */
  readonly waitMs: () => number;
  /** Told the holder's name once to whoever waits. */
  readonly onWaiting?: (holder: string) => void;
  /** Told where the lake is ahead of the tables that follow it. */
  readonly onBehind?: () => void;
}

/** Turns to write to a lake, which the tables of other engines follow where the settings name any. */
export const openTurn =
  ({ clock, settings, log, waitMs, onWaiting, onBehind }: TurnOf): Turn =>
  async (store, command, work) => {
    const [{ nameOf, turnBy }, { projectingTurn }] = await Promise.all([
      import('../lake/lease.ts'),
      import('../lake/projection/projecting-turn.ts'),
    ]);
    const { pause, random } = machine;
    const tools = { clock, pause, random, log: log(), process: machine.process(), waitMs: waitMs() };
    const turn = turnBy({ ...tools, onWaiting: (holder?: Holder) => onWaiting?.(nameOf(holder)) });
    const tablesOf = async (of: ObjectStore) => (await openTables(settings(), of))?.catalog;
    return projectingTurn(turn, { tablesOf, log, onBehind: () => onBehind?.() })(store, command, work);
  };
