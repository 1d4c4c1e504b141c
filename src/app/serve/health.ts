import { fatesOf } from '../mail-fates.ts';
import { lakeStatus, type StatusTools } from '../status.ts';
import type { Status } from '../status-report.ts';
import type { LiveLake } from './live-lake.ts';

/** What the process is, besides the lake. */
export interface Process {
  readonly version: string;
  readonly node: string;
  readonly auth: 'none' | 'token';
  uptimeSeconds(): number;
  memoryBytes(): number;
}

/** What an operator asks first, of this process and of its lake. */
export async function health(
  process: Process,
  held: Awaited<ReturnType<LiveLake['hold']>>,
  tools: Pick<StatusTools, 'store' | 'clock' | 'process'>,
) {
  const always = {
    version: process.version,
    node: process.node,
    uptimeSeconds: process.uptimeSeconds(),
    memoryBytes: process.memoryBytes(),
    now: new Date(tools.clock.now()).toISOString(),
    auth: process.auth,
  };
  if (held === undefined) return { ...always, engine: 'not opened', ...NO_LAKE };
  try {
    const { served } = held;
    const status = await served.apart((engine) => lakeStatus({ ...tools, engine }));
    return { ...always, engine: served.engineVersion, ...lakePart(status) };
  } finally {
    held.release();
  }
}

const NO_LAKE = {
  lake: null,
  completeTo: null,
  sources: [],
  days: [],
  loads: [],
  lastRun: null,
  nextRunDue: null,
  writing: null,
  heartbeats: [],
  mail: null,
  ledger: { entries: 0, head: null, archivedDays: 0 },
  troubles: [
    {
      severity: 'wrong' as const,
      code: 'NO_DATA',
      what: 'There is no lake here yet',
      remedy: 'Drop a cost export on the first page, or: spendlight ingest <files>',
    },
  ],
};

function lakePart(status: Status) {
  const { lake, lastRun, mail, ledger } = status;
  return {
    lake: {
      location: lake.location,
      version: lake.version,
      committedAt: lake.committedAt,
      simulated: lake.simulated,
      costMetric: lake.costMetric,
      reportingCurrency: lake.reportingCurrency,
      readable: true,
    },
    completeTo: status.completeTo ?? null,
    sources: status.sources.map(({ accounts, ...source }) => ({
      ...source,
      watermark: source.watermark ?? null,
      ageHours: source.ageHours ?? null,
      accounts: accounts.length,
    })),
    days: [...status.days],
    loads: status.loads.map((load) => ({ ...load, watermark: load.watermark ?? null })),
    lastRun:
      lastRun === undefined
        ? null
        : {
            run: lastRun.run,
            runDate: lastRun.runDate,
            startedAt: lastRun.startedAt,
            endedAt: lastRun.endedAt,
            outcome: lastRun.outcome,
            archivedDays: lastRun.archivedDays,
            problems: lastRun.problems.length,
          },
    nextRunDue: status.nextRunDue,
    writing: writingOf(status),
    heartbeats: status.heartbeats.map(({ kind, name, isFine, lastGood, lastBad, problem }) => ({
      ...{ kind, name, isFine },
      lastGood: lastGood ?? null,
      lastBad: lastBad ?? null,
      why: isFine ? null : (problem?.what ?? null),
    })),
    mail:
      mail === undefined
        ? null
        : {
            key: mail.key,
            state: mail.delivery?.state ?? null,
            heard: [...fatesOf(mail.key, status.recipients)],
          },
    ledger: {
      entries: ledger.entries,
      head: ledger.entries === 0 ? null : ledger.head,
      archivedDays: ledger.archivedDays,
    },
    troubles: status.troubles.map(({ severity, code, what, remedy }) => ({ severity, code, what, remedy })),
  };
}

function writingOf({ writing }: Status) {
  if (writing === undefined || writing.isGone) return null;
  const { command, host, pid, since } = writing;
  return { command, host, pid, since };
}
