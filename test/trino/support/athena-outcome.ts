import type { ColumnInfo, StartQueryExecutionInput } from '@aws-sdk/client-athena';

/** What a statement gave, in Athena's words. */
export interface Outcome {
  readonly columns: readonly ColumnInfo[];
  readonly rows: readonly (readonly (string | null)[])[];
  readonly scannedBytes: number;
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

interface Page {
  readonly nextUri?: string;
  readonly columns?: readonly { readonly name: string; readonly type: string }[];
  readonly data?: readonly (readonly Json[])[];
  readonly error?: { readonly errorName: string; readonly errorType: string; readonly message: string };
  readonly stats?: { readonly physicalInputBytes?: number };
}

/** Runs a statement on Trino. @throws Error named as Trino's kind of error, with its reason */
export async function trinoSays(
  server: string,
  { QueryString = '', QueryExecutionContext }: Partial<StartQueryExecutionInput>,
  signal: AbortSignal,
  session: readonly string[] = [],
): Promise<Outcome> {
  const headers = {
    'X-Trino-Session': ['awsdatacatalog.timestamp_precision=MILLISECONDS', ...session].join(','),
    'X-Trino-User': 'athena',
    'X-Trino-Catalog': 'awsdatacatalog',
    'X-Trino-Schema': QueryExecutionContext?.Database ?? 'default',
    'X-Trino-Time-Zone': 'UTC',
    'X-Trino-Client-Capabilities': 'PARAMETRIC_DATETIME',
  };
  let columns: readonly ColumnInfo[] = [];
  const rows: (readonly (string | null)[])[] = [];
  let scannedBytes = 0;
  let answer = await fetch(`${server}/v1/statement`, { method: 'POST', body: QueryString, headers, signal });
  for (;;) {
    // Whole numbers beyond 2^53 as text: JSON.parse would round them.
    const json = (await answer.text()).replaceAll(/([[,])(-?\d{16,})(?=[,\]])/g, '$1"$2"');
    const page: Page = JSON.parse(json);
    if (page.columns !== undefined) columns = page.columns.map(infoOf);
    rows.push(...(page.data ?? []).map((row) => row.map(said)));
    scannedBytes = page.stats?.physicalInputBytes ?? scannedBytes;
    if (page.error !== undefined) {
      const error = new Error(`${page.error.errorName}: ${page.error.message}`);
      throw Object.assign(error, { name: page.error.errorType });
    }
    if (page.nextUri === undefined) return { columns, rows, scannedBytes };
    answer = await fetch(page.nextUri, { signal });
  }
}

function infoOf({ name, type }: { readonly name: string; readonly type: string }): ColumnInfo {
  const [, precision, scale] = /\((\d+)(?:, ?(\d+))?\)/.exec(type) ?? [];
  return {
    CatalogName: 'hive',
    SchemaName: '',
    TableName: '',
    Name: name,
    Label: name,
    Type: type.replace(/\([^)]*\)/, '').replace(/^(map|array|row)\b.*/, '$1'),
    Precision: Number(precision ?? 0),
    Scale: Number(scale ?? 0),
    Nullable: 'UNKNOWN',
    CaseSensitive: type.startsWith('varchar'),
  };
}

/** Athena prints maps and lists as Java does: `{a=1, b=2}`, `[1, 2]`. */
function said(value: Json): string | null {
  if (value === null) return null;
  if (Array.isArray(value)) return `[${value.map((item) => said(item) ?? 'null').join(', ')}]`;
  if (typeof value === 'object')
    return `{${Object.entries(value)
      .map(([key, item]) => `${key}=${said(item)}`)
      .join(', ')}}`;
  return String(value);
}

/** The object that Athena leaves with an answer. */
export function asAthenaSays({ columns, rows }: Outcome): string {
  const quoted = (value: string | null): string => (value === null ? '' : `"${value.replaceAll('"', '""')}"`);
  const lines = [columns.map(({ Name }) => Name ?? ''), ...rows].map((row) => row.map(quoted).join(','));
  return `${lines.join('\n')}\n`;
}
