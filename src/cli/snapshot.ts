import { rename, writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { type BillingDate, billingDate } from '../core/calendar/billing-date.ts';
import type { Doors } from './doors.ts';

interface SnapshotFlags {
  readonly date?: BillingDate;
  readonly out?: string;
}

/** `snapshot`: the executives' page. */
export const snapshotCommand = (doors: Doors): Command =>
  new Command('snapshot')
    .summary('one page for executives, as PDF')
    .description(
      'Writes one page of A4: sentence, figures, the month against plan and budget, lights by OU, top movers and proof.\n' +
        'It is kept in the lake; the same day asked again on the same date and lake version gives the same bytes.',
    )
    .option('--date <date>', 'billing day, UTC (default: the latest complete day)', billingDate)
    .option('--out <file>', 'where to write it (default: named after the day, in this folder)')
    .action(async ({ date, out }: SnapshotFlags) => {
      const { snapshot } = await import('../app/snapshot.ts');
      const { clock } = doors;
      const tools = { engine: await doors.asker(), store: await doors.store(), clock, asOf: doors.asOf() };
      const page = await snapshot({ ...tools, settings: doors.settings() }, date);
      const { pdf, day, lakeVersion, key, fileName } = page;
      const file = out ?? fileName;
      await whole(file, pdf);
      doors.answer(
        () =>
          `${day ?? 'No complete day'}, lake version ${lakeVersion}: ${file}${key === undefined ? '' : ` (kept as ${key})`}\n`,
        { file, day, lakeVersion, key, bytes: pdf.length },
      );
    });

/** Who opens `file` sees all of it or what was there before. */
async function whole(file: string, bytes: Uint8Array): Promise<void> {
  const draft = `${file}.part`;
  await writeFile(draft, bytes);
  await rename(draft, file);
}
