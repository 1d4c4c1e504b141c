import type { BillingDate } from '../core/calendar/billing-date.ts';
import { days } from '../core/calendar/billing-date.ts';
import { known } from '../core/errors/invariant.ts';
import { UserError } from '../core/errors/user-error.ts';
import { currency, type Money, money } from '../core/money/money.ts';
import type { DigestFacts } from '../delivery/digest/facts.ts';
import { csvOf } from '../lake/archive.ts';
import { type Artefact, artefacts, contentOf } from '../lake/artefacts.ts';
import { refuseThinned } from '../lake/as-of.ts';
import type { InputVersions, LakeState } from '../lake/catalog-types.ts';
import { type Lake, openLake } from '../lake/lake.ts';
import { readLedger } from '../lake/ledger.ts';
import { pinLake } from '../lake/pin.ts';
import type { Clock } from '../ports/clock.ts';
import type { Asker } from '../ports/engine.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { artefactOf } from './archive.ts';
import { completeDays } from './complete-days.ts';
import { digestFacts } from './digest-facts.ts';

export interface ReplayTools {
  readonly engine: Asker;
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly settings: { readonly requiredTagKeys: readonly string[] };
}

export interface ReplayOf {
  readonly day: BillingDate;
  /** Of the archived CSV, as `archive list` counts; the newest unless told. */
  readonly version?: number | undefined;
  /** What was known when that version was archived, or what is known now. */
  readonly knowledge: 'then' | 'now';
}

/** A day made again. */
export interface Replay {
  readonly day: BillingDate;
  /** From which version and inputs it was made, and the moment it is the day of, ISO 8601 UTC. */
  readonly lakeVersion: number;
  readonly versions: InputVersions;
  readonly moment: string;
  readonly csv: {
    readonly bytes: Uint8Array;
    readonly rows: number;
    readonly total: Money;
    readonly sha256: string;
    /** Byte for byte what is archived. */
    readonly isIdentical: boolean;
  };
  /** What is archived. */
  readonly archived: Pick<Artefact, 'key' | 'version' | 'entry' | 'at' | 'lakeVersion' | 'sha256'> & {
    readonly total: Money;
  };
  /** What the digest says of the day; undefined where it was no complete day then, or other months of that version are thinned out. */
  readonly figures: ReplayedFigures | undefined;
  /** Mails and executives' pages about the day, as they lie in the archive: they are returned, never made again. */
  readonly kept: readonly Pick<Artefact, 'kind' | 'key' | 'version' | 'at' | 'sha256'>[];
}

export interface ReplayedFigures {
  readonly total: Money;
  readonly monthToDate: Money;
  /** Undefined without a budget. */
  readonly budget: Money | undefined;
  readonly light: string | undefined;
  readonly spikes: number;
  /** C2, 1 = all. */
  readonly tagScore: number | undefined;
  readonly rulesVersion: number;
}

/**
 * Makes CSV and figures of an archived day again as they were known when the ledger promised them: lines, accounts, rates,
 * rules and budgets of that lake version; or from the newest one.
 * @throws UserError `NOT_FOUND` for a day that is not archived, `VERSION_THINNED`, `LAKE_DAMAGED`
 */
export async function archiveReplay(
  tools: ReplayTools,
  { day, version, knowledge }: ReplayOf,
): Promise<Replay> {
  const { engine, store, clock } = tools;
  const lake = await openLake(store);
  const artefact = await artefactOf(store, { of: { day, kind: 'csv' }, version });
  await contentOf(store, artefact); // it is there as it was written, also where an archive tier holds it
  const then = await lake.at(artefact.lakeVersion);
  if (knowledge === 'then') await refuseThinned(lake, then, day);
  const { state, moment } =
    knowledge === 'now'
      ? { state: await lake.head(), moment: clock.now() }
      : { state: then, moment: Date.parse(artefact.at) };
  await pinLake(engine, lake, state, { days: days(day) });
  const made = known((await csvOf(engine, [day]))[0], 'the CSV of a day');
  const unit = currency(lake.identity.reportingCurrency);
  const { entries } = await readLedger(store);
  const promised = entries[artefact.entry - 1];
  const facts =
    promised?.kind === 'archive.planned' ? promised.days.find(({ date }) => date === day) : undefined;
  return {
    day,
    lakeVersion: state.version,
    versions: state.inputs,
    moment: new Date(moment).toISOString(),
    csv: {
      bytes: made.bytes,
      rows: made.rows,
      total: money(made.total, unit),
      sha256: made.csv,
      isIdentical: made.csv === artefact.sha256,
    },
    archived: {
      ...pick(artefact),
      lakeVersion: artefact.lakeVersion,
      entry: artefact.entry,
      total: money(known(facts, 'the day').total, unit),
    },
    figures: await figuresOf(tools, lake, state, day, moment),
    kept: await keptOf(store, day),
  };
}

const isThinned = (lake: Lake, state: LakeState): Promise<boolean> =>
  refuseThinned(lake, state).then(
    () => false,
    (error: unknown) => {
      if (error instanceof UserError && error.code === 'VERSION_THINNED') return true;
      throw error;
    },
  );

/** As the digest finds them, judged at the moment. */
async function figuresOf(
  { engine, settings }: ReplayTools,
  lake: Lake,
  state: LakeState,
  day: BillingDate,
  moment: number,
): Promise<ReplayedFigures | undefined> {
  if (await isThinned(lake, state)) return undefined;
  await pinLake(engine, lake, state);
  const complete = await completeDays(engine, state, moment);
  const { completeTo, firstDay } = complete;
  if (completeTo === undefined || firstDay === undefined || day < firstDay || day > completeTo)
    return undefined;
  const facts: DigestFacts = await digestFacts({
    engine,
    lake,
    state,
    complete,
    day,
    now: moment,
    requiredTagKeys: settings.requiredTagKeys,
    recipients: { group: 'archive', address: undefined, setting: '' },
    attachment: (_, rows) => ({ kind: 'none', fileName: '', rows, archiveKey: undefined, reason: undefined }),
  });
  const { headline, month, totalLight, spikes, tags } = facts;
  if (headline === undefined || month === undefined) return undefined;
  return {
    total: headline.total,
    monthToDate: month.toDate,
    budget: month.budget,
    light: totalLight?.light,
    spikes: spikes === undefined ? 0 : spikes.rows.length + spikes.rest.count,
    tagScore: tags?.score,
    rulesVersion: state.inputs.rules,
  };
}

const pick = ({ kind, key, version, at, sha256: hash }: Artefact) => ({
  kind,
  key,
  version,
  at,
  sha256: hash,
});

/** Checked against the ledger: what is returned is what was sent. */
async function keptOf(store: ObjectStore, day: BillingDate): Promise<Replay['kept']> {
  const about = artefacts(await readLedger(store)).filter(
    (artefact) => artefact.day === day && (artefact.kind === 'mail' || artefact.kind === 'snapshot'),
  );
  for (const artefact of about) await contentOf(store, artefact);
  return about.map(pick);
}
