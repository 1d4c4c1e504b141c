import { Command } from 'commander';
import { dayOf } from '../core/calendar/billing-date.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { DEMO_LAKE, madeDemo } from './demo.ts';
import type { Doors } from './doors.ts';
import { dailyRunBy, mailSentence } from './run.ts';
import { PORT, portNumber, serveUntilStopped } from './serve.ts';

/** `start`: from nothing to a digest. Uses the lake that there is, else makes a demo. */
export const startCommand = (doors: Doors): Command =>
  new Command('start')
    .summary('the first digest and the dashboard: of your lake, else of a simulated organisation')
    .description(
      'Uses the lake of --lake or SPENDLIGHT_LAKE, or ./lake where it holds data; otherwise a simulated organisation is\n' +
        `written into ${DEMO_LAKE} first. Then the daily run is done, its digest is printed, and the dashboard is served\n` +
        'until Ctrl-C. With --no-serve, or --json, it ends after the digest.',
    )
    .option('--no-serve', 'end after the digest')
    .option('--port <port>', 'where the dashboard listens; 0 takes any port that is free', portNumber, PORT)
    .action((flags: StartFlags) => start(doors, flags));

interface StartFlags {
  readonly serve: boolean;
  readonly port: number;
}

async function start(doors: Doors, flags: StartFlags): Promise<void> {
  const { openLakeIfAny } = await import('../lake/lake.ts');
  const own = await doors.store();
  const isOwn = doors.settings().lake !== undefined || (await openLakeIfAny(own)) !== undefined;
  const store = isOwn ? own : await doors.store(DEMO_LAKE);
  const inLake: Doors = {
    ...doors,
    store: async (location) => (location === undefined ? store : doors.store(location)),
  };
  if (!isOwn) await demoOnce(inLake, store);
  const report = await dailyRunBy(inLake, { resend: false });
  const { digest, problems } = report;
  const text = digest.text ?? (await keptText(store, digest.mailKey));
  const ending = () =>
    [
      text.trimEnd(),
      '',
      `${mailSentence(digest)}`,
      ...(digest.csvKey === undefined ? [] : [`The CSV of ${digest.headline}: ${store.uri(digest.csvKey)}`]),
      `The mail: ${digest.where ?? store.uri(digest.mailKey)}`,
      `The lake: ${store.location}${isOwn ? '' : ` (simulated; your own bill: spendlight ingest <files>)`}`,
      '',
    ].join('\n');
  doors.answer(ending, { ...report, lake: store.location });
  if (problems.length > 0) doors.notFine();
  if (!flags.serve || doors.json()) return;
  await doors.closeEngine(); // its memory is wanted for answers now
  await serveUntilStopped(inLake, { port: flags.port }, (address) =>
    doors.print(`The dashboard: ${address}  (Ctrl-C ends it)\n`),
  );
}

/** A demo that was killed is made again and goes on as it began; one that was made is used as it is. */
async function demoOnce(doors: Doors, store: ObjectStore): Promise<void> {
  const { demoState } = await import('../app/demo.ts');
  if ((await demoState(store)) === 'made') return;
  doors.log.info('demo.begun', { lake: store.location, day: dayOf(doors.clock.now()) });
  await madeDemo(doors);
}

/** The text twin of a mail that an earlier run of this day sent. */
async function keptText(store: ObjectStore, key: string): Promise<string> {
  const { textOfMail } = await import('../delivery/message/read-mail.ts');
  const bytes = await store.get(key);
  return bytes === undefined ? '' : textOfMail(bytes);
}
