import { check } from '../app/check.ts';
import { gaps } from '../app/gaps.ts';
import type { Gap } from '../app/gaps-report.ts';
import { alarm } from '../app/run-alarm.ts';
import { problemOf } from '../app/run-problems.ts';
import type { Trouble } from '../app/status-report.ts';
import { dayOf } from '../core/calendar/billing-date.ts';
import { UserError } from '../core/errors/user-error.ts';
import type { RunProblem } from '../lake/runs.ts';
import { functionSettings } from './function-settings.ts';
import type { Invocation } from './invocation.ts';

export interface RunCheckAnswer {
  readonly check: 'run';
  readonly status: 'fine' | 'not fine';
  /** The daily run that was due has ended, whatever came of it. */
  readonly took_place: boolean;
  readonly last_run: {
    readonly run_date: string;
    readonly ended_at: string;
    readonly outcome: string;
  } | null;
  /** All that is wrong; each was told by the topic, once a day. */
  readonly troubles: readonly (RunProblem | Trouble)[];
}

/** What says that the run which was due did not end. */
const NOT_RUN = new Set(['RUN_MISSING', 'NEVER_RUN', 'NO_DATA']);

/** Whether the daily run took place (requirements D5 and N8), and what else is wrong. */
export async function didItRun(invocation: Invocation): Promise<RunCheckAnswer> {
  const { engine, clock, self, alarmDoors } = invocation;
  const doors = await alarmDoors();
  try {
    const status = await check({ ...doors, engine: await engine(), clock, process: self });
    const { lastRun } = status;
    const troubles = status.troubles.filter(({ severity }) => severity === 'wrong');
    return {
      check: 'run',
      status: troubles.length === 0 ? 'fine' : 'not fine',
      took_place: !troubles.some(({ code }) => NOT_RUN.has(code)),
      last_run:
        lastRun === undefined
          ? null
          : { run_date: lastRun.runDate, ended_at: lastRun.endedAt, outcome: lastRun.outcome },
      troubles,
    };
  } catch (error) {
    // Before the first delivery there is nothing to run on: people shall know, and nothing is broken.
    if (!(error instanceof UserError) || error.code !== 'LAKE_EMPTY') throw error;
    const problem = problemOf(error);
    await alarm(doors, { runDate: dayOf(clock.now()), ...problem });
    return { check: 'run', status: 'not fine', took_place: false, last_run: null, troubles: [problem] };
  }
}

export interface GapsAnswer {
  readonly check: 'gaps';
  readonly status: 'fine' | 'not fine';
  readonly lake_version: number;
  readonly looked: { readonly from: string; readonly to: string } | null;
  readonly gaps: readonly Gap[];
  /** Ranges that the digest function was asked to make again, without a mail. */
  readonly reprocessed: readonly { readonly from: string; readonly to: string }[];
}

/** Lists what is missing, tells it, and has days without an archive made again (requirement D6). */
export async function whatIsMissing(invocation: Invocation): Promise<GapsAnswer> {
  const { engine, store, clock, env, log } = invocation;
  const report = await gaps({ engine: await engine(), store: await store(), clock }, {});
  const { digestFunction } = functionSettings(env);
  const reprocessed: GapsAnswer['reprocessed'][number][] = [];
  for (const { kind, from, to } of report.gaps) {
    if (kind !== 'no archive' || digestFunction === undefined) continue;
    await invocation.start(digestFunction, { from, to });
    log.info('gap.reprocessed', { from, to, by: digestFunction });
    reprocessed.push({ from, to });
  }
  if (report.gaps.length > 0) await tellGaps(report.gaps, reprocessed.length > 0, invocation);
  return {
    check: 'gaps',
    status: report.gaps.length === 0 ? 'fine' : 'not fine',
    lake_version: report.lakeVersion,
    looked: report.looked ?? null,
    gaps: report.gaps,
    reprocessed,
  };
}

/** Gaps in one message; the rest stands in the answer. */
const TOLD_MAX = 10;

async function tellGaps(
  found: readonly Gap[],
  isReprocessed: boolean,
  { alarmDoors, clock }: Invocation,
): Promise<void> {
  const named = found.slice(0, TOLD_MAX).map(({ what }) => what);
  const more = found.length > TOLD_MAX ? [`and ${found.length - TOLD_MAX} more`] : [];
  const others = found.find(({ kind }) => kind !== 'no archive')?.command;
  const remedy = [
    ...(isReprocessed ? ['Days without an archive are being made again.'] : []),
    others === undefined && isReprocessed ? [] : [`Do: ${others ?? found[0]?.command}`],
  ].flat();
  const about = { code: 'GAPS_FOUND', what: [...named, ...more].join('; '), remedy: remedy.join(' ') };
  await alarm(await alarmDoors(), { runDate: dayOf(clock.now()), ...about });
}
