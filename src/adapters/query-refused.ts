import { UserError } from '../core/errors/user-error.ts';

/** A user's own SELECT is not answered, and why. */
export const queryRefused = (why: string, cause?: unknown): UserError =>
  new UserError(
    'QUERY_INVALID',
    {
      what: `The query was refused: ${why}`,
      remedy: 'Write one SELECT over cost_lines, daily_costs, ou_breakdown, accounts or budgets.',
    },
    { cause },
  );
