import { rename, writeFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import type { ArchiveGetOf } from '../app/archive.ts';
import type { Replay } from '../app/archive-replay.ts';
import { type BillingDate, billingDate } from '../core/calendar/billing-date.ts';
import { UserError } from '../core/errors/user-error.ts';
import { exactText } from '../core/money/money.ts';
import type { Artefact, ArtefactKind } from '../lake/artefacts.ts';
import type { Doors } from './doors.ts';
import { reading } from './program.ts';
import { asTable } from './shape.ts';

const KINDS: readonly ArtefactKind[] = ['csv', 'parquet', 'mail', 'snapshot'];

/** `archive list|get|replay`: what was archived, every version of it, and a day made again as it was known. */
export const archiveCommand = (doors: Doors): Command =>
  reading(
    new Command('archive')
      .summary('every version of what was archived; a day made again as it was known')
      .addCommand(listCommand(doors))
      .addCommand(getCommand(doors))
      .addCommand(replayCommand(doors)),
  );

const listCommand = (doors: Doors): Command =>
  new Command('list')
    .summary(
      'CSV, Parquet, mails and pages, every version: when, from which lake version, who replaced what and why',
    )
    .option('--day <date>', 'only what is about this billing day', billingDate)
    .action(async ({ day }: { readonly day?: BillingDate }) => {
      const { archiveList } = await import('../app/archive.ts');
      const found = await archiveList(await doors.store(), day);
      doors.answer(() => listAsText(found), found);
    });

interface GetFlags {
  readonly what: ArtefactKind;
  readonly out?: string;
}

const getCommand = (doors: Doors): Command =>
  new Command('get')
    .summary('one version of an artefact, byte for byte')
    .description(
      'What lies in an archive tier of S3 is asked for: the answer says when to come back, with exit code 1.\n' +
        'ARCHIVE_RESTORE_TIER says how fast that is to go.',
    )
    .argument('<day or key>', 'a billing day, or a key as archive list names it')
    .addOption(new Option('--what <what>', 'of a day').choices(KINDS).default('csv'))
    .option('--version <number>', 'as archive list counts (default: the newest)')
    .option('--out <file>', 'write it there instead of stdout (Parquet and PDF always need it)')
    .action(async (text: string, { what, out }: GetFlags, command: Command) => {
      const version = versionIn(command);
      const { archiveFetch } = await import('../app/archive.ts');
      const of: ArchiveGetOf['of'] = /^\d{4}-\d{2}-\d{2}$/.test(text)
        ? { day: billingDate(text), kind: what }
        : { key: text };
      const speed = doors.settings().archiveRestoreSpeed;
      const tools = { store: await doors.store(), clock: doors.clock, speed };
      const { artefact, bytes } = await archiveFetch(tools, { of, version });
      await put(doors, artefact, bytes, out);
    });

interface ReplayFlags {
  readonly asNow?: boolean;
  readonly out?: string;
}

const replayCommand = (doors: Doors): Command =>
  new Command('replay')
    .summary('makes CSV and figures of an archived day again as they were known')
    .description(
      'Takes lines, accounts, rates, rules and budgets of the lake version that the ledger names for the day, and compares the\n' +
        'CSV byte for byte with the archived one; ends with exit code 1 where they differ. Mails and pages are named as kept.',
    )
    .argument('<day>', 'an archived billing day', billingDate)
    .option('--version <number>', 'of the archived CSV, as archive list counts (default: the newest)')
    .option('--as-now', 'from the newest lake version instead: what the day is known to be now')
    .option('--out <file>', 'write the CSV there')
    .action(async (day: BillingDate, { asNow, out }: ReplayFlags, command: Command) => {
      const { archiveReplay } = await import('../app/archive-replay.ts');
      const tools = { engine: await doors.asker(), store: await doors.store(), clock: doors.clock };
      const knowledge = asNow === true ? 'now' : 'then';
      const replay = await archiveReplay(
        { ...tools, settings: doors.settings() },
        { day, version: versionIn(command), knowledge },
      );
      if (out !== undefined) await whole(out, replay.csv.bytes);
      const { bytes: _, ...csv } = replay.csv;
      doors.answer(() => replayAsText(replay, knowledge), { ...replay, csv });
      if (knowledge === 'then' && !csv.isIdentical) doors.notFine();
    });

async function put(
  doors: Doors,
  { key, kind, version }: Artefact,
  bytes: Uint8Array,
  out: string | undefined,
) {
  if (out !== undefined) {
    await whole(out, bytes);
    const where = { key, version, file: out, bytes: bytes.length };
    doors.answer(() => `${key}, version ${version}: ${out}, ${bytes.length} bytes\n`, where);
    return;
  }
  if (kind === 'parquet' || kind === 'snapshot') {
    throw new UserError('USAGE', {
      what: 'Parquet and PDF are not for a terminal',
      remedy: 'Name a file: --out FILE',
    });
  }
  doors.print(new TextDecoder().decode(bytes));
}

/** Who opens `file` sees all of it or what was there before. */
async function whole(file: string, bytes: Uint8Array): Promise<void> {
  const draft = `${file}.part`;
  await writeFile(draft, bytes);
  await rename(draft, file);
}

const listAsText = (found: readonly Artefact[]): string =>
  found.length === 0
    ? 'Nothing is archived here: spendlight run archives every complete day.\n'
    : asTable(
        ['day', 'what', 'version', 'written', 'lake version', 'why', 'run', 'key'],
        found.map(({ day, kind, version, isNewest, at, lakeVersion, why, run, key }) => [
          day ?? '–',
          kind,
          `${version}${isNewest ? '' : ' (replaced)'}`,
          `${at.slice(0, 16).replace('T', ' ')} UTC`,
          String(lakeVersion),
          why,
          run ?? '–',
          key,
        ]),
        ['left', 'left', 'left', 'left', 'right'],
      );

function replayAsText(
  { day, lakeVersion, versions, moment, csv, archived, figures, kept }: Replay,
  knowledge: 'then' | 'now',
) {
  const { accounts, rates, rules, budgets } = versions;
  const same = csv.isIdentical ? 'byte for byte the archived CSV' : 'NOT the archived CSV';
  return [
    `${day} ${knowledge === 'then' ? 'as known' : 'as it is now,'} ${moment.slice(0, 16).replace('T', ' ')} UTC, lake version ${lakeVersion}`,
    `made from accounts ${accounts}, rates ${rates}, rules ${rules}, budgets ${budgets}`,
    '',
    `CSV        ${csv.rows} rows, ${exactText(csv.total)} ${csv.total.currency}: ${same}`,
    `archived   ${exactText(archived.total)} ${archived.total.currency}, version ${archived.version}, entry ${archived.entry} of the ledger, lake version ${archived.lakeVersion}`,
    ...(figures === undefined
      ? ['figures    none: it was no complete day then, or other months of that version are thinned out']
      : [
          `day        ${exactText(figures.total)}`,
          `month      ${exactText(figures.monthToDate)} to date, budget ${figures.budget === undefined ? 'none' : exactText(figures.budget)}${figures.light === undefined ? '' : `, ${figures.light}`}`,
          `rules      ${figures.spikes} spikes, tag score ${figures.tagScore === undefined ? 'none' : `${Math.round(figures.tagScore * 1000) / 10} %`}`,
        ]),
    ...kept.map(
      ({ kind, key, version, at }) =>
        `${kind.padEnd(11)}${key}, version ${version}, ${at.slice(0, 16).replace('T', ' ')} UTC`,
    ),
    '',
  ].join('\n');
}

/** The whole program has an option of that name, too, which takes the number on its way here. */
function versionIn(command: Command): number | undefined {
  const { version } = command.optsWithGlobals<{ readonly version?: string }>();
  return version === undefined ? undefined : Number(version);
}
