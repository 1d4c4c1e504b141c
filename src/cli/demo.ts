import { Command, InvalidArgumentError, Option } from 'commander';
import type { DemoReport, DemoRequest } from '../app/demo.ts';
import type { Doors } from './doors.ts';

/** Where a demo goes unless a lake is named: never into the lake of real bills. */
export const DEMO_LAKE = './lake-demo';

const EVENTS_FOLDER = './events-demo';

interface DemoFlags {
  readonly days?: number;
  readonly seed: number;
  readonly accounts?: number;
  readonly linesPerDay?: number;
  readonly export: 'focus' | 'cur2';
  readonly deliveriesPerDay?: '1' | '3';
  /** True without a folder. */
  readonly events?: string | true;
}

/** `demo`: a simulated organisation, written as AWS would and brought in like a real bill. */
export const demoCommand = (doors: Doors): Command =>
  new Command('demo')
    .summary('a simulated organisation to look around in')
    .description(
      'Writes the exports of a simulated organisation (accounts, OUs, tags, budgets, incidents) and brings them in like real ' +
        `ones, into ${DEMO_LAKE} unless --lake names another folder. The same seed gives the same lines on every machine.`,
    )
    .option('--days <n>', 'at least so many days (400; of events 45)', whole)
    .option('--seed <n>', 'another seed is another organisation', whole, 1)
    .option('--accounts <n>', 'how many accounts (60)', whole)
    .option('--lines-per-day <n>', 'about how many lines a day', whole)
    .addOption(
      new Option('--export <table>', 'what AWS is to write').choices(['focus', 'cur2']).default('focus'),
    )
    .addOption(
      new Option(
        '--deliveries-per-day <n>',
        'so many a day in the newest month, instead of a handful',
      ).choices(['1', '3']),
    )
    .option(
      '--events [folder]',
      `write cost events into this folder (${EVENTS_FOLDER}) and no lake: for "watch"`,
    )
    .action((flags: DemoFlags) => (flags.events === undefined ? demo(doors, flags) : events(doors, flags)));

async function demo(doors: Doors, flags: DemoFlags): Promise<void> {
  const report = await madeDemo(doors, flags);
  doors.answer(
    () =>
      `A simulated organisation of ${report.accounts} accounts, ${report.from} to ${report.newestComplete}, lies in the lake: ` +
      `${report.lines} lines in ${report.deliveries} deliveries, lake version ${report.lakeVersion}.\n` +
      `Incidents that were put into it: ${report.incidents}, told in ${report.labels}\n`,
    report,
  );
}

async function events(doors: Doors, flags: DemoFlags): Promise<void> {
  const { writeDemoEvents } = await import('../app/demo-events.ts');
  const { clock, progress } = doors;
  const report = await writeDemoEvents(
    { engine: await doors.engine(), clock, progress },
    {
      folder: typeof flags.events === 'string' ? flags.events : EVENTS_FOLDER,
      days: flags.days ?? 45,
      seed: flags.seed,
      accounts: flags.accounts ?? 12,
      linesPerDay: flags.linesPerDay ?? 300,
    },
  );
  doors.answer(
    () =>
      `${report.events} simulated events of ${report.from} to ${report.to} lie in ${report.folder}, in ${report.files} files` +
      `${report.kept === 0 ? '' : `; ${report.kept} were there already`}.\n`,
    report,
  );
}

/** Makes the demo lake with the command's tools; `start` calls it, too. */
export async function madeDemo(doors: Doors, flags: Partial<DemoFlags> = {}): Promise<DemoReport> {
  const { makeDemo } = await import('../app/demo.ts');
  const scratch = await doors.scratch();
  const lake = await doors.store(doors.settings().lake ?? DEMO_LAKE);
  const tools = {
    engine: await doors.engine(),
    exports: await doors.store(await doors.scratch()),
    clock: doors.clock,
    random: doors.random,
    progress: doors.progress,
    log: doors.log,
    settings: doors.settings(),
    scratch,
  };
  const request: DemoRequest = {
    days: flags.days ?? 400,
    seed: flags.seed ?? 1,
    accounts: flags.accounts,
    linesPerDay: flags.linesPerDay,
    table: flags.export ?? 'focus',
    deliveriesPerDay:
      flags.deliveriesPerDay === undefined ? undefined : flags.deliveriesPerDay === '3' ? 3 : 1,
  };
  return doors.turn(lake, 'demo', (store) => makeDemo({ ...tools, store }, request));
}

function whole(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Write a whole number above 0.');
}
