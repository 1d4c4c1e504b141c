import type { Holder, Turn } from '../lake/lease.ts';
import type { Clock, Log } from '../ports/clock.ts';
import { machine } from './machine.ts';

export interface TurnOf {
  readonly clock: Clock;
  /** Opened when somebody waits, not before. */
  readonly log: () => Log;
  /** How long a turn is waited for. */
  readonly waitMs: () => number;
  /** Told the holder's name once to whoever waits. */
  readonly onWaiting?: (holder: string) => void;
}

/** Turns to write to a lake. */
export const openTurn =
  ({ clock, log, waitMs, onWaiting }: TurnOf): Turn =>
  async (store, command, work) => {
    const { nameOf, turnBy } = await import('../lake/lease.ts');
    const { pause, random } = machine;
    const tools = { clock, pause, random, log: log(), process: machine.process(), waitMs: waitMs() };
    return turnBy({ ...tools, onWaiting: (holder?: Holder) => onWaiting?.(nameOf(holder)) })(
      store,
      command,
      work,
    );
  };
