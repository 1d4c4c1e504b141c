/** What is wrong with an object, a chain or a total of the lake; `table`: with what other engines see of it. */
export const FAULTS = [
  'missing',
  'truncated',
  'altered',
  'foreign',
  'chain',
  'unfinished',
  'total',
  'table',
] as const;
export type Fault = (typeof FAULTS)[number];

/** One thing that is wrong: where, what was to be there and what is, and how to mend it. */
export interface Finding {
  readonly fault: Fault;
  /** The object's key. */
  readonly key: string;
  readonly what: string;
  readonly expected: string | undefined;
  readonly found: string | undefined;
  readonly remedy: string;
}

/**
 * Not wrong, but nothing to rely on: `unproved` objects have their hash nowhere (older versions wrote them), `leftover` ones
 * are named by no version (a load that was killed), `thinned` ones were removed by rule, `archived` ones lie in an archive
 * tier and were held against the checksum that the store keeps, `unread` ones lie there without such a checksum.
 */
export interface Remark {
  readonly kind: 'unproved' | 'leftover' | 'thinned' | 'archived' | 'unread';
  readonly key: string;
  /** Only earlier contents of the key are meant. */
  readonly isEarlier?: boolean;
}

/** What a part of the lake said of itself. */
export interface Outcome {
  readonly findings: readonly Finding[];
  readonly remarks: readonly Remark[];
}

const BACKUP = 'Bring it back from a backup of the lake.';
const REBUILD = 'Make it again from raw/, state/ and ledger/: spendlight rebuild';
const AGAIN = 'or bring the same files in again: spendlight ingest <files>';

/** How to mend an object: the first prefix that fits. */
const REMEDIES: readonly (readonly [prefix: string, missing: string, changed: string])[] = [
  [
    'raw/',
    `Bring it back from a backup, ${AGAIN}`,
    `Move it away, then bring it back from a backup, ${AGAIN}`,
  ],
  ...[
    'lake.json',
    'catalog/',
    'ledger/commits/',
    'cost-lines/',
    'daily-costs/',
    'verdicts/',
    'arrivals/',
    'restatements/',
  ].map((prefix) => [prefix, REBUILD, REBUILD] as const),
  [
    'rejects/',
    'Nothing is lost: the rows lie in raw/. Bring it back from a backup, or correct the export.',
    'If somebody mended it, bring it in: spendlight ingest <file>. Else bring it back from a backup.',
  ],
  [
    '.finops_prefs/',
    BACKUP,
    'Remove it: the pages are shown in the standard way until somebody chooses again.',
  ],
];

/** How to mend `key` where it is missing, or where it is not as it was written. */
export function remedyOf(key: string, fault: 'missing' | 'changed'): string {
  const found = REMEDIES.find(([prefix]) => key.startsWith(prefix));
  if (found === undefined) return BACKUP;
  return fault === 'missing' ? found[1] : found[2];
}

/** In the order in which one looks into them: what others are made from comes first. */
const ORDER = [
  'lake.json',
  'ledger/entries/',
  'catalog/',
  'state/',
  'raw/',
  'cost-lines/',
  'daily-costs/',
  'verdicts/',
  'arrivals/',
  'restatements/',
  'ou-breakdowns',
  'mails/',
  'snapshots/',
];

const rank = (key: string): number => {
  const found = ORDER.findIndex((prefix) => key.startsWith(prefix));
  return found < 0 ? ORDER.length : found;
};

/** Most fundamental first: objects before totals, and of objects those that others are made from. The order is total. */
export const bySeverity = (a: Finding, b: Finding): number =>
  Number(a.fault === 'total') - Number(b.fault === 'total') ||
  rank(a.key) - rank(b.key) ||
  order(a.key, b.key) ||
  order(a.what, b.what);

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
