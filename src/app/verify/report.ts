import type { Fault, Finding, Remark } from '../../lake/verify/finding.ts';

export interface VerifyRequest {
  /** Adds every sum up again from the lines, and makes every rollup and every archived CSV again. */
  readonly deep: boolean;
  /** A ledger head that somebody was mailed: at least its first 8 characters. */
  readonly anchor: string | undefined;
  /** Mends the tables of other engines. */
  readonly repair?: boolean | undefined;
}

/** What was checked, and what is wrong with it. */
export interface VerifyReport {
  readonly lake: string;
  readonly lakeVersion: number;
  readonly deep: boolean;
  readonly ledger: { readonly entries: number; readonly head: string };
  /** Where an anchor was given: the entry of the ledger whose hash it is, and when that was written. */
  readonly anchor:
    | { readonly head: string; readonly entry: number | undefined; readonly at: string | undefined }
    | undefined;
  readonly objects: number;
  readonly bytes: number;
  /** What was compared, in order: `12 days: archived Parquet = lake`. */
  readonly compared: readonly string[];
  /** Sums that could not be compared, and why. */
  readonly notCompared: readonly string[];
  /** What was mended of the tables of other engines. */
  readonly mended: readonly string[];
  /** All that is wrong, most fundamental first; at most FINDINGS_MAX are listed. */
  readonly findings: readonly Finding[];
  readonly wrong: number;
  readonly wrongBy: Readonly<Partial<Record<Fault, number>>>;
  /** Objects that nothing proves, that a killed load left, that were removed by rule, or that lie in an archive tier. */
  readonly remarks: Readonly<
    Record<Remark['kind'], { readonly count: number; readonly examples: readonly string[] }>
  >;
}

export const FINDINGS_MAX = 1_000;
const EXAMPLES = 5;

/** What a comparison of sums came to. */
export interface Compared {
  readonly compared: readonly string[];
  readonly notCompared: readonly string[];
  readonly findings: readonly Finding[];
}

export const remarksOf = (all: readonly Remark[]): VerifyReport['remarks'] => {
  const of = (kind: Remark['kind']) => {
    const keys = all.filter((remark) => remark.kind === kind).map(({ key }) => key);
    return { count: keys.length, examples: keys.sort().slice(0, EXAMPLES) };
  };
  return {
    unproved: of('unproved'),
    leftover: of('leftover'),
    thinned: of('thinned'),
    archived: of('archived'),
    unread: of('unread'),
  };
};

export function wrongBy(findings: readonly Finding[]): VerifyReport['wrongBy'] {
  const counts: Partial<Record<Fault, number>> = {};
  for (const { fault } of findings) counts[fault] = (counts[fault] ?? 0) + 1;
  return counts;
}

/** A sum that is not what another layer says. */
export const drift = (
  key: string,
  what: string,
  expected: string,
  found: string,
  remedy: string,
): Finding => ({
  fault: 'total',
  key,
  what,
  expected,
  found,
  remedy,
});
