import { alarm } from '../app/run-alarm.ts';
import { problemOf } from '../app/run-problems.ts';
import { dayOf } from '../core/calendar/billing-date.ts';
import type { UserError } from '../core/errors/user-error.ts';
import type { Invocation } from './invocation.ts';

/** A delivery that was not taken. */
export interface Refusal {
  readonly error: UserError;
}

/** Tells refusals, those of one kind together, and throws the worst of them: Lambda counts it, and keeps the event. */
export async function tellRefusals(
  refused: readonly Refusal[],
  { alarmDoors, clock }: Invocation,
): Promise<void> {
  const [worst] = [...refused].sort((a, b) => b.error.exit - a.error.exit);
  if (worst === undefined) return;
  const doors = await alarmDoors();
  const codes = new Set(refused.map(({ error }) => error.code));
  for (const code of codes) {
    const problems = refused.filter(({ error }) => error.code === code).map(({ error }) => problemOf(error));
    const what = problems.map((problem) => problem.what).join('; ');
    await alarm(doors, { runDate: dayOf(clock.now()), code, what, remedy: problems[0]?.remedy ?? '' });
  }
  throw worst.error;
}
