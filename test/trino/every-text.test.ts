import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { judge } from '../../src/app/verdicts.ts';
import { openLake } from '../../src/lake/lake.ts';
import { pinLake } from '../../src/lake/pin.ts';
import { pinEvents } from '../../src/lake/pin-events.ts';
import { pinHistory } from '../../src/lake/pin-history.ts';
import { type Sql, sql } from '../../src/sql/sql.ts';
import { type Workplace, workplace } from '../integration/workplace.ts';
import { writeSimulatedExport } from '../support/simulated-export.ts';
import { comparing } from './support/comparing.ts';
import { peer } from './support/peer.ts';

const TEXTS = join(import.meta.dirname, '../golden/files/sql');
const NOW = '2026-11-18T07:00:00Z';
/** Reads what only the simulator makes, on DuckDB, and writes what a cloud writes: no question to a lake. */
const OF_THE_SIMULATOR = ['sim_events.sql'];

/** Relations that use cases make for a moment, over what the lake holds. */
const FOR_A_MOMENT: Readonly<Record<string, Sql>> = {
  all_costs: sql`SELECT * FROM daily_costs`,
  all_verdicts: sql`SELECT * FROM verdicts`,
  costs_held: sql`SELECT * FROM daily_costs`,
  costs_before: sql`SELECT * FROM daily_costs WHERE day_of_month(BillingDate) < 10`,
  costs_after: sql`SELECT * FROM daily_costs`,
  costs_arrived: sql`SELECT * FROM daily_costs`,
  excluded_after: sql`SELECT * FROM excluded_accounts`,
  load_lines: sql`SELECT * FROM pinned_lines`,
  period_lines: sql`SELECT * FROM pinned_lines`,
  verdicts_before: sql`SELECT * FROM verdicts WHERE day_of_month(BillingDate) < 10`,
  verdicts_after: sql`SELECT * FROM verdicts`,
  verify_costs: sql`SELECT * FROM daily_costs`,
  made_rollup: sql`SELECT * FROM daily_costs`,
  stored_costs: sql`SELECT * FROM daily_costs WHERE day_of_month(BillingDate) < 10`,
  archived_csv: sql`SELECT * FROM ou_breakdown WHERE day_of_month(BillingDate) < 10`,
  archived_parquet: sql`SELECT * FROM ou_breakdown`,
  archived_csv_text: sql`SELECT CAST(BillingDate AS varchar) AS BillingDate, OU, Service, LinkedAccount,
    CAST(DailyCost AS varchar) AS DailyCost FROM ou_breakdown`,
};

/** How these lay rows out for later readers leaves ties, which each engine breaks in its own way. */
const LAYOUTS = ['page_costs_accounts.sql', 'page_costs_places.sql'];
const inAnyOrder = (file: string, text: string): string =>
  LAYOUTS.includes(file) ? text.slice(0, text.lastIndexOf('ORDER BY')) : text;

/** A simulated month and a half comes in: deliveries that restate each other, accounts, budgets, verdicts. */
async function filled(place: Workplace, root: string): Promise<void> {
  await writeSimulatedExport(root, { days: 30, accounts: 5, linesPerDay: 40, now: NOW });
  place.at(NOW);
  const accounts = join(root, 'accounts.csv');
  const { refused } = await place.ingestAs({ accounts }, join(root, 'export'));
  expect(refused).toEqual([]);
}

it('each named text is answered by Trino as by DuckDB', async () => {
  const root = join(peer().data, 'every-text');
  await mkdir(root, { recursive: true });
  const place = await workplace(join(root, 'lake'));
  await filled(place, root);
  const lake = await openLake(place.store);
  const before = await lake.head();
  await pinLake(place.engine, lake, before);
  const settings = { anomalyThreshold: 0.2, anomalyMinImpact: '10', requiredTagKeys: ['Owner'] };
  const state = (await judge(place.engine, lake, before, settings, place.clock, place.random)) ?? before;

  const { engine, compared } = await comparing(place.engine, peer());
  await pinLake(engine, lake, state);
  await pinHistory(engine, lake, state);
  await pinEvents(engine, lake, state, ['Owner']);
  for (const [name, select] of Object.entries(FOR_A_MOMENT)) await engine.view(name, select);
  const files = (await readdir(TEXTS)).filter((file) => file.endsWith('.sql')).sort();
  const asked = files.filter((file) => !OF_THE_SIMULATOR.includes(file));
  const answered: string[] = [];
  for (const file of asked) {
    const text = await readFile(join(TEXTS, file), 'utf8');
    const rows = await engine.rows({ name: file, sql: { text: inAnyOrder(file, text) } as Sql });
    if (rows.length > 0) answered.push(file);
  }
  expect(compared.different).toEqual([]);
  expect(compared.equal).toEqual(expect.arrayContaining(asked));
  expect(asked.length).toBeGreaterThan(60);
  expect(answered.length).toBeGreaterThan(30);
});
