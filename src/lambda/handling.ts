import { OutOfTime } from '../core/errors/out-of-time.ts';
import { UserError } from '../core/errors/user-error.ts';
import { environment, type LambdaContext, traced } from '../openers/functions.ts';
import { marked, unmarked } from './events.ts';
import { type FunctionName, type Invocation, invoked } from './invocation.ts';

type Json = Readonly<Record<string, unknown>>;

/** What a function answers when its time was used up: the next process is at it. */
export interface HandedOn {
  readonly status: 'continued';
  /** Id of the run as the first process called it. */
  readonly run: string;
  /** How many processes have gone on with it, the one that was now started included. */
  readonly times: number;
  /** What was not begun. */
  readonly before: string;
}

/** Twelve times a quarter of an hour: what takes longer makes no progress, or needs a larger engine. */
const CONTINUED_MAX = 12;

/** Nobody hears the answer to an event of a schedule, so it stands in the log; one of a year of days is too long for that. */
const LOGGED_MAX = 20_000;

/** What is the caller's mistake, or no mistake at all: the answer says it, nobody is woken. */
const NOT_TOLD = new Set(['EVENT_INVALID', 'DATE_INVALID', 'DAY_NOT_COMPLETE', 'LEASE_LOST']);

/**
 * A handler that does `work`. Where its time is nearly used up it calls itself again with the same event, marked and
 * counted. A failure is told by our own alarm first and thrown then, so that Lambda counts it, tries again, and keeps the
 * event where that does not help.
 */
export const handling =
  <A>(name: FunctionName, work: (event: Json, invocation: Invocation) => Promise<A>) =>
  (raw: unknown, context: LambdaContext): Promise<A | HandedOn> => {
    const env = environment();
    return traced(env, name, () =>
      invoked(name, { env, context }, async (invocation) => {
        const { event, continued } = unmarked(raw);
        const { log, metrics, clock } = invocation;
        const began = clock.monotonic();
        log.info('function.invoked', { function: name, continues: continued?.run });
        try {
          const answer = await work(event, invocation);
          const isShort = JSON.stringify(answer).length <= LOGGED_MAX;
          log.info('function.answered', { function: name, ...(isShort ? { answer } : {}) });
          return answer;
        } catch (error) {
          const waited = error instanceof UserError && error.code === 'LAKE_BUSY' && name !== 'digest';
          if (error instanceof OutOfTime || waited) {
            const run = continued?.run ?? invocation.run;
            const before = error instanceof OutOfTime ? error.before : 'its turn';
            const handedOn = {
              status: 'continued',
              run,
              times: (continued?.times ?? 0) + 1,
              before,
            } as const;
            return await handOn({ event, handedOn, context, invocation });
          }
          await told(name, error, invocation);
          throw error;
        } finally {
          metrics.add('DurationSeconds', (clock.monotonic() - began) / 1000);
        }
      }),
    );
  };

async function handOn({
  event,
  handedOn,
  context,
  invocation,
}: {
  readonly event: Json;
  readonly handedOn: HandedOn;
  readonly context: LambdaContext;
  readonly invocation: Invocation;
}): Promise<HandedOn> {
  const { run, times, before } = handedOn;
  const { log, metrics, alarmDoors } = invocation;
  if (times > CONTINUED_MAX) {
    const problem = new UserError('RUN_TOO_LONG', {
      what: `${context.functionName} was continued ${CONTINUED_MAX} times and is not done: ${before} was not begun`,
      remedy:
        'Give the function more memory or time, or run it from a machine: spendlight --lake s3://… run.',
    });
    await alarmed(await alarmDoors(), problem, invocation);
    throw problem;
  }
  await invocation.start(context.functionName, marked(event, { run, times }));
  metrics.add('RunsContinued', 1);
  log.info('function.continued', { continues: run, times, before });
  return handedOn;
}

/** Says by mail or topic what went wrong, once a day and code; what the use case has told already is not told again. */
async function told(name: FunctionName, error: unknown, invocation: Invocation): Promise<void> {
  const { log, metrics, alarmDoors } = invocation;
  const code = error instanceof UserError ? error.code : 'UNEXPECTED';
  const what = error instanceof Error ? error.message : String(error);
  const stack = error instanceof UserError || !(error instanceof Error) ? undefined : error.stack;
  log.error('function.failed', { function: name, code, what, stack });
  metrics.add('RunsFailed', 1);
  // What the forwarder says on the topic would come back to it.
  if (NOT_TOLD.has(code) || name === 'slack-forwarder') return;
  const { wasTold } = await import('../app/recorded-run.ts');
  if (wasTold(error)) return;
  try {
    await alarmed(await alarmDoors(), error, invocation);
  } catch (unable) {
    log.error('alarm.failed', { what: unable instanceof Error ? unable.message : String(unable) });
  }
}

async function alarmed(
  doors: Awaited<ReturnType<Invocation['alarmDoors']>>,
  error: unknown,
  { clock }: Invocation,
): Promise<void> {
  const [{ alarm }, { problemOf }, { dayOf }] = await Promise.all([
    import('../app/run-alarm.ts'),
    import('../app/run-problems.ts'),
    import('../core/calendar/billing-date.ts'),
  ]);
  await alarm(doors, { runDate: dayOf(clock.now()), ...problemOf(error) });
}
