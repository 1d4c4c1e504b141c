import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { bareDuckDb, quoted } from '../harness/duckdb.ts';
import { bill, csvBill, dimensions } from './bill.ts';

/** Where a set of bench data lies, and how large it is. */
export interface BenchData {
  readonly folder: string;
  readonly lines: number;
}

const FOLDER = '.bench';
/** A change of the bills makes new data. */
const VERSION = 1;
/** CSV is five times as slow to read and to write; more of it would tell nothing new. */
const CSV_LINES_MAX = 1_500_000;
const MONTHS = Array.from({ length: 13 }, (_, i) => {
  const month = 8 + i; // 2024-09 … 2025-09
  return `${2024 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
});
const LAST_MONTH = '2025-09';

export const benchData = (lines: number): BenchData => ({
  folder: resolve(FOLDER, `v${VERSION}-${lines}`),
  lines,
});

/** One month of all lines. */
export const monthFiles = ({ folder }: BenchData): string[] => [join(folder, 'month', 'bill.parquet')];
/** All lines over 13 months, a file a month, each in a folder of its own as a delivery. */
export const yearFiles = ({ folder }: BenchData): string[] =>
  MONTHS.map((month) => join(folder, 'year', month, 'bill.parquet'));
export const csvFiles = ({ folder }: BenchData): string[] => [join(folder, 'csv', 'bill.csv.gz')];
export const csvLines = ({ lines }: BenchData): number => Math.min(lines, CSV_LINES_MAX);
export const accountsFile = ({ folder }: BenchData): string => join(folder, 'accounts.csv');
export const scratchOf = ({ folder }: BenchData): string => join(folder, 'scratch');

/** Makes the data once; what is there already stays. */
export async function prepare(data: BenchData): Promise<void> {
  const { lines } = data;
  await mkdir(data.folder, { recursive: true });
  await writeFile(accountsFile(data), accounts());
  const perMonth = Math.round(lines / MONTHS.length);
  await written(monthFiles(data)[0] ?? '', lines, bill({ month: `${LAST_MONTH}-01`, lines }), PARQUET, data);
  for (const [i, file] of yearFiles(data).entries()) {
    const select = bill({ month: `${MONTHS[i] ?? LAST_MONTH}-01`, lines: perMonth });
    await written(file, perMonth, select, PARQUET, data);
  }
  const csv = { month: `${LAST_MONTH}-01`, lines: csvLines(data) };
  await written(csvFiles(data)[0] ?? '', csv.lines, csvBill(csv), CSV, data);
}

/** As AWS writes: Snappy. */
const PARQUET = '(FORMAT parquet, COMPRESSION snappy)';
const CSV = '(FORMAT csv, HEADER true, COMPRESSION gzip)';

async function written(
  file: string,
  lines: number,
  select: string,
  how: string,
  data: BenchData,
): Promise<void> {
  if (existsSync(file)) return;
  process.stderr.write(`  making ${file}\n`);
  await mkdir(join(file, '..'), { recursive: true });
  await bareDuckDb({ memory: '6GB', scratch: scratchOf(data) }, async (connection) => {
    await connection.run(dimensions(lines));
    await connection.run(`COPY (${select}) TO ${quoted(`${file}.draft`)} ${how}`);
  });
  await rename(`${file}.draft`, file);
  await rm(scratchOf(data), { recursive: true, force: true });
}

/** The 60 accounts of the bills in 12 OUs. */
function accounts(): string {
  const rows = Array.from({ length: 60 }, (_, account) => {
    const id = `2${String(account * 7919).padStart(11, '0')}`;
    return `${id},account-${account},Division ${account % 12}/Team ${account % 5}`;
  });
  return ['account_id,account_name,ou_path', ...rows, ''].join('\n');
}
