import { type BillingDate, dayOf } from '../core/calendar/billing-date.ts';
import { UserError } from '../core/errors/user-error.ts';
import type { DigestFacts } from '../delivery/digest/facts.ts';
import { executiveMessage } from '../delivery/message/executive-message.ts';
import { executiveEdition, snapshotFileName } from '../delivery/snapshot/executive-edition.ts';
import { renderSnapshot } from '../delivery/snapshot/render-snapshot.ts';
import type { AsOf } from '../lake/as-of.ts';
import { snapshotKey } from '../lake/keys.ts';
import { openLake } from '../lake/lake.ts';
import { appendToLedger, entriesOf, readLedger } from '../lake/ledger.ts';
import { pinLake } from '../lake/pin.ts';
import { sha256Of } from '../lake/sha256.ts';
import type { Asker } from '../ports/engine.ts';
import { type CompleteDays, completeDays } from './complete-days.ts';
import { type DigestReport, type DigestRun, digestKeyOf, sendEdition } from './daily-digest.ts';
import type { RunDoors } from './daily-run-doors.ts';
import { digestFacts } from './digest-facts.ts';

export interface SnapshotDoors extends Pick<RunDoors, 'store' | 'clock'> {
  readonly engine: Asker;
  /** Where the lake is only read: a page that is not there is made and not kept. */
  readonly asOf?: AsOf | undefined;
  readonly settings: Pick<RunDoors['settings'], 'requiredTagKeys' | 'publicUrl'> & {
    readonly mail: Pick<RunDoors['settings']['mail'], 'exec'>;
  };
}

/** The executives' page of a day, and where it is archived. */
export interface Snapshot {
  readonly pdf: Uint8Array;
  readonly fileName: string;
  /** Undefined where it is not kept. */
  readonly key: string | undefined;
  /** The billing day; undefined where none is complete. */
  readonly day: BillingDate | undefined;
  readonly lakeVersion: number;
}

/**
 * The executives' page of `day` (default: the latest complete day) at the newest lake version, with the verdicts of the
 * last daily run. @throws UserError `DAY_NOT_COMPLETE`, `LAKE_EMPTY` …
 */
export async function snapshot(doors: SnapshotDoors, day: BillingDate | undefined): Promise<Snapshot> {
  const { engine, store, clock } = doors;
  const lake = await openLake(store);
  const state = await lake.head();
  await pinLake(engine, lake, state);
  const complete = await completeDays(engine, state, clock.now());
  if (day !== undefined) checkDay(day, complete);
  const facts = await factsOf(doors, { lake, state, complete, runDate: dayOf(clock.now()) }, day);
  const { key, pdf } = await archived(doors, facts);
  return {
    pdf,
    key,
    fileName: snapshotFileName(facts),
    day: facts.headline?.date,
    lakeVersion: state.version,
  };
}

/** Sends the page of the run to DIGEST_RECIPIENTS_EXEC, once. Undefined where nobody is set. */
export async function sendExecutive(doors: RunDoors, of: DigestRun): Promise<DigestReport | undefined> {
  const { exec, from } = doors.settings.mail;
  if (exec.length === 0) return undefined;
  const key = digestKeyOf(of, 'exec');
  return sendEdition(doors, of, key, async () => {
    const facts = await factsOf(doors, of, undefined);
    const { pdf } = await archived(doors, facts);
    const rendered = executiveEdition(facts);
    const envelope = { key, from, to: exec, madeAt: facts.madeAt };
    return { rendered, message: await executiveMessage(rendered, pdf, envelope) };
  });
}

/** The facts of the digest, for the readers of the page. */
const factsOf = async (
  { engine, store, clock, settings }: SnapshotDoors,
  { lake, state, complete, runDate }: Omit<DigestRun, 'resend' | 'failures'>,
  day: BillingDate | undefined,
): Promise<DigestFacts> =>
  digestFacts({
    engine,
    lake,
    state,
    complete,
    day,
    now: clock.now(),
    runDate,
    requiredTagKeys: settings.requiredTagKeys,
    recipients: {
      group: 'Executives',
      address: settings.mail.exec.length === 0 ? undefined : settings.mail.exec.join(', '),
      setting: 'DIGEST_RECIPIENTS_EXEC',
    },
    attachment: (_, rows) => ({
      kind: 'none',
      fileName: '',
      rows,
      archiveKey: undefined,
      reason: undefined,
    }),
    publicUrl: settings.publicUrl,
    ledgerHead: (await readLedger(store)).head,
  });

/** The page as the lake keeps it: the first one of this run date, day and lake version, whoever asks again. */
async function archived(
  doors: SnapshotDoors,
  facts: DigestFacts,
): Promise<{ readonly key: string | undefined; readonly pdf: Uint8Array }> {
  const { store, asOf } = doors;
  const key = snapshotKey(facts.runDate, facts.headline?.date, facts.proof.lakeVersion);
  const before = await store.get(key);
  if (asOf !== undefined)
    return before === undefined ? { key: undefined, pdf: await renderSnapshot(facts) } : { key, pdf: before };
  const mine = before ?? (await renderSnapshot(facts));
  const isFirst = before === undefined && (await store.putIfAbsent(key, mine));
  const pdf = isFirst ? mine : ((await store.get(key)) ?? mine);
  await enter(doors, key, facts, pdf);
  return { key, pdf };
}

/** The first bytes that were kept under `key` are the page: the ledger says which they are. */
async function enter(
  { store, clock }: SnapshotDoors,
  key: string,
  { runDate, headline, proof }: DigestFacts,
  pdf: Uint8Array,
): Promise<void> {
  await appendToLedger(store, clock, (ledger) =>
    entriesOf(ledger, 'snapshot').some((entry) => entry.key === key)
      ? undefined
      : {
          kind: 'snapshot',
          key,
          runDate,
          day: headline?.date,
          lakeVersion: proof.lakeVersion,
          sha256: sha256Of(pdf),
        },
  );
}

function checkDay(day: BillingDate, { firstDay, completeTo }: CompleteDays): void {
  if (completeTo !== undefined && firstDay !== undefined && day >= firstDay && day <= completeTo) return;
  throw new UserError('DAY_NOT_COMPLETE', {
    what: `${day} is not a complete day of this lake`,
    remedy:
      completeTo === undefined || firstDay === undefined
        ? 'No day is complete yet: spendlight status says what is missing.'
        : `Ask for a day from ${firstDay} to ${completeTo}.`,
  });
}
