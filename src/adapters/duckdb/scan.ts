import type { ScanOf } from '../../ports/engine.ts';

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const list = (files: readonly string[]): string => `[${files.map(quoted).join(', ')}]`;

/** DuckDB's reader for files from outside. CSV comes as text: nothing is guessed about types, quotes or headers. */
export function reader(of: ScanOf): string {
  return of.format === 'parquet'
    ? `read_parquet(${list(of.files)}, hive_partitioning = false, union_by_name = true)`
    : csvReader(of);
}

function csvReader({ files, delimiter = ',', columns = [], compression = 'none' }: ScanOf): string {
  const types = columns.map((column) => `${quoted(column)}: 'VARCHAR'`);
  // A line may be as long as a bill with many tags makes it; the default of 2 MB per line is kept.
  return `read_csv(${list(files)}, columns = {${types.join(', ')}}, header = true, delim = ${quoted(delimiter)}, quote = '"',
    escape = '"', compression = ${quoted(compression)}, nullstr = ['', 'NULL', 'null'], allow_quoted_nulls = false,
    auto_detect = false, strict_mode = true)`;
}
