import type { ObjectStore } from '../ports/object-store.ts';
import { accountText, type LISTED, type Listed } from '../sql/public/current-loads.ts';
import type { LakeFile, LakeState, Load, LoggedFile } from './catalog-types.ts';
import { filesOf } from './history-log.ts';
import { readAccounts, readBudgets, readRates } from './inputs.ts';
import { CURRENT_LOADS_KEY } from './keys.ts';
import { type Lake, ouLevelOf } from './lake.ts';
import { judgedUntil } from './pin.ts';
import { readSelfChecked, selfChecked } from './self-checked.ts';
import { type FolderPlace, folderPlace } from './tables.ts';

/** Counts up when what the object says, or how, becomes another: then an older one is written again. */
const PROJECTION = 1;

type RowOf<L extends Listed> = Readonly<Record<(typeof LISTED)[L][number]['name'], unknown>>;

/** A load that counts, as other engines read it. */
export interface CurrentLoad extends RowOf<'loads'> {
  readonly billing_period: string;
  readonly source: string;
  /** Folders of its lines and its rollup (`load=…`); null where it has no such file. */
  readonly lines: string | null;
  readonly costs: string | null;
  readonly events: boolean;
  readonly excluded: readonly string[];
}

/** The one object that says to other engines what counts: one line of JSON, the one row of the table `current_loads`. */
export interface CurrentLoads {
  readonly projection: number;
  readonly lake_version: number;
  readonly committed_at: string;
  readonly accounts_version: number;
  readonly budgets_version: number;
  readonly rates_version: number;
  readonly rules_version: string;
  readonly reporting_currency: string;
  readonly ou_level: number;
  readonly judged_until: string;
  readonly loads: readonly CurrentLoad[];
  readonly verdicts: readonly RowOf<'verdicts'>[];
  readonly commits: readonly RowOf<'commits'>[];
  readonly accounts: readonly RowOf<'accounts'>[];
  readonly budgets: readonly RowOf<'budgets'>[];
  readonly rates: readonly RowOf<'rates'>[];
}

/** What there is under the key of `current_loads`, with the token to replace it by. */
export interface StoredLoads {
  readonly bytes: Uint8Array;
  readonly etag: string;
  /** Undefined where it is not what a program like this one wrote: damaged, or of another projection. */
  readonly value: CurrentLoads | undefined;
}

/** The object as it is now; undefined where there is none. */
export async function readCurrentLoads(store: ObjectStore): Promise<StoredLoads | undefined> {
  const head = await store.head(CURRENT_LOADS_KEY); // before its content: a content of later can only make the etag too old
  const bytes = head && (await store.get(CURRENT_LOADS_KEY));
  return head && bytes && { bytes, etag: head.etag, value: readable(bytes) };
}

function readable(bytes: Uint8Array): CurrentLoads | undefined {
  try {
    const value = readSelfChecked<CurrentLoads>(bytes, CURRENT_LOADS_KEY);
    return value.projection === PROJECTION ? value : undefined;
  } catch {
    return undefined; // what is damaged is written again
  }
}

/** The bytes of the object at `state`: equal states give equal bytes. */
export async function currentLoads(lake: Lake, state: LakeState): Promise<Uint8Array> {
  const { inputs } = state;
  const [accounts, budgets, rates, restated] = await Promise.all([
    readAccounts(lake, inputs.accounts),
    readBudgets(lake, inputs.budgets),
    readRates(lake, inputs.rates),
    filesOf(lake.store, state.history.restatements),
  ]);
  const value: CurrentLoads = {
    projection: PROJECTION,
    lake_version: state.version,
    committed_at: moment(state.committedAt),
    accounts_version: inputs.accounts,
    budgets_version: inputs.budgets,
    rates_version: inputs.rates,
    rules_version: String(inputs.rules),
    reporting_currency: lake.identity.reportingCurrency,
    ou_level: ouLevelOf(lake, state),
    judged_until: judgedUntil(state),
    loads: state.loads.map((load) => currentLoad(load, state)),
    verdicts: state.verdicts.flatMap(({ month, files }) =>
      files.map(({ key }) => ({ month, file: fileName(key) })),
    ),
    commits: restated.map(commitOf),
    accounts: accounts.map((a) => ({
      account_id: a.accountId,
      account_name: a.accountName ?? null,
      ou_path: a.ouPath,
      ou_id: a.ouId ?? null,
      payer_account_id: a.payerAccountId ?? null,
      status: a.status ?? null,
      valid_from: a.validFrom ?? null,
      valid_until: a.validUntil ?? null,
      tags: JSON.stringify(a.tags),
    })),
    budgets: budgets.map((b) => ({
      scope_type: b.scopeType,
      scope: b.scope,
      period: b.period,
      amount: b.amount,
      currency: b.currency,
      valid_from: b.validFrom ?? null,
      owner_email: b.ownerEmail ?? null,
    })),
    rates: rates.map((r) => ({
      currency: r.currency,
      valid_from: r.validFrom ?? null,
      valid_until: r.validUntil ?? null,
      rate: r.rate,
    })),
  };
  return selfChecked(value);
}

/** Partitions that the files of a state lie in, and that the one who wrote `known` had not registered. */
export async function newPlaces(
  { store }: Pick<Lake, 'store'>,
  state: LakeState,
  known: CurrentLoads | undefined,
): Promise<readonly FolderPlace[]> {
  const since = known?.lake_version ?? 0;
  const history = await Promise.all(
    [state.history.restatements, state.history.arrivals].map((log) =>
      // What the segments list is older than what is recent: nearly always all of it is known.
      log.recent.some(({ version }) => version <= since) ? log.recent : filesOf(store, log),
    ),
  );
  const before = new Set(known === undefined ? [] : placesIn(known));
  const files = [
    ...state.loads.flatMap(({ lines, rollup }) => [...lines, ...rollup.files]),
    ...state.verdicts.flatMap((month) => month.files),
    ...history.flat().filter(({ version }) => version > since),
  ];
  return placesOf(files).filter((place) => !before.has(nameOf(place)));
}

/** The partitions that files lie in, each once, in the order of the files. */
export function placesOf(files: readonly Pick<LakeFile, 'key'>[]): readonly FolderPlace[] {
  const places = new Map<string, FolderPlace>();
  for (const { key } of files) {
    const place = folderPlace(key);
    if (place !== undefined) places.set(nameOf(place), place);
  }
  return [...places.values()];
}

const nameOf = ({ table, values }: Pick<FolderPlace, 'table' | 'values'>): string =>
  [table, ...values].join('/');

function placesIn({ loads, verdicts }: CurrentLoads): readonly string[] {
  return [
    ...loads.flatMap(({ billing_period: period, source, lines, costs }) => [
      `cost_lines_loads/${period}/${source}/${lines}`,
      `daily_costs_loads/${period}/${source}/${costs}`,
    ]),
    ...verdicts.map(({ month }) => `verdicts_months/${String(month)}`),
  ];
}

function currentLoad(load: Load, { exclusions }: LakeState): CurrentLoad {
  const { source, billingPeriod } = load;
  return {
    billing_period: billingPeriod,
    source,
    lines: folderOf(load.lines),
    costs: folderOf(load.rollup.files),
    events: load.format === 'events',
    excluded: exclusions
      .filter((excluded) => excluded.source === source && excluded.billingPeriod === billingPeriod)
      .map(({ billingAccountId, subAccountId }) => accountText(billingAccountId, subAccountId)),
  };
}

/** The last part of a partition: which load, which rollup. A load's files lie in one folder. */
const folderOf = (files: readonly LakeFile[]): string | null =>
  placesOf(files.slice(0, 1))[0]?.values.at(-1) ?? null;

const commitOf = ({ key, committedAt }: LoggedFile): RowOf<'commits'> => ({
  lake_version: placesOf([{ key }])[0]?.values[0] ?? null,
  file: fileName(key),
  committed_at: moment(committedAt),
});

const fileName = (key: string): string => key.slice(key.lastIndexOf('/') + 1);

/** `YYYY-MM-DD HH:MM:SS.mmm`, as SQL reads it. */
const moment = (iso: string): string => iso.slice(0, 23).replace('T', ' ');
