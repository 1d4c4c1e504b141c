import { Command, Option } from 'commander';
import type { WatchRequest, WatchSeen } from '../app/watch/watch.ts';
import { UserError } from '../core/errors/user-error.ts';
import type { Doors } from './doors.ts';
import { ingestTools, wholeNumber } from './ingest.ts';

interface WatchFlags {
  readonly keep: boolean;
  readonly once: boolean;
  /** Seconds. */
  readonly interval: number;
  readonly source?: string;
  readonly allowShrink: boolean;
  readonly maxRejects: number;
}

/** `watch <folder>`: ingests what lands there, until it is told to stop. */
export const watchCommand = (doors: Doors): Command =>
  new Command('watch')
    .summary('ingest what lands in a folder, once it is complete')
    .description(
      'Ingests bills and event files that are put into a folder, and exports as soon as their manifest and all its files are\n' +
        'there. What was ingested is moved to done/, what cannot be to failed/, with the reason beside it. A file is complete\n' +
        'when it has not changed for a moment; move it into the folder in one step, or write it under a name that ends in .part\n' +
        'and rename it, to be certain. Ends at Ctrl-C, between two deliveries.',
    )
    .argument('<folder>', 'where deliveries are put')
    .addOption(new Option('--move', 'move ingested files to done/ (this is what it does)').conflicts('keep'))
    .option('--keep', 'leave ingested files where they are', false)
    .option('--once', 'end when everything that lies there has been dealt with', false)
    .option('--interval <seconds>', 'how often to look, where the system tells of no change', seconds, 1)
    .option('--source <id>', "whose bills they are (else the export's name, else made from the file's)")
    .option('--allow-shrink', 'load months that are smaller by a tenth or more', false)
    .option(
      '--max-rejects <rows>',
      'load the rest of a delivery with at most so many bad rows',
      wholeNumber,
      0,
    )
    .action(async (folder: string, flags: WatchFlags) => {
      const seen = await watchUntilStopped(doors, { folder, ...flags });
      doors.answer(() => asText(seen), seen);
      if (seen.failed > 0 || (flags.once && seen.waiting > 0)) doors.notFine();
    });

async function watchUntilStopped(
  doors: Doors,
  { folder, keep, once, interval, ...flags }: WatchFlags & Pick<WatchRequest, 'folder'>,
): Promise<WatchSeen> {
  const { watchFolder } = await import('../app/watch/watch.ts');
  const { ingest } = await import('../app/ingest.ts');
  const { watchHeart } = await import('../app/heart.ts');
  const stop = new AbortController();
  void doors.stopped().then(() => stop.abort());
  const tools = await ingestTools(doors);
  const request = {
    source: flags.source,
    format: 'auto',
    allow: { shrink: flags.allowShrink },
    maxRejects: flags.maxRejects,
  };
  const { clock, pause, log } = doors;
  const heart = watchHeart(tools, folder);
  const seen = await watchFolder(
    {
      engine: doors.engine,
      clock,
      pause,
      log,
      changes: await doors.folderChanges(folder),
      ingest: (paths) =>
        doors.turn(tools.store, 'watch', (store) => ingest({ ...tools, store }, { ...request, paths })),
      alive: heart.alive,
      stop: stop.signal,
    },
    { folder, after: keep ? 'keep' : 'move', once, intervalMs: interval * 1_000 },
  );
  await heart.ended();
  return seen;
}

const asText = ({ ingested, unchanged, failed, waiting, lakeVersion }: WatchSeen): string =>
  `Ingested ${ingested}, in the lake before ${unchanged}, failed ${failed}, waiting ${waiting}; lake version ${lakeVersion}.\n`;

function seconds(text: string): number {
  const value = Number(text);
  if (/^\d{1,4}(\.\d{1,3})?$/.test(text) && value >= 0.1) return value;
  throw new UserError('USAGE', {
    what: `"${text}" is no number of seconds`,
    remedy: 'Write a number from 0.1 to 9999, for example --interval 5.',
  });
}
