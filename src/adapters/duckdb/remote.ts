import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { UserError } from '../../core/errors/user-error.ts';
import { name, type Sql, sql } from '../../sql/sql.ts';
import { firstLine } from './failures.ts';

/** Keys of an AWS identity. */
export interface RemoteKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  /** Absent: they do not run out. */
  readonly expiration?: Date | undefined;
}

/** How S3 is reached. */
export interface S3Access {
  readonly region: string;
  /** Another service than AWS's own, by path and not by host name. */
  readonly endpoint: string | undefined;
  readonly kmsKeyId: string | undefined;
  /** The keys as they are now, renewed by themselves shortly before they run out; `renewed`: new ones, where there are any. */
  keys(options?: { readonly renewed: boolean }): Promise<RemoteKeys>;
}

/** What the engine needs for `s3://` addresses. */
export interface RemoteOf {
  /** Folder in which the extension lies, as the user set it. */
  readonly extensions: string | undefined;
  readonly clock: { now(): number };
  /** Asked for at the first `s3://` address. */
  readonly access: () => Promise<S3Access>;
}

/** Keeps a database ready for the addresses it is given. */
export interface Remote {
  /** Remembers that addresses such as these will be read or written. */
  expect(uris: readonly string[]): void;
  /** Loads the extension and renews the keys, as far as needed; to be called before each statement. */
  ready(): Promise<void>;
}

/** A statement that begins with keys that last less than this gets new ones: it may run for long. */
const KEYS_LAST_MS = 15 * 60_000;

/** Eight attempts of each request, as the store makes: pauses of 0.1, 0.2 … 6.4 seconds. */
const PATIENCE = [
  sql`SET GLOBAL http_retries = 7`,
  sql`SET GLOBAL http_retry_wait_ms = 100`,
  sql`SET GLOBAL http_retry_backoff = 2`,
];

export const isRemote = (uri: string): boolean => /^s3:\/\//i.test(uri);

/** One for all connections of a database; local addresses cost nothing. */
export function remote(
  of: RemoteOf | undefined,
  version: string,
  connect: () => Promise<DuckDBConnection>,
): Remote {
  let isUsed = false;
  let loaded: Promise<S3Access> | undefined;
  let given: RemoteKeys | undefined;
  let oldest: RemoteKeys | undefined;
  let last: Promise<void> = Promise.resolve();

  const load = async (): Promise<S3Access> => {
    const file = await extensionFile(of?.extensions, version);
    await statements(connect, [sql`LOAD ${file}`, ...PATIENCE], (error) => notLoadable(file, version, error));
    return (await of?.access()) ?? Promise.reject(new Error('this engine was opened without a way to S3'));
  };
  const renew = async (): Promise<void> => {
    loaded ??= load().catch((error: unknown) => {
      loaded = undefined;
      isUsed = false; // until the next such address
      throw error;
    });
    const s3 = await loaded;
    let keys = await s3.keys();
    const until = keys.expiration?.getTime() ?? Number.POSITIVE_INFINITY;
    const endSoon = until - (of?.clock.now() ?? 0) < KEYS_LAST_MS;
    if (endSoon && isOther(keys, oldest)) {
      oldest = keys; // where nobody has newer ones, they are asked for once
      keys = await s3.keys({ renewed: true });
    }
    if (!isOther(keys, given)) return;
    await statements(
      connect,
      [secretOf(s3, keys)],
      (error) => new Error('DuckDB refuses the keys', { cause: error }),
    );
    given = keys;
  };
  return {
    expect(uris) {
      isUsed ||= uris.some(isRemote);
    },
    ready() {
      if (!isUsed) return Promise.resolve();
      last = last.then(renew, renew);
      return last;
    },
  };
}

const isOther = (keys: RemoteKeys, before: RemoteKeys | undefined): boolean =>
  keys.accessKeyId !== before?.accessKeyId ||
  keys.secretAccessKey !== before.secretAccessKey ||
  keys.sessionToken !== before.sessionToken;

async function statements(
  connect: () => Promise<DuckDBConnection>,
  all: readonly Sql[],
  failed: (error: unknown) => Error,
): Promise<void> {
  const connection = await connect();
  try {
    for (const { text } of all) await connection.run(text);
  } catch (error) {
    throw failed(error);
  } finally {
    connection.closeSync();
  }
}

function secretOf({ region, endpoint, kmsKeyId }: S3Access, keys: RemoteKeys): Sql {
  const url = endpoint === undefined ? undefined : new URL(endpoint);
  const path = url?.pathname.replace(/\/+$/, '') ?? '';
  const more = [
    keys.sessionToken === undefined ? sql`` : sql`, SESSION_TOKEN ${keys.sessionToken}`,
    kmsKeyId === undefined ? sql`` : sql`, KMS_KEY_ID ${kmsKeyId}`,
    url === undefined
      ? sql``
      : sql`, ENDPOINT ${url.host + path}, URL_STYLE 'path', USE_SSL ${name(String(url.protocol === 'https:'))}`,
  ];
  return sql`CREATE OR REPLACE SECRET spendlight (TYPE s3, PROVIDER config, KEY_ID ${keys.accessKeyId},
    SECRET ${keys.secretAccessKey}, REGION ${region}${more[0] ?? sql``}${more[1] ?? sql``}${more[2] ?? sql``})`;
}

const FILE = 'httpfs.duckdb_extension';

/** The extension in the folder itself, or as its Python wheel and DuckDB's own folders lay it out. */
async function extensionFile(folder: string | undefined, version: string): Promise<string> {
  if (folder === undefined) throw missing('SPENDLIGHT_DUCKDB_EXTENSIONS is not set', version);
  const below = [
    '',
    version,
    join('extensions', version),
    join('duckdb_extension_httpfs', 'extensions', version),
  ];
  for (const path of below.map((part) => join(folder, part, FILE))) {
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  // DuckDB keeps a folder for each kind of machine below that of its version.
  const kinds = await readdir(join(folder, version)).catch(() => []);
  for (const path of kinds.map((kind) => join(folder, version, kind, FILE))) {
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  throw missing(`${FILE} of ${version} is not in ${folder}`, version);
}

function missing(why: string, version: string, cause?: unknown): UserError {
  const plain = version.replace(/^v/, '');
  return new UserError(
    'ENGINE_EXTENSION_MISSING',
    {
      what: `The embedded engine cannot read or write S3: ${why}`,
      remedy: `Get it: pip install --no-deps --target ./duckdb-extensions duckdb-extension-httpfs==${plain}; then set SPENDLIGHT_DUCKDB_EXTENSIONS=./duckdb-extensions`,
    },
    { cause },
  );
}

const notLoadable = (file: string, version: string, error: unknown): UserError =>
  missing(
    `${file} cannot be loaded: ${firstLine(error instanceof Error ? error.message : String(error))}`,
    version,
    error,
  );
