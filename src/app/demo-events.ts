import { createWriteStream } from 'node:fs';
import { mkdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { addDays, type BillingDate, dayOf } from '../core/calendar/billing-date.ts';
import type { Clock, Progress } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';
import { eventsSql } from '../simulator/events-sql.ts';
import { simulate } from '../simulator/plan.ts';
import { loadPlan, PLAN_RELATIONS } from '../simulator/relations.ts';

export interface DemoEventsDoors {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly progress: Progress;
}

export interface DemoEventsRequest {
  /** Made if it is not there; `watch` may be watching it. */
  readonly folder: string;
  /** So many days up to yesterday, UTC. */
  readonly days: number;
  readonly seed: number;
  readonly accounts: number;
  readonly linesPerDay: number;
}

export interface DemoEventsReport {
  readonly folder: string;
  readonly from: BillingDate;
  readonly to: BillingDate;
  readonly files: number;
  readonly events: number;
  /** Days whose file was there already. */
  readonly kept: number;
}

/**
 * Writes the usage of a simulated organisation as event files, one a day, oldest first: `events-2026-11-20.jsonl`. A file
 * appears under its name when it is whole; one that is there stays as it is.
 */
export async function writeDemoEvents(
  { engine, clock, progress }: DemoEventsDoors,
  { folder, days, seed, accounts, linesPerDay }: DemoEventsRequest,
): Promise<DemoEventsReport> {
  const until = dayOf(clock.now());
  const from = addDays(until, -days);
  await mkdir(folder, { recursive: true });
  const plan = simulate({ seed, from, until: addDays(until, 1), accounts, linesPerDay });
  await loadPlan(engine, plan);
  const count = { files: 0, events: 0, kept: 0 };
  for (let day = from, done = 0; day < until; day = addDays(day, 1), done++) {
    progress.step('simulate', done, days, `${day}, ${count.events} events`);
    const path = join(folder, `events-${day}.jsonl`);
    if ((await stat(path).catch(() => undefined)) !== undefined) {
      count.kept += 1;
      continue;
    }
    count.events += await writeDay(engine, day, path);
    count.files += 1;
  }
  progress.end();
  for (const name of PLAN_RELATIONS) await engine.drop(name);
  return { folder, from, to: addDays(until, -1), ...count };
}

async function writeDay(engine: Engine, day: BillingDate, path: string): Promise<number> {
  let events = 0;
  const text = async function* (): AsyncGenerator<string> {
    for await (const rows of engine.batches(eventsSql(day))) {
      events += rows.length;
      yield `${rows.map(([line]) => String(line)).join('\n')}\n`;
    }
  };
  await pipeline(text, createWriteStream(`${path}.part`, { flush: true }));
  await rename(`${path}.part`, path);
  return events;
}
