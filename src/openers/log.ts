import { pinoLog } from '../adapters/log/log.ts';
import type { Settings } from '../config.ts';
import type { Clock, Log } from '../ports/clock.ts';

/** What the log of a command writes to. */
export interface LogOf {
  /** LOG_LEVEL was set by somebody. */
  readonly isChosen: boolean;
  readonly run: string;
  readonly clock: Clock;
  readonly stderr: { readonly isTTY?: boolean; write(text: string): unknown };
}

/**
 * On a terminal the progress tells what happens: log lines below WARNING are left out unless LOG_LEVEL asks for them, and
 * a line takes the place of the bar, which is drawn anew below it.
 */
export function openLog(
  { logLevel, logFormat: format }: Settings,
  { isChosen, run, clock, stderr }: LogOf,
): Log {
  const level = stderr.isTTY && format === 'text' && !isChosen && logLevel === 'INFO' ? 'WARNING' : logLevel;
  const write = (line: string) => stderr.write(stderr.isTTY ? `\r\u001b[K${line}` : line);
  return pinoLog({ level, format, run, now: () => clock.now(), write });
}
