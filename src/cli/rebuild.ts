import { Command } from 'commander';
import type { RebuildReport } from '../app/rebuild/rebuild.ts';
import type { Doors } from './doors.ts';

interface RebuildFlags {
  readonly dryRun: boolean;
  readonly only?: string;
}

/** `rebuild`: what is derived is made again from what is backed up. */
export const rebuildCommand = (doors: Doors): Command =>
  new Command('rebuild')
    .summary('make what is lost or damaged again from raw/, state/ and ledger/')
    .description(
      'Looks at every file that a version of the lake names, by its hash, and makes those again that are lost or damaged:\n' +
        'the catalog from its copy in ledger/, lines from raw/, rollups, verdicts and history from these. Under the same\n' +
        'keys, with the same rows and sums; what is whole is not touched. Ends with exit code 1 where something stays lost.',
    )
    .option('--dry-run', 'only tell what would be made again', false)
    .option('--only <text>', 'only objects with this in their key: a key, a load, billing_period=2026-11')
    .action(async ({ dryRun, only }: RebuildFlags) => {
      const { rebuild, refuseNothing } = await import('../app/rebuild/rebuild.ts');
      const { clock, random, progress, log, run } = doors;
      const tools = {
        engine: await doors.engine(),
        clock,
        random,
        progress,
        log,
        run,
        settings: doors.settings(),
      };
      const [lake, scratch] = [await doors.store(), await doors.scratch()];
      await refuseNothing(lake); // a turn would make the folder
      const work = (store: typeof lake) => rebuild({ ...tools, store, scratch }, { dryRun, only });
      const report = dryRun ? await work(lake) : await doors.turn(lake, 'rebuild', work);
      doors.answer(() => asText(report), report);
      if (report.lost.length > 0) doors.notFine();
    });

function asText({ dryRun, catalog, checked, made, changed, lost }: RebuildReport): string {
  const again = [...catalog, ...made];
  return [
    ...again.map((key) => `+ ${key}`),
    ...lost.flatMap(({ key, why, remedy }) => [`! ${key}: ${why}`, `  do  ${remedy}`]),
    ...(dryRun && catalog.length > 0 ? ['The other files are looked at once the catalog is whole.'] : []),
    `${count(checked, 'file')} looked at, ${count(again.length, 'object')} ${dryRun ? 'would be made again' : 'made again'}` +
      `${changed.length === 0 ? '' : ` (${changed.length} with other bytes, the same rows and sums)`}, ${lost.length} lost.`,
    '',
  ].join('\n');
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
