import { UserError } from '../core/errors/user-error.ts';
import type {
  Exclusion,
  History,
  InputObjects,
  InputVersions,
  LakeChange,
  LakeState,
  Load,
  Renewed,
  VerdictMonth,
} from './catalog-types.ts';
import { historyAfter, NO_HISTORY, type Segments } from './history-log.ts';
import { damaged, readSelfChecked } from './self-checked.ts';

/** The format of `lake.json` and of the catalog that this program writes and reads. */
export const LAKE_FORMAT = 1;

/** One commit as it lies in the catalog: what changed, chained to the bytes of the commit before. */
export interface CatalogEntry {
  readonly format: number;
  readonly version: number;
  /** sha256 (hex) of the previous version's bytes; null for version 1. */
  readonly previous: string | null;
  /** ISO 8601 UTC; never before the previous version's. */
  readonly committedAt: string;
  readonly change: EntryChange;
  /** Segments that list the oldest files of a log from now on. */
  readonly segments?: Segments;
}

/** A change as stored: exclusions as a difference, because all of them can be many. */
type EntryChange =
  | {
      readonly kind: 'loads';
      readonly added: readonly Load[];
      readonly removed: readonly string[];
      readonly exclusions: { readonly added: readonly Exclusion[]; readonly removed: readonly string[] };
      readonly renewed?: readonly Renewed[];
      readonly history?: History;
    }
  | Exclude<LakeChange, { kind: 'loads' }>;

/** The whole state at a version, so that opening reads few commits. */
export interface Checkpoint {
  readonly format: number;
  /** sha256 (hex) of the bytes of the version that `state` is. */
  readonly sha256: string;
  readonly state: LakeState;
}

/** A lake in which nothing was committed. Rules start with version 1; of the other inputs there are none yet. */
export const emptyState = (createdAt: string): LakeState => ({
  version: 0,
  committedAt: createdAt,
  loads: [],
  exclusions: [],
  inputs: { accounts: 0, budgets: 0, rates: 0, rules: 1 },
  inputObjects: {},
  verdicts: [],
  history: NO_HISTORY,
});

/** What an entry is made of besides the state that it follows. */
export interface EntryOf {
  readonly previous: string | null;
  readonly change: LakeChange;
  /** ISO 8601; a clock that went back does not take committedAt with it. */
  readonly now: string;
  readonly segments?: Segments;
}

/** The entry that turns `base` into the next version. */
export function entryOf(base: LakeState, { previous, change, now, segments = {} }: EntryOf): CatalogEntry {
  return {
    format: LAKE_FORMAT,
    version: base.version + 1,
    previous,
    committedAt: now > base.committedAt ? now : base.committedAt,
    change:
      change.kind === 'loads'
        ? { ...change, exclusions: difference(base.exclusions, change.exclusions) }
        : change,
    ...(Object.keys(segments).length === 0 ? {} : { segments }),
  };
}

/** The state after `entry`. */
export function applied(state: LakeState, entry: CatalogEntry): LakeState {
  const { version, committedAt, change } = entry;
  const next = { ...state, version, committedAt, history: historyAfter(state, entry) };
  switch (change.kind) {
    case 'loads': {
      const removed = new Set(change.removed);
      return {
        ...next,
        loads: [...state.loads.filter((load) => !removed.has(load.id)), ...change.added]
          .map((load) => ofAge(load, change.renewed))
          .sort(byPlace),
        exclusions: patched(state.exclusions, change.exclusions),
      };
    }
    case 'inputs': {
      const rollups = new Map(change.rollups.map(({ load, rollup }) => [load, rollup]));
      return {
        ...next,
        inputs: { ...state.inputs, ...change.inputs },
        inputObjects: inputObjectsAfter(state, change),
        loads: state.loads.map((load) => ({ ...load, rollup: rollups.get(load.id) ?? load.rollup })),
        verdicts: judgedAnew(state.verdicts, change.months ?? []),
      };
    }
    case 'verdicts':
      return { ...next, verdicts: judgedAnew(state.verdicts, change.months) };
  }
}

function judgedAnew(before: readonly VerdictMonth[], anew: readonly VerdictMonth[]): readonly VerdictMonth[] {
  const months = new Set(anew.map(({ month }) => month));
  return [...before.filter(({ month }) => !months.has(month)), ...anew].sort((a, b) =>
    a.month < b.month ? -1 : 1,
  );
}

/** @throws UserError `LAKE_DAMAGED` naming the object, `LAKE_NEWER_FORMAT` */
export function decodedEntry(bytes: Uint8Array, version: number, place: string): CatalogEntry {
  const entry = decoded<CatalogEntry>(bytes, place);
  if (
    entry.version !== version ||
    typeof entry.committedAt !== 'string' ||
    entry.change?.kind === undefined
  ) {
    throw damaged(place, `it does not hold version ${version}`);
  }
  return entry;
}

/** @throws UserError `LAKE_DAMAGED` naming the object, `LAKE_NEWER_FORMAT` */
export function decodedCheckpoint(bytes: Uint8Array, version: number, place: string): Checkpoint {
  const checkpoint = decoded<Checkpoint>(bytes, place);
  if (checkpoint.state?.version !== version || typeof checkpoint.sha256 !== 'string') {
    throw damaged(place, `it does not hold version ${version}`);
  }
  const { inputObjects = {}, history = NO_HISTORY } = checkpoint.state;
  return { ...checkpoint, state: { ...checkpoint.state, inputObjects, history } };
}

/** A JSON object of a format that this program knows. @throws UserError `LAKE_DAMAGED` naming the object, `LAKE_NEWER_FORMAT` */
export function decoded<T extends { readonly format: number }>(bytes: Uint8Array, place: string): T {
  // Told by its first bytes: a newer format may carry its own hash in another way.
  const format = Number(/^\{"format":(\d+)/.exec(new TextDecoder().decode(bytes.subarray(0, 32)))?.[1] ?? 0);
  if (format > LAKE_FORMAT) {
    throw new UserError('LAKE_NEWER_FORMAT', {
      what: `The lake has format ${format}, this program knows formats up to ${LAKE_FORMAT}`,
      place: { file: place },
      remedy: 'Use the newer Spendlight that wrote it.',
    });
  }
  const value = readSelfChecked<T>(bytes, place);
  if (typeof value.format !== 'number') throw damaged(place, 'it has no format');
  return value;
}

function difference(before: readonly Exclusion[], after: readonly Exclusion[]) {
  const had = new Map(before.map((exclusion) => [keyOf(exclusion), JSON.stringify(exclusion)]));
  const has = new Set(after.map(keyOf));
  return {
    added: after.filter((exclusion) => had.get(keyOf(exclusion)) !== JSON.stringify(exclusion)),
    removed: [...had.keys()].filter((key) => !has.has(key)),
  };
}

function patched(
  before: readonly Exclusion[],
  change: { readonly added: readonly Exclusion[]; readonly removed: readonly string[] },
): Exclusion[] {
  const all = new Map(before.map((exclusion) => [keyOf(exclusion), exclusion]));
  for (const key of change.removed) all.delete(key);
  for (const exclusion of change.added) all.set(keyOf(exclusion), exclusion);
  return [...all.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, exclusion]) => exclusion);
}

/** An input whose new version came without a hash has none: that of the version before is not its. */
function inputObjectsAfter(
  { inputObjects }: LakeState,
  { inputs, objects = {} }: { readonly inputs: Partial<InputVersions>; readonly objects?: InputObjects },
): InputObjects {
  const kept = Object.entries(inputObjects).filter(([kind]) => !(kind in inputs));
  return { ...Object.fromEntries(kept), ...objects };
}

const keyOf = ({ billingPeriod, source, billingAccountId, subAccountId }: Exclusion): string =>
  JSON.stringify([billingPeriod, source, billingAccountId, subAccountId]);

function ofAge(load: Load, renewed: readonly Renewed[] = []): Load {
  const found = renewed.find((one) => one.load === load.id);
  if (found === undefined) return load;
  const { deliveredAt, ageFrom } = found;
  return { ...load, delivery: { ...load.delivery, deliveredAt, ageFrom } };
}

const placeOf = ({ billingPeriod, source, scope, id }: Load): string =>
  `${billingPeriod} ${source} ${scope} ${id}`;
const byPlace = (a: Load, b: Load): number => (placeOf(a) < placeOf(b) ? -1 : 1);
