import { NO_QUERIES, type QueryCost, together } from '../../core/query-cost/query-cost.ts';
import type { Cell, ColumnDef, Row } from '../../ports/engine.ts';
import { trinoFailure, trinoUnreachable } from './failures.ts';
import type { Answered, StatementRunner } from './runner.ts';

/** Where statements go, and as whom. */
export interface TrinoOf {
  /** `http://host:port` of the coordinator. */
  readonly server: string;
  readonly user: string;
  /** For a server that asks for one; over https. */
  readonly password?: string | undefined;
  readonly catalog: string;
  readonly schema: string;
}

/** One page of Trino's client protocol. */
interface Page {
  readonly nextUri?: string;
  readonly columns?: readonly { readonly name: string; readonly type: string }[];
  readonly data?: readonly (readonly Json[])[];
  readonly error?: { readonly errorName: string; readonly errorType: string; readonly message: string };
  readonly stats?: { readonly physicalInputBytes?: number };
}
type Json = Cell | readonly Json[] | { readonly [key: string]: Json };

/** A Trino server. Statements run in UTC, with moments to the microsecond. */
export function trinoRunner(of: TrinoOf): StatementRunner {
  const closing = new AbortController();
  let cost: QueryCost = NO_QUERIES;
  async function* pages(text: string): AsyncGenerator<Answered> {
    let scannedBytes = 0;
    try {
      for await (const page of protocol(of, text, closing.signal)) {
        scannedBytes = Math.max(scannedBytes, page.scannedBytes);
        yield page;
      }
    } finally {
      cost = together(cost, { ...NO_QUERIES, queries: 1, scannedBytes });
    }
  }
  return {
    kind: 'trino',
    version: `Trino at ${new URL(of.server).host}`,
    schema: of.schema,
    statementBytesMax: undefined,
    pages,
    run: (text) => wholeOf(pages(text)),
    async carryOut(text) {
      await wholeOf(pages(text));
    },
    cost: () => cost,
    async close() {
      closing.abort();
    },
  };
}

/** All pages as one answer. */
export async function wholeOf(pages: AsyncIterable<Answered>): Promise<Answered> {
  const rows: Row[] = [];
  let columns: readonly ColumnDef[] = [];
  let scannedBytes = 0;
  for await (const page of pages) {
    for (const row of page.rows) rows.push(row); // a page may hold more than a call takes arguments
    columns = page.columns;
    scannedBytes = Math.max(scannedBytes, page.scannedBytes);
  }
  return { columns, rows, scannedBytes };
}

async function* protocol(of: TrinoOf, text: string, until: AbortSignal): AsyncGenerator<Answered> {
  let columns: readonly ColumnDef[] = [];
  let types: readonly string[] = [];
  let next: string | undefined;
  try {
    let page = await pageOf(of, until, `${of.server}/v1/statement`, text);
    for (;;) {
      next = page.nextUri;
      if (page.error !== undefined) throw trinoFailure(page.error, text);
      if (page.columns !== undefined) {
        types = page.columns.map(({ type }) => type);
        columns = page.columns.map(({ name, type }) => ({ name, type: plainType(type) }));
      }
      yield {
        columns,
        rows: (page.data ?? []).map((row): Row => row.map((value, i) => cell(value, types[i] ?? ''))),
        scannedBytes: page.stats?.physicalInputBytes ?? 0,
      };
      if (next === undefined) return;
      page = await pageOf(of, until, next);
    }
  } finally {
    // Trino goes on with a statement that nobody asks about any more, unless it is told to stop.
    if (next !== undefined)
      await fetch(next, { method: 'DELETE', headers: headers(of) }).catch(() => undefined);
  }
}

const headers = ({ user, password, catalog, schema }: TrinoOf): Record<string, string> => ({
  'X-Trino-User': user,
  'X-Trino-Catalog': catalog,
  'X-Trino-Schema': schema,
  'X-Trino-Time-Zone': 'UTC',
  'X-Trino-Client-Capabilities': 'PARAMETRIC_DATETIME',
  ...(password === undefined
    ? {}
    : { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` }),
});

/** `body` begins a statement; without one the next page of a statement is asked for. */
async function pageOf(of: TrinoOf, signal: AbortSignal, url: string, body?: string): Promise<Page> {
  const asked = body === undefined ? {} : { method: 'POST', body };
  const response = await fetch(url, { ...asked, headers: headers(of), signal }).catch((error) => {
    throw trinoUnreachable(of.server, error, signal.aborted);
  });
  const text = await response.text();
  if (!response.ok)
    throw trinoUnreachable(of.server, `HTTP ${response.status}: ${text.slice(0, 200)}`, false);
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
    if (type.startsWith('timestamp')) return withoutNeedlessZeros(value);
    if (type === 'double' || type === 'real') return Number(value);
    return value;
  }
  return JSON.stringify(value);
}

/** `10:00:00.500000` → `10:00:00.5`; a moment on the second has no fraction. */
export const withoutNeedlessZeros = (moment: string): string => moment.replace(/\.0+$|(\.\d*?)0+$/, '$1');
