import { Command } from 'commander';
import type { VerifyReport } from '../app/verify/report.ts';
import { dayOf } from '../core/calendar/billing-date.ts';
import { UserError } from '../core/errors/user-error.ts';
import type { Asker } from '../ports/engine.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Doors } from './doors.ts';

interface VerifyFlags {
  readonly deep: boolean;
  readonly anchor?: string;
  readonly repair: boolean;
}

/** Things that are told one by one to people; the rest is counted, and listed with `--json`. */
const TOLD = 20;

/** `verify`: proves the lake, or says what is wrong with it. */
export const verifyCommand = (doors: Doors): Command =>
  new Command('verify')
    .summary('prove the lake: every byte, every chain, every sum')
    .description(
      'Reads every object and compares its sha256, follows the chains of catalog and ledger, and compares the sums of\n' +
        'source, lines, rollup, archived Parquet, CSV and mail. Names the first thing that is wrong, then all others, and how\n' +
        'to mend each; ends with exit code 1 then. Changes nothing. Where GLUE_DATABASE is set, the tables of other engines\n' +
        'are compared, too; --repair mends these, and these alone.',
    )
    .option(
      '--deep',
      'add every sum up again from the lines, make every rollup and archived CSV again',
      false,
    )
    .option('--anchor <head>', 'check that a ledger head, as a digest printed it, is in the ledger')
    .option('--repair', 'mend what other engines see: partitions, and which loads count', false)
    .action(async ({ deep, anchor, repair }: VerifyFlags) => {
      const { verify } = await import('../app/verify/verify.ts');
      const { requiredTagKeys } = doors.settings();
      const [following, scratch] = [await doors.tables(), await doors.scratch()];
      const prove = (store: ObjectStore) =>
        verify(
          {
            ...{ store, scratch, progress: doors.progress, settings: { requiredTagKeys } },
            engine: () => doors.engine(),
            asker: () => addsUp(doors),
            tables: following && { ...following, today: dayOf(doors.clock.now()) },
          },
          { deep, anchor, repair },
        );
      if (repair && following === undefined) throw nothingToRepair();
      const lake = await doors.store();
      const report = repair ? await doors.turn(lake, 'verify', prove) : await prove(lake);
      doors.answer(() => asText(report), report);
      if (report.wrong > 0) doors.notFine();
    });

const nothingToRepair = (): UserError =>
  new UserError('USAGE', {
    what: 'No tables of other engines follow this lake, and nothing else is mended by verify',
    remedy:
      'Set GLUE_DATABASE for a lake on S3; for the lake itself, verify names the command that mends it.',
  });

/** Sums over the tables of the lake are the chosen engine's; archived files are read here, whatever was chosen. */
async function addsUp(doors: Doors): Promise<Asker> {
  const asker = await doors.asker();
  const { version: here } = await doors.engine();
  if (asker.kind !== 'duckdb') doors.log.info('engine.shared', { sums: asker.version, archive: here });
  return asker;
}

function asText(report: VerifyReport): string {
  const { lake, lakeVersion, ledger, objects, bytes, compared, notCompared, mended, findings, wrong } =
    report;
  return [
    `${lake}: lake version ${lakeVersion}, ledger of ${ledger.entries} entries`,
    `head ${ledger.head}`,
    '',
    ...findings
      .slice(0, TOLD)
      .flatMap(({ fault, key, what, expected, found, remedy }, i) => [
        `${i === 0 ? 'First wrong' : 'Also wrong'}: ${key}  (${fault})`,
        `  ${what}`,
        ...(expected === undefined ? [] : [`  expected  ${expected}`]),
        ...(found === undefined ? [] : [`  found     ${found}`]),
        `  do  ${remedy}`,
      ]),
    ...(wrong > TOLD ? [`and ${wrong - TOLD} more: spendlight verify --json lists them`] : []),
    ...(wrong > 0 ? [''] : []),
    ...mended.map((what) => `mended  ${what}`),
    `read  ${objects} objects, ${inMegabytes(bytes)}`,
    ...compared.map((what) => `same  ${what}`),
    ...notCompared.map((what) => `not compared  ${what}`),
    ...remarks(report),
    ...anchorLine(report),
    '',
    wrong === 0
      ? `Nothing is wrong${report.deep ? '; every sum was added up again' : ''}.`
      : `${wrong} ${wrong === 1 ? 'thing is' : 'things are'} wrong: ${Object.entries(report.wrongBy)
          .map(([fault, count]) => `${count} ${fault}`)
          .join(', ')}.`,
    '',
  ].join('\n');
}

const remarks = ({ remarks: { unproved, leftover, thinned, archived, unread } }: VerifyReport): string[] => [
  ...(archived.count === 0
    ? []
    : [
        `note  ${archived.count} objects lie in the archive tier: held against the checksum that was stored with them`,
      ]),
  ...(unread.count === 0
    ? []
    : [
        `note  ${unread.count} objects lie in the archive tier without a checksum, so nothing proves them before they are restored: ${unread.examples.join(', ')}`,
      ]),
  ...(unproved.count === 0
    ? []
    : [`note  ${unproved.count} objects of an older version carry no hash: ${unproved.examples.join(', ')}`]),
  ...(leftover.count === 0
    ? []
    : [
        `note  ${leftover.count} objects belong to no version, a load was stopped: ${leftover.examples.join(', ')}`,
      ]),
  ...(thinned.count === 0
    ? []
    : [`note  ${thinned.count} objects were removed by rule; their totals are kept`]),
];

const anchorLine = ({ anchor }: VerifyReport): string[] =>
  anchor?.entry === undefined
    ? []
    : [
        `same  the mailed head is that of ${anchor.entry === 0 ? 'the empty ledger' : `entry ${anchor.entry}, written ${anchor.at}`}`,
      ];

const inMegabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
