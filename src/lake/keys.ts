import { createHash } from 'node:crypto';
import type { BillingDate } from '../core/calendar/billing-date.ts';
import type { BillingPeriod } from '../core/calendar/billing-period.ts';
import { invariant } from '../core/errors/invariant.ts';

/** What a lake is; written once. */
export const LAKE_KEY = 'lake.json';
/** Names a version that exists (the newest checkpoint); the head is found by probing from there. */
export const CATALOG_HINT_KEY = 'catalog/head.json';

/** One commit. */
export const versionKey = (version: number): string => `catalog/${twelve(version)}.json`;
/** The whole state at `version`, so that opening reads few commits. */
export const checkpointKey = (version: number): string => `catalog/checkpoints/${twelve(version)}.json`;

/** The version that `key` is the commit or a checkpoint of; undefined for other keys. */
export function versionIn(key: string): number | undefined {
  const found = /^catalog\/(?:checkpoints\/)?(\d{12})\.json$/.exec(key)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** Whether `key` is that of a commit. */
export const isCommit = (key: string): boolean => /^catalog\/\d{12}\.json$/.test(key);

/** A source file or manifest as it came. `fileName` is from outside and made safe. */
export const rawKey = (source: string, deliveryId: string, index: number, fileName: string): string =>
  `raw/${part(source)}/${part(deliveryId)}/${String(index).padStart(4, '0')}-${safeFileName(fileName)}`;
/** When, in which order and by what age a delivery came. */
export const receiptKey = (source: string, deliveryId: string): string =>
  `raw/${part(source)}/${part(deliveryId)}/receipt.json`;
/** The receipt that lies beside a raw file; undefined for other keys. */
export const receiptKeyOf = (key: string): string | undefined =>
  /^raw\/[^/]+\/[^/]+\//.exec(key)?.[0].concat('receipt.json');
/** A delivery's receipt stays when its files thin out. */
export const isReceipt = (key: string): boolean => /^raw\/[^/]+\/[^/]+\/receipt\.json$/.test(key);
/** Rows that could not be loaded, for people to mend. */
export const rejectsKey = (source: string, deliveryId: string): string =>
  `rejects/${part(source)}/${part(deliveryId)}.csv`;
/** What a simulated lake was made from, and what is true of it: `plan.json`, `labels.csv` … */
export const simulatedKey = (fileName: string): string => `simulated/${safeFileName(fileName)}`;

/** A (source, billing period, load): a folder of flat files. */
export interface LoadPlace {
  readonly billingPeriod: BillingPeriod;
  readonly source: string;
  /** Id of the load; for a rollup the id of the rolling, so that no two ever share a file. */
  readonly load: string;
}

export const costLinesKey = (place: LoadPlace, index: number): string => `cost-lines/${inLoad(place, index)}`;
export const dailyCostsKey = (place: LoadPlace, index: number): string =>
  `daily-costs/${inLoad(place, index)}`;
/** What the commit of `lakeVersion` changed and what it was the first to know; `id` tells writers apart that race for it. */
export const restatementsKey = (lakeVersion: number, id: string): string =>
  `restatements/lake_version=${twelve(lakeVersion)}/${part(id)}.parquet`;
export const arrivalsKey = (lakeVersion: number, id: string): string =>
  `arrivals/lake_version=${twelve(lakeVersion)}/${part(id)}.parquet`;
/** The `number`th list of files of a log of the catalog, from 1. */
export const historySegmentKey = (log: 'restatements' | 'arrivals', number: number): string =>
  `catalog/history/${log}/${twelve(number)}.json`;
/** C1's verdicts of one calendar month, made at one time (`id`). */
export const verdictsKey = (month: BillingPeriod, id: string): string =>
  `verdicts/month=${month}/${part(id)}.parquet`;

/** Files that no version of the lake names, and since when somebody knows. */
export const UNREFERENCED_KEY = 'state/keeping/unreferenced.json';

/** What people decide: a version of the account map, the budgets, the rates, the rules. */
export const inputKey = (kind: 'accounts' | 'budgets' | 'rates' | 'rules', version: number): string =>
  `state/${kind}/${twelve(version)}.json`;

/** All versions of what people decide of one kind. */
export const inputsPrefix = (kind: Parameters<typeof inputKey>[0]): string => `state/${kind}/`;

/** A1 as Parquet (current truth), and the very CSV that was mailed; both by BillingDate. */
export const ARCHIVE_PREFIX = 'ou-breakdowns/';
export const ARCHIVE_CSV_PREFIX = 'ou-breakdowns-csv/';
export const ouBreakdownKey = (day: BillingDate): string =>
  `${ARCHIVE_PREFIX}${dayFolder(day)}/ou_breakdown.parquet`;
export const ouBreakdownCsvKey = (day: BillingDate): string =>
  `${ARCHIVE_CSV_PREFIX}${dayFolder(day)}/ou_breakdown.csv`;

/** The folder of the table `current_loads`, and its one object: which files and which values count now, for other engines. */
export const CURRENT_LOADS_PREFIX = 'projections/current_loads/';
export const CURRENT_LOADS_KEY = `${CURRENT_LOADS_PREFIX}current.json`;

/** A mail as sent, `.eml`. `digestKey` is the digest's key (run date, edition, recipient group). */
export const mailKey = (runDate: BillingDate, digestKey: string): string =>
  `mails/${runDate}/${safeFileName(digestKey)}.eml`;
export const MAILS_PREFIX = 'mails/';
export const SNAPSHOTS_PREFIX = 'snapshots/';
/** An executives' page (PDF) as it was first made on `runDate` of a billing day (or of none) at a lake version. */
export const snapshotKey = (
  runDate: BillingDate,
  day: BillingDate | undefined,
  lakeVersion: number,
): string => `snapshots/${runDate}/${day ?? 'no-day'}-v${lakeVersion}.pdf`;
export const MAIL_MARKERS_PREFIX = 'ledger/mails/';
/** Claimed before a mail goes out, so that a killed run never mails twice; `step` tells how far it came. */
export const mailMarkerKey = (digestKey: string, step: string): string =>
  `${MAIL_MARKERS_PREFIX}${safeFileName(digestKey)}/${part(step)}.json`;
/** What was heard of a mail after its server had taken it; `id` tells pieces of news apart. */
export const mailFeedbackKey = (digestKey: string, id: string): string =>
  mailMarkerKey(digestKey, `feedback-${id}`);
/** Markers of all mails of a run date. */
export const mailsOfDay = (runDate: BillingDate): string => `${MAIL_MARKERS_PREFIX}${runDate}_`;
/** Which mail its server knows by `serverId`. */
export const mailOfServerIdKey = (serverId: string): string =>
  `${MAIL_MARKERS_PREFIX}by-server-id/${safeFileName(serverId)}.json`;
/** Entry of the hash chain over archived artefacts; from 1. */
export const ledgerKey = (entry: number): string => `ledger/entries/${twelve(entry)}.json`;
/** The bytes of a commit a second time, and of lake.json as number 0. */
export const commitCopyKey = (version: number): string => `${COMMIT_COPIES_PREFIX}${twelve(version)}.json`;
export const COMMIT_COPIES_PREFIX = 'ledger/commits/';
/** The version that `key` is a copy of; undefined for other keys. */
export function copyIn(key: string): number | undefined {
  const found = /^ledger\/commits\/(\d{12})\.json$/.exec(key)?.[1];
  return found === undefined ? undefined : Number(found);
}
/** A run's record. */
export const runKey = (runDate: BillingDate, runId: string): string =>
  `ledger/runs/${runDate}/${part(runId)}.json`;
export const RUNS_PREFIX = 'ledger/runs/';
export const LEDGER_PREFIX = 'ledger/entries/';
/** The number of the ledger's entry under `key`; undefined for other keys. */
export function entryIn(key: string): number | undefined {
  const found = /^ledger\/entries\/(\d{12})\.json$/.exec(key)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** Names the process whose turn it is to write; absent where nobody writes. */
export const LEASE_KEY = 'state/lease/writer.json';
/** Changes as long as that process lives, if its turn is a long one. */
export const leaseBeatKey = (token: string): string => `state/lease/${part(token)}.beat.json`;

/** Last sign of life of a feed, a schedule, a channel or the engine. */
export const heartbeatKey = (kind: string, name: string): string =>
  `${HEARTBEATS_PREFIX}${part(kind)}-${safeFileName(name)}.json`;
export const HEARTBEATS_PREFIX = 'state/heartbeats/';

/** `name` with everything but letters, digits, dot, dash and underscore as `_`, at most 120 characters, never hidden. */
export function safeFileName(name: string): string {
  const plain = name.replaceAll(/[^A-Za-z0-9._-]+/g, '_').slice(-120);
  return plain.replace(/^\.+/, '_') || '_';
}

const inLoad = ({ billingPeriod, source, load }: LoadPlace, index: number): string =>
  `billing_period=${billingPeriod}/source=${part(source)}/load=${part(load)}/part-${String(index).padStart(5, '0')}.parquet`;

const dayFolder = (day: BillingDate): string =>
  `year=${day.slice(0, 4)}/month=${day.slice(5, 7)}/day=${day.slice(8, 10)}`;

const twelve = (number: number): string => String(number).padStart(12, '0');

function part(text: string): string {
  invariant(
    /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(text),
    `"${text}" cannot stand in a key: letters, digits, dots, dashes`,
  );
  return text;
}

/** What a person likes to see (requirement J3): `owner` is the ARN of the principal, or `local`. */
export const preferencesKey = (owner: string): string =>
  `.finops_prefs/prefs-${createHash('sha256').update(owner).digest('hex').slice(0, 16)}.json`;
