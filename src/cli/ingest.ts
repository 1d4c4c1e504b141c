import { Command } from 'commander';
import type { IngestDoors } from '../app/ingest-doors.ts';
import { moment } from '../core/calendar/moment.ts';
import { UserError } from '../core/errors/user-error.ts';
import type { Doors } from './doors.ts';
import { ingestAsJson, ingestAsText } from './ingest-answer.ts';

interface IngestFlags {
  readonly source?: string;
  readonly format: string;
  /** Milliseconds since 1970. */
  readonly deliveredAt?: number;
  readonly accounts?: string;
  readonly allowShrink: boolean;
  readonly maxRejects: number;
}

/** `ingest <files or manifests>`: brings deliveries into the lake. */
export const ingestCommand = (doors: Doors): Command =>
  new Command('ingest')
    .summary('bring cost exports into the lake')
    .description(
      'Brings in exports of AWS (FOCUS, CUR 2.0, legacy CUR), Azure, Google Cloud, Oracle and others: files, folders or\n' +
        'manifests. A newer delivery of a month replaces the older one; an equal one changes nothing.',
    )
    .argument('<path...>', 'files, folders or manifests; also s3://bucket/key or s3://bucket/prefix')
    .option('--source <id>', "whose bill it is (else the export's name, else made from the file's)")
    .option('--format <format>', 'auto, focus, cur2, events or mapping:FILE', 'auto')
    .option(
      '--delivered-at <time>',
      'when loose files were delivered: the newer delivery of a month stays',
      moment,
    )
    .option('--accounts <file>', 'import this account map first')
    .option('--allow-shrink', 'load a month that is smaller by a tenth or more', false)
    .option('--max-rejects <rows>', 'load the rest when at most so many rows are bad', wholeNumber, 0)
    .action((paths: readonly string[], flags: IngestFlags) => ingestPaths(doors, paths, flags));

async function ingestPaths(doors: Doors, paths: readonly string[], flags: IngestFlags): Promise<void> {
  const { ingest } = await import('../app/ingest.ts');
  const tools = await ingestTools(doors);
  const request = {
    paths,
    source: flags.source,
    format: flags.format,
    deliveredAt: flags.deliveredAt === undefined ? undefined : new Date(flags.deliveredAt).toISOString(),
    allow: { shrink: flags.allowShrink },
    maxRejects: flags.maxRejects,
    accounts: flags.accounts,
  };
  const report = await doors.turn(tools.store, 'ingest', (store) => ingest({ ...tools, store }, request));
  const [worst, ...others] = [...report.refused].sort((a, b) => b.error.exit - a.error.exit);
  // A single refusal says all there is to say; it is thrown below.
  if (report.deliveries.length > 0 || others.length > 0 || doors.json())
    doors.answer(() => ingestAsText(report), ingestAsJson(report));
  if (worst !== undefined) throw worst.error;
}

/** What ingesting works with; `watch` ingests, too. */
export const ingestTools = async (doors: Doors): Promise<IngestDoors> => {
  const store = await doors.store();
  return {
    engine: await doors.engine(),
    atScale: doors.atScale(store),
    store,
    clock: doors.clock,
    random: doors.random,
    progress: doors.progress,
    log: doors.log,
    settings: doors.settings(),
    scratch: await doors.scratch(),
    outside: doors.outside,
  };
};

export function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UserError('USAGE', {
    what: `"${text}" is not a number of rows`,
    remedy: 'Write a whole number, for example --max-rejects 10.',
  });
}
