import type { Cell, ColumnDef, Row } from '../../ports/engine.ts';

/** Where statements go, and as whom. */
export interface TrinoOf {
  /** `http://host:port` of the coordinator. */
  readonly server: string;
  readonly user: string;
  readonly catalog: string;
  readonly schema: string;
}

/** What a statement gave, and what it cost. */
export interface Answered {
  readonly columns: readonly ColumnDef[];
  readonly rows: Row[];
  /** Bytes read from files. */
  readonly scannedBytes: number;
}

/** What Trino said against a statement. */
class TrinoError extends Error {
  readonly errorName: string;
  constructor(errorName: string, message: string, statement: string) {
    super(`${errorName}: ${message}\n${statement.slice(0, 2_000)}`);
    this.errorName = errorName;
  }
}

/** One page of Trino's client protocol. */
interface Page {
  readonly nextUri?: string;
  readonly columns?: readonly { readonly name: string; readonly type: string }[];
  readonly data?: readonly (readonly Json[])[];
  readonly error?: { readonly errorName: string; readonly message: string };
  readonly stats?: { readonly physicalInputBytes?: number };
}
type Json = Cell | readonly Json[] | { readonly [key: string]: Json };

/**
 * Runs one statement, UTC, timestamps to the microsecond, and gives its pages as they are ready.
 * @throws TrinoError where Trino refuses it
 */
export async function* pages(
  { server, user, catalog, schema }: TrinoOf,
  text: string,
): AsyncGenerator<Answered> {
  let columns: readonly ColumnDef[] = [];
  let types: readonly string[] = [];
  let page = await pageOf(
    await fetch(`${server}/v1/statement`, {
      method: 'POST',
      body: text,
      headers: {
        'X-Trino-User': user,
        'X-Trino-Catalog': catalog,
        'X-Trino-Schema': schema,
        'X-Trino-Time-Zone': 'UTC',
        'X-Trino-Client-Capabilities': 'PARAMETRIC_DATETIME',
      },
    }),
  );
  for (;;) {
    if (page.error !== undefined) throw new TrinoError(page.error.errorName, page.error.message, text);
    if (page.columns !== undefined) {
      types = page.columns.map(({ type }) => type);
      columns = page.columns.map(({ name, type }) => ({ name, type: plainType(type) }));
    }
    yield {
      columns,
      rows: (page.data ?? []).map((row): Row => row.map((value, i) => cell(value, types[i] ?? ''))),
      scannedBytes: page.stats?.physicalInputBytes ?? 0,
    };
    if (page.nextUri === undefined) return;
    page = await pageOf(await fetch(page.nextUri));
  }
}

/** Runs one statement to its end. @throws TrinoError where Trino refuses it */
export async function statement(of: TrinoOf, text: string): Promise<Answered> {
  const rows: Row[] = [];
  let columns: readonly ColumnDef[] = [];
  let scannedBytes = 0;
  for await (const page of pages(of, text)) {
    rows.push(...page.rows);
    columns = page.columns;
    scannedBytes = Math.max(scannedBytes, page.scannedBytes);
  }
  return { columns, rows, scannedBytes };
}

async function pageOf(response: Response): Promise<Page> {
  const text = await response.text();
  if (!response.ok) throw new TrinoError(`HTTP_${response.status}`, text.slice(0, 200), '');
  return JSON.parse(quoteLongNumbers(text));
}

/** Whole numbers beyond 2^53 as text, which JSON.parse would round. */
export const quoteLongNumbers = (json: string): string =>
  json.replaceAll(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (found) =>
    /^-?\d{16,}$/.test(found) && !Number.isSafeInteger(Number(found)) ? `"${found}"` : found,
  );

/** Types as our schema spells them: without the precision of moments. */
const plainType = (type: string): string =>
  type
    .replace(/^timestamp\(\d+\).*/, 'timestamp')
    .replace(/^varchar\(\d+\)/, 'varchar')
    .replaceAll(', ', ',');

/** A value of Trino as the port's cell: moments without needless zeros, maps and lists as JSON text. */
function cell(value: Json, type: string): Cell {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') return value;
  if (typeof value === 'string') {
    if (type.startsWith('timestamp')) return value.replace(/\.0+$|(\.\d*?)0+$/, '$1');
    if (type === 'double' || type === 'real') return Number(value);
    return value;
  }
  return JSON.stringify(value);
}
