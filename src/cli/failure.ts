import { CommanderError } from 'commander';
import { describeError, UserError } from '../core/errors/user-error.ts';
import { wrongUse } from './program.ts';

/** How a command that threw ends: what to print on stderr (nothing for help and version), and the exit code. */
export interface Ending {
  readonly text: string | undefined;
  readonly exit: 0 | 1 | 2;
}

/** The one place where errors become words and exit codes. `debug`: with the stack of what nobody foresaw. */
export function endingOf(thrown: unknown, { debug }: { readonly debug: boolean }): Ending {
  const error = thrown instanceof CommanderError ? wrongUse(thrown) : thrown;
  if (error === undefined) return { text: undefined, exit: 0 };
  if (error instanceof UserError) {
    const cause = debug && error.cause instanceof Error ? `\n${error.cause.stack}` : '';
    return { text: describeError(error) + cause, exit: error.exit };
  }
  const full = onDisk(error);
  if (full !== undefined) return { text: describeError(full), exit: full.exit };
  const [message, stack] = error instanceof Error ? [error.message, error.stack] : [String(error), undefined];
  return {
    text: [
      `spendlight: unexpected error: ${message.split('\n')[0]}  (UNEXPECTED)`,
      ...(debug && stack !== undefined
        ? [stack]
        : ['  do  Run it again with LOG_LEVEL=DEBUG for the details; if they do not help, report them.']),
    ].join('\n'),
    exit: 2,
  };
}

/** A disk's refusal that can strike anywhere. */
function onDisk(error: unknown): UserError | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const file = error instanceof Error && 'path' in error ? String(error.path) : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new UserError('DISK_FULL', {
      what: 'The disk is full',
      place: { file },
      remedy: 'Make room and run it again: what was committed is whole, what was not is made anew.',
    });
  }
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
    return new UserError('LAKE_READ_ONLY', {
      what: 'This place cannot be written to',
      place: { file },
      remedy: 'Give the user that runs spendlight the right to write there, or choose another folder.',
    });
  }
  return undefined;
}
