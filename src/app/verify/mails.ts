import { attachmentsOf } from '../../delivery/message/mail-page.ts';
import { mailKey } from '../../lake/keys.ts';
import type { LedgerEntry } from '../../lake/ledger.ts';
import { sha256Of } from '../../lake/sha256.ts';
import type { Finding } from '../../lake/verify/finding.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import { type Compared, drift } from './report.ts';

/**
 * The CSV in each mail is the archived one, byte for byte: the one that was archived when the mail went out, for a day that
 * is made again keeps its earlier CSV as a version. The page in an executives' mail is the archived page.
 */
export async function mailAttachments(
  store: ObjectStore,
  entries: readonly LedgerEntry[],
): Promise<Compared> {
  const csvOf = new Map<string, string>();
  const pages = new Set(entries.flatMap((entry) => (entry.kind === 'snapshot' ? [entry.sha256] : [])));
  const findings: Finding[] = [];
  let compared = 0;
  for (const entry of entries) {
    if (entry.kind === 'archive.planned' && entry.again?.what !== 'parquet')
      for (const { date, csv } of entry.days) csvOf.set(date, csv);
    if (entry.kind !== 'digest') continue;
    const key = mailKey(entry.runDate, entry.key);
    const raw = await mailOf(store, key, entry.mail);
    if (raw === undefined) continue; // told by the check of the objects
    for (const { name, bytes } of await attachmentsOf(raw)) {
      const day = /ou_breakdown-(\d{4}-\d{2}-\d{2})\.csv(?:\.gz)?$/.exec(name)?.[1];
      const isPage = name.endsWith('.pdf') && pages.size > 0;
      if (day === undefined && !isPage) continue;
      compared += 1;
      const found = sha256Of(bytes);
      const expected = day === undefined ? undefined : csvOf.get(day);
      if (day === undefined ? pages.has(found) : found === expected) continue;
      findings.push(different(key, name, expected, found));
    }
  }
  return {
    compared: [
      `${compared} mailed ${compared === 1 ? 'attachment' : 'attachments'} = archived CSV or page, byte for byte`,
    ],
    notCompared: [],
    findings,
  };
}

/** The mail with this hash: the newest, or one that was sent before it. */
async function mailOf(store: ObjectStore, key: string, hash: string): Promise<Uint8Array | undefined> {
  const newest = await store.get(key);
  if (newest === undefined || sha256Of(newest) === hash) return newest;
  for (const earlier of await store.versions(key))
    if ((await earlier.hash()).sha256 === hash) return earlier.read();
  return undefined;
}

const different = (key: string, name: string, expected: string | undefined, found: string): Finding =>
  drift(
    key,
    `The attachment ${name} is not what the archive holds`,
    expected ?? 'an archived object',
    found,
    'Bring mails/ and ou-breakdowns-csv/ back from one backup: their bytes are as written, so report this.',
  );
