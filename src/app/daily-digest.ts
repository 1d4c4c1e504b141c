import type { BillingDate } from '../core/calendar/billing-date.ts';
import { exactText } from '../core/money/money.ts';
import type { DigestFacts } from '../delivery/digest/facts.ts';
import { type RenderedDigest, renderDigest } from '../delivery/digest/render-digest.ts';
import { type PackedCsv, packCsv } from '../delivery/message/attachment.ts';
import { digestMessage } from '../delivery/message/digest-message.ts';
import { csvOf } from '../lake/archive.ts';
import type { LakeState } from '../lake/catalog-types.ts';
import { heartbeats } from '../lake/heartbeats.ts';
import { mailKey, ouBreakdownCsvKey } from '../lake/keys.ts';
import type { Lake } from '../lake/lake.ts';
import { appendToLedger, entriesOf, type Ledger, readLedger } from '../lake/ledger.ts';
import { sha256Of } from '../lake/sha256.ts';
import type { Message } from '../ports/mailer.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { CompleteDays } from './complete-days.ts';
import type { RunDoors } from './daily-run-doors.ts';
import type { LastDigest } from './digest/bridge.ts';
import { digestFacts } from './digest-facts.ts';
import { type Delivery, lookUpDelivery, sendOnce } from './send-once.ts';

/**
 * Run date, edition, recipient group: a mail with this key goes out once. That of a simulated lake says so, because it may
 * share its outbox with the lake of real bills.
 */
export const digestKeyOf = (
  { lake, runDate }: Pick<DigestRun, 'lake' | 'runDate'>,
  group: 'finops' | 'exec',
): string => `${runDate}/${lake.identity.simulated ? 'SIMULATED-daily' : 'daily'}/${group}`;

/** What became of a run's digest. */
export interface DigestReport {
  readonly key: string;
  readonly state: Delivery['state'];
  /** An earlier run of this run date had sent it. */
  readonly already: boolean;
  readonly refused: readonly string[];
  /** The outbox's file or the server, as far as known. */
  readonly where: string | undefined;
  readonly subject: string | undefined;
  /** The text twin; undefined where the mail had been sent before. */
  readonly text: string | undefined;
  /** The `.eml` in the lake, and where the mail lies or went as the mailer tells it. */
  readonly mailKey: string;
  readonly headline: BillingDate | undefined;
  /** The CSV of the headline day in the lake. */
  readonly csvKey: string | undefined;
}

export interface DigestRun {
  readonly lake: Lake;
  readonly state: LakeState;
  readonly complete: CompleteDays;
  readonly runDate: BillingDate;
  readonly resend: boolean;
  /** What of the run has failed before its mail. */
  readonly failures: DigestFacts['failures'];
  /** The billing day that is judged, where it is not the latest complete one. */
  readonly day?: BillingDate | undefined;
}

/** A digest of one billing day that somebody asked for (requirement D6). */
export interface Rerun extends DigestRun {
  readonly day: BillingDate;
  /** The run date, or the id of the event: who asks again is not mailed again. */
  readonly askedBy: string;
}

/** Makes the digest of the pinned state for the FinOps group and sends it once. */
export function sendDigest(doors: RunDoors, of: DigestRun): Promise<DigestReport> {
  const key = digestKeyOf(of, 'finops');
  return sendEdition(doors, of, key, () => madeDigest(doors, of, key));
}

/** Makes the digest of one billing day of the pinned state for the FinOps group, and sends it once per `askedBy`. */
export function sendRerun(doors: RunDoors, of: Rerun): Promise<DigestReport> {
  const what = `${of.lake.identity.simulated ? 'SIMULATED-' : ''}rerun-of-${of.day}`;
  const key = `${of.askedBy}/${what}/finops`;
  return sendEdition(doors, of, key, () => madeDigest(doors, of, key));
}

/** A mail of a run, ready to go, with what a terminal prints of it. */
export interface MadeEdition {
  readonly rendered: Pick<RenderedDigest, 'subject' | 'text'>;
  readonly message: Message;
  /** Month to date as it stands in the mail, exact text: what the next digest's bridge begins with. */
  readonly monthToDate?: string | undefined;
}

/**
 * Sends one edition of a run once. The mail is kept in the lake before it goes out, so that a run that was killed in
 * between sends those very bytes. The ledger names it once it went. Without recipients it goes to the file outbox.
 * @param make  called unless an earlier run has sent the edition
 */
export async function sendEdition(
  doors: RunDoors,
  of: DigestRun,
  key: string,
  make: () => Promise<MadeEdition>,
): Promise<DigestReport> {
  const { store } = doors;
  const { lake, runDate, resend, complete } = of;
  const headline = of.day ?? complete.completeTo;
  const kept = mailKey(runDate, key);
  const about = {
    key,
    mailKey: kept,
    headline,
    csvKey: headline === undefined ? undefined : ouBreakdownCsvKey(headline),
  };
  const before = await lookUpDelivery(store, key);
  if (before !== undefined && !resend && before.state !== 'refused' && (await isEntered(doors, key))) {
    return { ...about, ...before, already: true, subject: undefined, text: undefined };
  }
  const { rendered, message, monthToDate } = await make();
  const raw = await keptBytes(doors, { lake, kept, message, resend });
  const mailer = message.to.length === 0 ? doors.outbox : doors.mailer;
  const sent = await sendOnce({ ...doors, mailer }, { ...message, raw }, { resend });
  // What an earlier run had kept may print another figure.
  const isMine = raw === message.raw;
  await enter(doors, of, { key, message, raw, monthToDate: isMine ? monthToDate : undefined });
  return { ...about, ...sent, subject: rendered.subject, text: rendered.text };
}

async function madeDigest(
  doors: RunDoors,
  { lake, state, complete, runDate, day, failures }: DigestRun,
  key: string,
): Promise<MadeEdition> {
  const { engine, store, clock, settings } = doors;
  const { packed, trouble } = await attachmentOf(doors, day ?? complete.completeTo, lake.identity.simulated);
  const ledger = await readLedger(store);
  const facts: DigestFacts = await digestFacts({
    engine,
    lake,
    state,
    complete,
    day,
    isRerun: day !== undefined,
    now: clock.now(),
    runDate,
    requiredTagKeys: settings.requiredTagKeys,
    recipients: {
      group: 'FinOps',
      address: settings.mail.finops.length === 0 ? undefined : settings.mail.finops.join(', '),
      setting: 'DIGEST_RECIPIENTS_FINOPS',
    },
    attachment: () => packed.attachment,
    publicUrl: settings.publicUrl,
    ledgerHead: ledger.head,
    last: day === undefined ? lastDigest(ledger, runDate) : undefined,
    trouble: [...trouble, ...(await failedFeeds(store))],
    failures,
  });
  const rendered = await renderDigest(facts);
  const message = await digestMessage(rendered, packed, {
    key,
    from: settings.mail.from,
    to: settings.mail.finops,
    madeAt: facts.madeAt,
  });
  const toDate = facts.month?.toDate;
  return { rendered, message, monthToDate: toDate === undefined ? undefined : exactText(toDate) };
}

/** Sources whose last delivery was refused: what the reader sees is older than it could be. */
async function failedFeeds(store: ObjectStore): Promise<readonly string[]> {
  const failed = (await heartbeats(store)).filter(({ kind, isFine }) => kind === 'feed' && !isFine);
  return failed.map(
    ({ name, problem }) =>
      `The last delivery of ${name} could not be loaded: ${problem?.what ?? 'nobody knows why'}`,
  );
}

/** The newest daily digest of an earlier run date of which the ledger says what it told. */
function lastDigest(ledger: Ledger, runDate: BillingDate): LastDigest | undefined {
  const digests = entriesOf(ledger, 'digest').filter(
    (entry) => entry.runDate < runDate && entry.key.endsWith('daily/finops'),
  );
  for (const { runDate: date, headline, lakeVersion, monthToDate } of digests.reverse()) {
    if (headline !== undefined && monthToDate !== undefined)
      return { runDate: date, headline, lakeVersion, monthToDate };
  }
  return undefined;
}

/** The headline day's CSV as archived. Where the lake has moved on since, the mail says so. */
async function attachmentOf(
  { engine, store }: RunDoors,
  headline: BillingDate | undefined,
  simulated: boolean,
): Promise<{ packed: PackedCsv; trouble: readonly string[] }> {
  if (headline === undefined) return { packed: packCsv(undefined, simulated), trouble: [] };
  const archiveKey = ouBreakdownCsvKey(headline);
  const [now] = await csvOf(engine, [headline]);
  const bytes = (await store.get(archiveKey)) ?? now?.bytes ?? new Uint8Array();
  const isSame = now === undefined || sha256Of(bytes) === now.csv;
  const rows = bytes.reduce((lines, byte) => lines + (byte === 10 ? 1 : 0), 0) - 1;
  return {
    packed: packCsv(
      { bytes, day: headline, rows: isSame ? (now?.rows ?? rows) : rows, archiveKey },
      simulated,
    ),
    trouble: isSame
      ? []
      : [
          `${headline} has changed since its CSV was archived: the CSV attached is the archived one, the figures are today's.`,
        ],
  };
}

/** The bytes that go out: those kept by a run that was killed, else this run's. A resend keeps a new version. */
async function keptBytes(
  { store }: RunDoors,
  { kept, message, resend }: { lake: Lake; kept: string; message: Message; resend: boolean },
): Promise<Uint8Array> {
  if (resend) {
    await store.put(kept, message.raw);
    return message.raw;
  }
  if (await store.putIfAbsent(kept, message.raw)) return message.raw;
  return (await store.get(kept)) ?? message.raw;
}

const isEntered = async ({ store }: RunDoors, key: string): Promise<boolean> =>
  entriesOf(await readLedger(store), 'digest').some((entry) => entry.key === key);

interface Sent {
  readonly key: string;
  readonly raw: Uint8Array;
}

async function enter(
  { store, clock }: RunDoors,
  { state, complete, runDate, day }: DigestRun,
  { key, message, raw, monthToDate }: Pick<MadeEdition, 'message' | 'monthToDate'> & Sent,
): Promise<void> {
  const mail = sha256Of(raw);
  await appendToLedger(store, clock, (ledger) =>
    entriesOf(ledger, 'digest').some((entry) => entry.key === key && entry.mail === mail)
      ? undefined
      : {
          kind: 'digest',
          key,
          runDate,
          headline: day ?? complete.completeTo,
          lakeVersion: state.version,
          messageId: message.messageId,
          mail,
          ...(monthToDate === undefined ? {} : { monthToDate }),
        },
  );
}
