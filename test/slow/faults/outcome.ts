import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { breakdownAsCsv } from '../../../src/app/breakdown.ts';
import { billingDate, days } from '../../../src/core/calendar/billing-date.ts';
import { openLake } from '../../../src/lake/lake.ts';
import { pinLake } from '../../../src/lake/pin.ts';
import { sql } from '../../../src/sql/sql.ts';
import type { Place, Process } from './process.ts';

/** What a lake and its outbox show to the outside, after the daily run. */
export interface Outcome {
  /** The CSV of the whole time by `breakdown`. */
  readonly breakdown: string;
  /** Lines that count, and their exact sums. */
  readonly lines: number;
  readonly sums: string;
  /** The archived CSVs, by key. */
  readonly archive: ReadonlyMap<string, string>;
  /** Mails in the outbox, by name. */
  readonly mails: readonly string[];
}

const PERIOD = days(billingDate('2026-10-01'), billingDate('2026-11-30'));

/** Does the daily run, which after a fault goes on where it stopped, and looks. */
export async function outcomeOf(process: Process, place: Place): Promise<Outcome> {
  await process.run();
  const { engine, store } = process;
  let breakdown = '';
  for await (const part of breakdownAsCsv({ engine, store }, PERIOD)) breakdown += part;
  const lake = await openLake(store);
  await pinLake(engine, lake, await lake.head());
  const [row = []] = await engine.rows(
    sql`SELECT count(*), sum(BilledCost), sum(EffectiveCost), sum(ListCost) FROM cost_lines`,
  );
  const [lines, ...sums] = row;
  return {
    breakdown,
    lines: Number(lines),
    sums: sums.join(' '),
    archive: await archiveOf(place),
    mails: (await readdir(join(place.folder, 'outbox'))).sort(),
  };
}

async function archiveOf({ folder }: Place): Promise<ReadonlyMap<string, string>> {
  const root = join(folder, 'lake', 'ou-breakdowns-csv');
  const keys = (await readdir(root, { recursive: true })).filter((key) => key.endsWith('.csv')).sort();
  const texts = await Promise.all(keys.map((key) => readFile(join(root, key), 'utf8')));
  return new Map(keys.map((key, i) => [key, texts[i] ?? '']));
}

/** How `found` differs from `calm`, in words; empty where all is as if nothing had happened. */
export function differences(calm: Outcome, found: Outcome): string[] {
  const failures = (mails: readonly string[]) => mails.filter((name) => !name.includes('_failure_'));
  const wrong = [
    calm.lines === found.lines || `lines: ${calm.lines} undisturbed, ${found.lines} now`,
    calm.sums === found.sums || `sums: ${calm.sums} undisturbed, ${found.sums} now`,
    calm.breakdown === found.breakdown || 'the breakdown differs',
    // A fault is told by a mail of its own; digests go out once.
    failures(calm.mails).join() === failures(found.mails).join() ||
      `mails: ${calm.mails.join(', ')} undisturbed, ${found.mails.join(', ')} now`,
    [...calm.archive.keys()].join() === [...found.archive.keys()].join() || 'other days are archived',
    [...calm.archive].every(([key, text]) => found.archive.get(key) === text) || 'an archived CSV differs',
  ];
  return wrong.filter((one) => typeof one === 'string');
}
