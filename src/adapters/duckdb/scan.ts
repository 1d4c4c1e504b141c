import type { ScanOf } from '../../ports/engine.ts';

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const list = (files: readonly string[]): string => `[${files.map(quoted).join(', ')}]`;

/** DuckDB's reader for files from outside. CSV comes as text: nothing is guessed about types. */
export function reader({ format, files, delimiter = ',' }: ScanOf): string {
  return format === 'parquet'
    ? `read_parquet(${list(files)}, hive_partitioning = false, union_by_name = true)`
    : `read_csv(${list(files)}, all_varchar = true, header = true, delim = ${quoted(delimiter)}, quote = '"',
        escape = '"', nullstr = '', auto_detect = true, sample_size = 1, strict_mode = true, union_by_name = true)`;
}
