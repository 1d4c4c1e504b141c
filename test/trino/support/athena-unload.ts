// UNLOAD as Athena's manual has it, carried out by Trino as a table that is made and dropped, whose files stay.
import { randomUUID } from 'node:crypto';
import type { StartQueryExecutionInput } from '@aws-sdk/client-athena';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { clientOf } from '../../aws/support/buckets.ts';
import { type Outcome, trinoSays } from './athena-outcome.ts';

type Input = Partial<StartQueryExecutionInput>;

/** `UNLOAD (SELECT …) TO 's3://…/' WITH (property = 'value', …)`. */
export interface Unload {
  readonly select: string;
  readonly location: string;
  readonly properties: Readonly<Record<string, string>>;
}

export const isUnload = ({ QueryString = '' }: Input): boolean => /^\s*UNLOAD\b/i.test(QueryString);

/** The properties that the manual names, and the values for Parquet. */
const PROPERTIES: Readonly<Record<string, RegExp>> = {
  format: /^PARQUET$/i,
  compression: /^(GZIP|LZ4|NONE|SNAPPY|ZSTD)$/i,
  compression_level: /^\d+$/,
};

/** @throws Error for what the grammar of the manual does not have */
export function parsedUnload(text: string): Unload {
  const found = /^\s*UNLOAD\s*\(([\s\S]*)\)\s*TO\s*'(s3:\/\/[^']+)'\s*WITH\s*\(([^()]*)\)\s*$/i.exec(text);
  const [, select = '', location = '', list = ''] = found ?? [];
  if (found === null || !/^\s*(SELECT|WITH)\b/i.test(select)) throw refused(`this is no UNLOAD: ${text}`);
  if (!location.endsWith('/')) throw refused(`${location} is no folder`);
  const pairs = list.split(',').map((pair): [string, string] => {
    const [, name = '', value = ''] = /^\s*(\w+)\s*=\s*'([^']*)'\s*$/.exec(pair) ?? [];
    if (PROPERTIES[name.toLowerCase()]?.test(value) !== true)
      throw refused(`${pair} is no property of UNLOAD`);
    return [name.toLowerCase(), value];
  });
  const properties = Object.fromEntries(pairs);
  if (properties.format === undefined) throw refused('the format is missing');
  return { select, location, properties };
}

/** Writes what the statement selects. @throws Error as Athena refuses it: also where the folder holds anything */
export async function unloaded(
  { emulator, server }: { readonly emulator: string; readonly server: string },
  input: Input,
  signal: AbortSignal,
): Promise<Outcome> {
  const { select, location, properties } = parsedUnload(input.QueryString ?? '');
  const [, Bucket = '', Prefix = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(location) ?? [];
  const client = clientOf(emulator);
  const { KeyCount = 0 } = await client.send(new ListObjectsV2Command({ Bucket, Prefix }));
  client.destroy();
  if (KeyCount > 0)
    throw refused(`HIVE_PATH_ALREADY_EXISTS: Target directory for table already exists: ${location}`);
  const table = `unload_${randomUUID().replaceAll('-', '')}`;
  const says = (QueryString: string) =>
    trinoSays(server, { ...input, QueryString }, signal, [
      `awsdatacatalog.compression_codec=${properties.compression ?? 'GZIP'}`,
    ]);
  const { scannedBytes } = await says(
    `CREATE TABLE ${table} WITH (external_location = '${location}', format = 'PARQUET') AS ${select}`,
  );
  await says(`DROP TABLE ${table}`);
  return { columns: [], rows: [], scannedBytes };
}

const refused = (message: string): Error => Object.assign(new Error(message), { name: 'USER_ERROR' });
