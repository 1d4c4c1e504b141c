import type { BillingDate } from '../core/calendar/billing-date.ts';
import type { RunBook } from '../lake/runs.ts';
import type { DigestReport } from './daily-digest.ts';
import type { RunDoors } from './daily-run-doors.ts';
import { problemOfMail } from './run-problems.ts';

export interface Mailing {
  readonly book: RunBook;
  readonly doors: RunDoors;
  readonly runDate: BillingDate;
  /** Of equal inputs a mail that went out is not sent again by who continues the run. */
  readonly inputs: object;
}

/** A step that mails. One whose mail nobody can be sure of has failed: who continues the run looks again. */
export async function mailStep<T extends DigestReport | undefined>(
  { book, doors, runDate, inputs }: Mailing,
  name: string,
  send: () => Promise<T>,
): Promise<T> {
  let fresh: T | undefined;
  const { report } = await book.step(name, inputs, async (failed): Promise<{ readonly report: T }> => {
    fresh = await send();
    const problem = fresh === undefined ? undefined : await problemOfMail(doors, runDate, fresh);
    if (problem !== undefined) failed(problem);
    // The text stands in the archive; the record is for what became of it.
    return { report: fresh === undefined ? fresh : { ...fresh, text: undefined } };
  });
  return fresh ?? report;
}
