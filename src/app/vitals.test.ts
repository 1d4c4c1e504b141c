import { afterAll, beforeAll, expect, it } from 'vitest';
import { NOW, type RunHome, runHome, server } from '../../test/support/run-place.ts';
import { stoppedClock } from '../adapters/clock/clock.ts';
import { check } from './check.ts';
import { dailyRun } from './daily-run.ts';
import { vitals } from './vitals.ts';

let home: RunHome;
beforeAll(async () => {
  home = await runHome();
  await home.lakeOf('bill', () => ({}));
});
afterAll(() => home.close());

it('tells of the last run, its steps, signs of life, and what the last check found', async () => {
  const at = await home.place();
  const doors = at.doors({ mailer: server({ 'a@example.com': 'refused' }).mailer });
  await dailyRun(doors, { resend: false });
  const clock = stoppedClock(NOW + 90_000);
  const status = await check({ ...doors, clock });
  const found = await vitals(at.store, clock, { status, at: NOW + 60_000 });
  const of = (name: string) => found[`spendlight_${name}`]?.values;
  expect(of('last_run_age_seconds')).toEqual([{ value: 90 }]);
  expect(of('last_run_outcome')).toEqual([
    { labels: { outcome: 'fine' }, value: 0 },
    { labels: { outcome: 'not fine' }, value: 1 },
    { labels: { outcome: 'failed' }, value: 0 },
  ]);
  expect(of('run_step_seconds')?.map(({ labels }) => labels?.step)).toContain('archive');
  expect(of('heartbeat_age_seconds')).toContainEqual({
    labels: { kind: 'schedule', name: 'daily-run' },
    value: 90,
  });
  expect(of('heartbeat_fine')).toContainEqual({ labels: { kind: 'feed', name: 'bill' }, value: 1 });
  expect(of('troubles')).toContainEqual({ labels: { code: 'MAIL_NOT_SENT', severity: 'wrong' }, value: 1 });
  expect(of('last_check_age_seconds')).toEqual([{ value: 30 }]);
});
