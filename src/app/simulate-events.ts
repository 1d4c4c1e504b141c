import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addDays, type BillingDate, dayOf } from '../core/calendar/billing-date.ts';
import { UserError } from '../core/errors/user-error.ts';
import { openLakeIfAny } from '../lake/lake.ts';
import type { Clock, Progress } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { writeDemoEvents } from './demo-events.ts';

export interface SimulateEventsDoors {
  readonly engine: () => Promise<Engine>;
  /** The lake that the events are for. */
  readonly store: ObjectStore;
  /** Where files of cost events land. */
  readonly inbox: ObjectStore;
  readonly clock: Clock;
  readonly progress: Progress;
  readonly scratch: () => Promise<string>;
}

export interface SimulatedEvents {
  /** Addresses of the files that were put there, oldest first. */
  readonly files: readonly string[];
  readonly events: number;
}

/** The first time so many days are written, up to yesterday; later those of them that are not there. */
const DAYS = 7;
/** An organisation small enough for a function that starts by the hour. */
const ORGANISATION = { seed: 1, accounts: 12, linesPerDay: 300 };

/**
 * Puts simulated cost events where real ones would land, a file a day; a file that is there stays as it is.
 * @throws UserError `SIMULATED_AND_REAL` where the lake holds real costs
 */
export async function simulateEvents(doors: SimulateEventsDoors): Promise<SimulatedEvents> {
  const { store, inbox, clock, progress } = doors;
  const lake = await openLakeIfAny(store);
  if (lake !== undefined && !lake.identity.simulated) throw real(store.location);
  const today = dayOf(clock.now());
  const days = Array.from({ length: DAYS }, (_, i) => addDays(today, i - DAYS));
  const missing: BillingDate[] = [];
  for (const day of days) if ((await inbox.head(nameOf(day))) === undefined) missing.push(day);
  if (missing.length === 0) return { files: [], events: 0 };
  const folder = await doors.scratch();
  const tools = { engine: await doors.engine(), clock, progress };
  await writeDemoEvents(tools, { folder, days: DAYS, ...ORGANISATION });
  const files: string[] = [];
  let events = 0;
  for (const day of missing) {
    const bytes = await readFile(join(folder, nameOf(day)));
    if (!(await inbox.putIfAbsent(nameOf(day), bytes))) continue;
    files.push(inbox.uri(nameOf(day)));
    events += bytes.reduce((lines, byte) => lines + (byte === 10 ? 1 : 0), 0);
  }
  return { files, events };
}

const nameOf = (day: BillingDate): string => `events-${day}.jsonl`;

const real = (location: string): UserError =>
  new UserError('SIMULATED_AND_REAL', {
    what: `${location} holds real costs, and SIMULATE_EVENTS is on`,
    remedy: 'Set SIMULATE_EVENTS=false, or give the simulated events a lake of their own.',
  });
