import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { diskStore } from '../../src/adapters/disk/disk-store.ts';
import { openDuckDb } from '../../src/adapters/duckdb/duckdb-engine.ts';
import { addDays } from '../../src/core/calendar/billing-date.ts';
import { firstDay, periodOf } from '../../src/core/calendar/billing-period.ts';
import { accountsCsv, budgetsCsv } from '../../src/simulator/decided.ts';
import { simulate } from '../../src/simulator/plan.ts';
import { loadPlan } from '../../src/simulator/relations.ts';
import { arrivingDay, newestSlot, scheduleOf } from '../../src/simulator/schedule.ts';
import { writeDelivery } from '../../src/simulator/write-export.ts';

export interface SmallExport {
  readonly days: number;
  readonly accounts: number;
  readonly linesPerDay: number;
  /** ISO 8601 UTC: the moment that the newest delivery is no newer than. */
  readonly now: string;
  /** FOCUS unless told. */
  readonly table?: 'focus' | 'cur2';
}

/**
 * Writes the export of a simulated organisation with its manifests into `folder/export`, `accounts.csv` and `budgets.csv`
 * beside it. Gives how many lines.
 */
export async function writeSimulatedExport(folder: string, of: SmallExport): Promise<number> {
  const newest = newestSlot(Date.parse(of.now));
  const complete = addDays(arrivingDay(newest), -1);
  const plan = simulate({
    seed: 1,
    from: firstDay(periodOf(addDays(complete, 1 - of.days))),
    until: addDays(complete, 2),
    accounts: of.accounts,
    linesPerDay: of.linesPerDay,
  });
  await writeFile(join(folder, 'accounts.csv'), accountsCsv(plan));
  await writeFile(join(folder, 'budgets.csv'), budgetsCsv(plan));
  const engine = await openDuckDb({ memoryLimit: '1GB' });
  try {
    await loadPlan(engine, plan);
    const store = diskStore(join(folder, 'export'));
    let lines = 0;
    for (const delivery of scheduleOf({ seed: 1, from: plan.period.from, newest })) {
      lines += (
        await writeDelivery(engine, store, delivery, { table: of.table ?? 'focus', format: 'parquet' })
      ).lines;
    }
    return lines;
  } finally {
    await engine.close();
  }
}
