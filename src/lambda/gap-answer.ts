import { check } from '../app/check.ts';
import { gaps } from '../app/gaps.ts';
import type { Gap } from '../app/gaps-report.ts';
import { alarm } from '../app/run-alarm.ts';
import { problemOf } from '../app/run-problems.ts';
import type { Trouble } from '../app/status-report.ts';
import { dayOf } from '../core/calendar/billing-date.ts';
import { known } from '../core/errors/invariant.ts';
import { UserError } from '../core/errors/user-error.ts';
import { lastRun, type RunProblem } from '../lake/runs.ts';
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
  /** What the digest function was asked for: ranges made again without a mail, and a run that registers partitions. */
  readonly reprocessed: readonly Readonly<Record<string, string>>[];
}

/** What the digest function can do again. */
const MENDED: ReadonlySet<Gap['kind']> = new Set(['no archive', 'no partition']);

/** Lists what is missing, tells it, and has done again what can be (requirement D6). */
export async function whatIsMissing(invocation: Invocation): Promise<GapsAnswer> {
  const { engine, clock, env, log } = invocation;
  const store = await invocation.store();
  const report = await gaps({ engine: await engine(), store, clock, tables: await invocation.tables() }, {});
  const { digestFunction } = functionSettings(env);
  const ofKind = (wanted: Gap['kind']) => report.gaps.filter(({ kind }) => kind === wanted);
  const wishes: Readonly<Record<string, string>>[] = ofKind('no archive').map(({ from, to }) => ({
    from,
    to,
  }));
  const last = await lastRun(store);
  // A run of a date whose digest went out mails nothing, and registers what is missing.
  if (ofKind('no partition').length > 0 && last !== undefined) wishes.push({ run_date: last.runDate });
  const reprocessed = digestFunction === undefined ? [] : wishes;
  for (const wish of reprocessed) {
    await invocation.start(known(digestFunction, 'the function'), wish);
    log.info('gap.reprocessed', { ...wish, by: digestFunction });
  }
  const what = report.gaps.map((gap) => gap.what);
  const command = report.gaps.find(({ kind }) => !MENDED.has(kind))?.command;
  if (what.length > 0) await tellGaps(what, { command, isMended: reprocessed.length > 0 }, invocation);
  return {
    check: 'gaps',
    status: what.length === 0 ? 'fine' : 'not fine',
    lake_version: report.lakeVersion,
    looked: report.looked ?? null,
    gaps: report.gaps,
    reprocessed,
  };
}

/** Gaps in one message; the rest stands in the answer. */
const TOLD_MAX = 10;

async function tellGaps(
  found: readonly string[],
  { command, isMended }: { readonly command: string | undefined; readonly isMended: boolean },
  { alarmDoors, clock }: Invocation,
): Promise<void> {
  const more = found.length > TOLD_MAX ? [`and ${found.length - TOLD_MAX} more`] : [];
  const remedy = [
    ...(isMended ? ['What can be made again is being made.'] : []),
    ...(command === undefined ? [] : [`Do: ${command}`]),
    ...(command === undefined && !isMended ? ['Do: spendlight gaps'] : []),
  ].join(' ');
  const about = { code: 'GAPS_FOUND', what: [...found.slice(0, TOLD_MAX), ...more].join('; '), remedy };
  await alarm(await alarmDoors(), { runDate: dayOf(clock.now()), ...about });
}
