import { dayOf } from '../core/calendar/billing-date.ts';
import { TOLD_AT_ONCE } from './mail-fates.ts';
import { type AlarmDoors, alarm } from './run-alarm.ts';
import { lakeStatus, type StatusTools } from './status.ts';
import type { Status, Trouble } from './status-report.ts';

/** Told when it came, or where it is seen: an alarm about it would go to nobody, or say that somebody has only just begun. */
const NOT_TOLD = new Set(['NO_DATA', 'MAIL_TO_NOBODY', ...TOLD_AT_ONCE]);
/** A lake that was written to a shorter time ago has its first daily run before it. */
const BEGINNING_MS = 26 * 3_600_000;

/**
 * Looks at the lake and tells what is wrong, each trouble once a day, by a channel other than the one that failed.
 * @throws UserError `LAKE_EMPTY` where there is none
 */
export async function check(doors: AlarmDoors & StatusTools): Promise<Status> {
  const status = await lakeStatus(doors);
  const now = doors.clock.now();
  const isBeginning = now - Date.parse(status.lake.committedAt) < BEGINNING_MS;
  const told = status.troubles.filter(
    ({ severity, code }) =>
      severity === 'wrong' && !NOT_TOLD.has(code) && !(code === 'NEVER_RUN' && isBeginning),
  );
  const byCode = new Map<string, Trouble[]>();
  for (const trouble of told) byCode.set(trouble.code, [...(byCode.get(trouble.code) ?? []), trouble]);
  for (const [code, troubles] of byCode) {
    const what = troubles.map((trouble) => trouble.what).join('; ');
    const remedy = troubles[0]?.remedy ?? '';
    await alarm(doors, { runDate: dayOf(now), code, what, remedy, broken: brokenBy(code, what) });
  }
  return status;
}

/** Whether the trouble is about a way to people. */
function brokenBy(code: string, what: string): 'mail' | 'chat' | undefined {
  if (code === 'CHANNEL_FAILED') return what.includes('channel chat') ? 'chat' : 'mail';
  return code.startsWith('MAIL_') ? 'mail' : undefined;
}
