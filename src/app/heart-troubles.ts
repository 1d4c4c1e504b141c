import type { Heartbeat } from '../lake/heartbeats.ts';
import type { RunRecord } from '../lake/runs.ts';
import type { Status, Trouble } from './status-report.ts';

/** What has fallen silent or failed last, and runs that broke off (`now` in ms since 1970). */
export function heartTroubles(
  { heartbeats, runs, writing }: Pick<Status, 'heartbeats' | 'runs' | 'writing'>,
  now: number,
): readonly Trouble[] {
  const isWriting = writing !== undefined && !writing.isGone;
  const died = isWriting ? [] : runs.filter(({ endedAt }) => endedAt === undefined).map(brokenOff);
  return [
    ...died,
    ...heartbeats.flatMap((heart) => failure(heart) ?? silence(heart, now) ?? []),
    ...heartbeats.flatMap(({ notes }) =>
      (notes ?? []).map((note) => ({ severity: 'note' as const, ...note })),
    ),
  ];
}

function brokenOff({ kind, runDate, steps, about }: RunRecord): Trouble {
  const at = steps.find(({ state }) => state === 'running') ?? steps.find(({ state }) => state === 'waiting');
  const range = about as { readonly from?: string; readonly to?: string };
  const again =
    kind === 'daily'
      ? `spendlight run --date ${runDate}`
      : kind === 'backfill'
        ? `spendlight backfill --from ${range.from} --to ${range.to}`
        : `spendlight ${kind}`;
  return wrong(
    'RUN_BROKE_OFF',
    `The ${kind} run of ${runDate} broke off${at === undefined ? '' : ` at the step "${at.name}"`}`,
    `Let it go on: ${again}`,
  );
}

/** The daily run tells of its own failures by its record. */
function failure({ kind, name, isFine, lastBad, problem }: Heartbeat): Trouble | undefined {
  if (isFine || name === 'daily-run') return undefined;
  const when = lastBad === undefined ? '' : ` at ${moment(lastBad)}`;
  return wrong(
    `${kind.toUpperCase()}_FAILED`,
    `The ${kind} ${name} failed${when}: ${problem?.what ?? 'nobody knows why'}`,
    problem?.remedy ?? 'Look into the log',
  );
}

function silence({ kind, name, lastGood, everyHours }: Heartbeat, now: number): Trouble | undefined {
  if (everyHours === undefined || lastGood === undefined || name === 'daily-run') return undefined;
  if (now - Date.parse(lastGood) <= everyHours * 3_600_000) return undefined;
  return wrong(
    `${kind.toUpperCase()}_SILENT`,
    `The ${kind} ${name} has given no sign of life since ${moment(lastGood)}`,
    `Look whether it still runs, and begin it again: spendlight ${name.split(' ')[0]}`,
  );
}

const moment = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`;

const wrong = (code: string, what: string, remedy: string): Trouble => ({
  severity: 'wrong',
  code,
  what,
  remedy,
});
