import { decimal, type Environment, matching, settingInvalid, text, url } from './config-values.ts';
import { ATHENA_USD_PER_TB } from './core/query-cost/query-cost.ts';

export interface AthenaSettings {
  readonly workgroup: string;
  /** How old an earlier answer to the same text may be to be given again; 0: none is. */
  readonly reuseMinutes: number;
  /** Dollars a terabyte read, as decimal text. */
  readonly usdPerTb: string;
  /** A delivery of more bytes is ingested there, where the engine is not said. */
  readonly fromBytes: number;
}

export interface TrinoSettings {
  /** `http://host:port`, without user and password. */
  readonly server: string;
  readonly user: string;
  readonly password: string | undefined;
  readonly catalog: string;
  readonly schema: string;
  /** Where Trino finds the lake; undefined: at the lake's own address. */
  readonly lake: string | undefined;
}

/**
 * Measured: twenty million lines in 1.2 GB of Parquet take five minutes on two busy cores, with 2.1 GB of memory and 2 GB of
 * disk; forty million take thirteen, and a function of Lambda has fifteen.
 */
const FROM = '1GB';
const BYTES: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9, TB: 1e12 };

/** Athena gives no answer again that is older than a week. */
const REUSE_MINUTES_MAX = 10_080;

export function athenaSettings(env: Environment): AthenaSettings {
  const name = 'ATHENA_RESULT_REUSE_MINUTES';
  const means = `whole minutes from 0 to ${REUSE_MINUTES_MAX}`;
  const reuse = matching(env, name, /^\d{1,5}$/, means) ?? '60';
  if (Number(reuse) > REUSE_MINUTES_MAX) throw settingInvalid(name, reuse, means);
  const from =
    matching(env, 'ATHENA_FROM', /^[1-9]\d{0,5}(MB|GB|TB)$/, 'a size of Parquet such as 1GB') ?? FROM;
  return {
    fromBytes: Number(from.slice(0, -2)) * (BYTES[from.slice(-2)] ?? 1),
    workgroup:
      matching(env, 'ATHENA_WORKGROUP', /^[\w.-]{1,128}$/, 'the name of a workgroup of Athena') ?? 'finops',
    reuseMinutes: Number(reuse),
    usdPerTb: decimal(env, 'ATHENA_USD_PER_TB') ?? ATHENA_USD_PER_TB,
  };
}

export function trinoSettings(env: Environment): TrinoSettings | undefined {
  const identifier = /^[a-z_][a-z0-9_]{0,127}$/;
  const [catalog, schema] = [
    matching(env, 'TRINO_CATALOG', identifier, 'the name of a catalog of Trino') ?? 'hive',
    matching(env, 'TRINO_SCHEMA', identifier, 'the name of a schema of Trino') ?? 'finops_db',
  ];
  const address = url(env, 'TRINO_URL', ['https:', 'http:']);
  if (address === undefined) return undefined;
  const { origin, username, password } = new URL(address);
  return {
    server: origin,
    user: username === '' ? 'spendlight' : decodeURIComponent(username),
    password: password === '' ? undefined : decodeURIComponent(password),
    catalog,
    schema,
    lake: text(env, 'TRINO_LAKE')?.replace(/\/+$/, ''),
  };
}
