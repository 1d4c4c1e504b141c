import { heartbeats } from '../lake/heartbeats.ts';
import { type EndedRun, lastRun } from '../lake/runs.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Status } from './status-report.ts';

/** A figure of now, by its labels. */
export interface Gauge {
  readonly help: string;
  readonly values: readonly {
    readonly labels?: Readonly<Record<string, string>>;
    readonly value: number;
  }[];
}

/** The last check, and when it was made (ms since 1970). */
export interface Checked {
  readonly status: Status;
  readonly at: number;
}

/** What a monitor asks of runs and signs of life (requirement K4), by the names of the metrics. */
export async function vitals(
  store: ObjectStore,
  clock: Clock,
  checked: Checked | undefined,
): Promise<Readonly<Record<string, Gauge>>> {
  const now = clock.now();
  const age = (iso: string): number => Math.round((now - Date.parse(iso)) / 1000);
  const run = await lastRun(store);
  const hearts = await heartbeats(store);
  const good = hearts.flatMap(({ kind, name, lastGood }) =>
    lastGood === undefined ? [] : [{ labels: { kind, name }, value: age(lastGood) }],
  );
  return {
    spendlight_last_run_age_seconds: {
      help: 'Since the last daily run ended, whatever its outcome.',
      values: run === undefined ? [] : [{ value: age(run.endedAt) }],
    },
    spendlight_last_run_outcome: {
      help: '1 for the outcome of the last daily run, 0 for the others.',
      values: run === undefined ? [] : outcomes(run),
    },
    spendlight_run_step_seconds: {
      help: 'What each step of the last daily run took.',
      values: (run?.steps ?? []).flatMap(({ name, ms }) =>
        ms === undefined ? [] : [{ labels: { step: name }, value: ms / 1000 }],
      ),
    },
    spendlight_heartbeat_age_seconds: {
      help: 'Since a feed, schedule, channel or engine was last fine.',
      values: good,
    },
    spendlight_heartbeat_fine: {
      help: '1 where the last sign of life was a good one, else 0.',
      values: hearts.map(({ kind, name, isFine }) => ({ labels: { kind, name }, value: isFine ? 1 : 0 })),
    },
    spendlight_troubles: {
      help: 'Troubles that the last check found, by code.',
      values: checked === undefined ? [] : troubles(checked.status),
    },
    spendlight_last_check_age_seconds: {
      help: 'Since the server last looked for troubles.',
      values: checked === undefined ? [] : [{ value: Math.round((now - checked.at) / 1000) }],
    },
  };
}

const outcomes = ({ outcome }: EndedRun): Gauge['values'] =>
  ['fine', 'not fine', 'failed'].map((one) => ({ labels: { outcome: one }, value: one === outcome ? 1 : 0 }));

function troubles(status: Status): Gauge['values'] {
  const counts = new Map<string, { readonly labels: Readonly<Record<string, string>>; value: number }>();
  for (const { code, severity } of status.troubles) {
    const known = counts.get(code) ?? { labels: { code, severity }, value: 0 };
    counts.set(code, { ...known, value: known.value + 1 });
  }
  return [...counts.values()];
}
