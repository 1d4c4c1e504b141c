import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command, Option } from 'commander';
import { type BillingDate, billingDate, days } from '../core/calendar/billing-date.ts';
import { UserError } from '../core/errors/user-error.ts';
import type { ColumnDef, Engine, Row } from '../ports/engine.ts';
import type { Doors } from './doors.ts';
import { asJson, asObjects } from './shape.ts';

interface Table {
  readonly columns: readonly ColumnDef[];
  readonly rows: readonly Row[];
}

interface BreakdownFlags {
  readonly from: BillingDate;
  readonly to: BillingDate;
  readonly format: 'csv' | 'json' | 'parquet';
  readonly out?: string;
}

/** `breakdown`: cost per day, OU, service and account. */
export const breakdownCommand = (doors: Doors): Command =>
  new Command('breakdown')
    .summary('the consolidated breakdown of a range of days')
    .description(
      'Prints BillingDate, OU, Service, LinkedAccount, DailyCost of every day from --from to --to.',
    )
    .requiredOption('--from <date>', 'first billing day, UTC', billingDate)
    .requiredOption('--to <date>', 'last billing day, inclusive', billingDate)
    .addOption(
      new Option('--format <format>', 'how to write it').choices(['csv', 'json', 'parquet']).default('csv'),
    )
    .option('--out <file>', 'write it there instead of stdout (Parquet always needs it)')
    .action((flags: BreakdownFlags) => breakdown(doors, flags));

async function breakdown(doors: Doors, { from, to, format: asked, out }: BreakdownFlags): Promise<void> {
  const app = await import('../app/breakdown.ts');
  const format = doors.json() ? 'json' : asked;
  const period = days(from, to);
  const tellWhyEmpty = async (): Promise<void> =>
    doors.log.warn('answer.empty', { why: await app.whyNoRows(source, period) });
  const source = { engine: await doors.asker(), store: await doors.store() };
  if (format === 'parquet') {
    if (out === undefined) throw needsFile();
    let rows = 0;
    await whole(out, async (draft) => {
      rows = await app.breakdownAsParquet({ ...source, engine: await writing(doors) }, period, draft);
    });
    if (rows === 0) await tellWhyEmpty();
    return;
  }
  let bytes = 0;
  const pieces = counted(
    format === 'csv' ? app.breakdownAsCsv(source, period) : jsonOf(app.breakdownAsRows(source, period)),
    (more) => {
      bytes += more;
    },
  );
  if (out === undefined) {
    for await (const piece of pieces) doors.print(piece);
  } else {
    await whole(out, (draft) => pipeline(Readable.from(pieces), createWriteStream(draft)));
  }
  if (bytes <= EMPTY_BYTES) await tellWhyEmpty();
}

/** As long as the header of the CSV; an empty list is shorter. */
const EMPTY_BYTES = 'BillingDate,OU,Service,LinkedAccount,DailyCost\n'.length;

async function* counted(
  pieces: AsyncGenerator<string>,
  onPiece: (length: number) => void,
): AsyncGenerator<string> {
  for await (const piece of pieces) {
    onPiece(piece.length);
    yield piece;
  }
}

async function* jsonOf(table: Promise<Table>): AsyncGenerator<string> {
  const { columns, rows } = await table;
  yield `${asJson(asObjects(columns, rows))}\n`;
}

/** Who reads `file` sees all of it or what was there before. */
async function whole(file: string, write: (draft: string) => Promise<unknown>): Promise<void> {
  const draft = `${file}.part`;
  await write(draft);
  await rename(draft, file);
}

/** Parquet is written by the embedded engine, from its own answer. @throws UserError `ENGINE_UNFIT` where another one is to answer */
async function writing(doors: Doors): Promise<Engine> {
  const asker = await doors.asker();
  if (asker.kind === 'duckdb') return doors.engine();
  throw new UserError('ENGINE_UNFIT', {
    what: `${asker.version} answers, and writes no file on this machine`,
    remedy: 'Ask for --format csv or json, or leave --engine out.',
  });
}

const needsFile = (): UserError =>
  new UserError('USAGE', {
    what: 'Parquet is not for a terminal',
    remedy: 'Name a file: --format parquet --out breakdown.parquet',
  });
