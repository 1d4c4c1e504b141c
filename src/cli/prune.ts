import { Command } from 'commander';
import type { PrunedFile, PruneReport } from '../app/prune.ts';
import type { Doors } from './doors.ts';
import { asTable } from './shape.ts';

/** `prune`: removes what the lake need not keep. */
export const pruneCommand = (doors: Doors): Command =>
  new Command('prune')
    .summary('remove superseded deliveries that have thinned out, and files that nothing names')
    .description(
      'Of superseded versions the last of each UTC day is kept for 45 days; of the others the totals are kept for ever.\n' +
        'Files that no version of the lake has named for 7 days (of killed loads) go, too. Archive, ledger, history, receipts\n' +
        'and what you decided are never touched. Look first: --dry-run changes nothing.',
    )
    .option('--dry-run', 'only tell what would go', false)
    .action(async ({ dryRun }: { readonly dryRun: boolean }) => {
      const { prune } = await import('../app/prune.ts');
      const { openLake } = await import('../lake/lake.ts');
      const { clock, log, progress, run } = doors;
      const lake = await doors.store();
      await openLake(lake); // where there is none, a turn would make its folder
      const report = dryRun
        ? await prune({ store: lake, clock, log, progress, run }, { dryRun })
        : await doors.turn(lake, 'prune', (store) => prune({ store, clock, log, progress, run }, { dryRun }));
      doors.answer(() => asText(report), report);
    });

function asText({ dryRun, files, bytes, waiting, keptVersions, lakeVersion }: PruneReport): string {
  const later =
    waiting.length === 0
      ? []
      : [
          `${count(waiting.length)} no version names (since ${waiting[0]?.since.slice(0, 10)}); they go after 7 days.`,
        ];
  const kept = `${keptVersions.length} of ${lakeVersion} versions are kept for --as-of; of all others the totals are, for ever.`;
  if (files.length === 0) return `${['Nothing is to be removed.', ...later, kept].join('\n')}\n`;
  return [
    asTable(['what', 'why', 'files', 'bytes'], groupsOf(files), ['left', 'left', 'right', 'right']),
    `${dryRun ? 'Would remove' : 'Removed'} ${count(files.length)}, ${bytes} bytes.`,
    ...later,
    kept,
    '',
  ].join('\n');
}

const count = (files: number): string => (files === 1 ? '1 file' : `${files} files`);

/** Files of one thing on one line. */
function groupsOf(files: readonly PrunedFile[]): readonly (readonly string[])[] {
  const groups = new Map<string, { readonly file: PrunedFile; files: number; bytes: number }>();
  for (const file of files) {
    const group = groups.get(`${file.about} ${file.why}`) ?? { file, files: 0, bytes: 0 };
    group.files += 1;
    group.bytes += file.bytes;
    groups.set(`${file.about} ${file.why}`, group);
  }
  return [...groups.values()].map(({ file, files: n, bytes }) => [
    file.about,
    file.why,
    String(n),
    String(bytes),
  ]);
}
