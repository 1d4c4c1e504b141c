import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { outbox } from '../../src/adapters/mail/outbox.ts';
import { archiveGet, archiveList } from '../../src/app/archive.ts';
import { archiveReplay } from '../../src/app/archive-replay.ts';
import { backfill } from '../../src/app/backfill.ts';
import { dailyRun } from '../../src/app/daily-run.ts';
import type { RunDoors } from '../../src/app/daily-run-doors.ts';
import { importAccounts, importBudgets } from '../../src/app/import-files.ts';
import { prune } from '../../src/app/prune.ts';
import { importRules } from '../../src/app/rules.ts';
import { billingDate } from '../../src/core/calendar/billing-date.ts';
import { exactText } from '../../src/core/money/money.ts';
import { stateAsOf } from '../../src/lake/as-of.ts';
import { storeAsOf } from '../../src/lake/as-of-store.ts';
import { ouBreakdownCsvKey } from '../../src/lake/keys.ts';
import { openLake } from '../../src/lake/lake.ts';
import { type Charge, focusFile } from './bills.ts';
import { type Workplace, workplace } from './workplace.ts';

const DAY = billingDate('2026-11-17');
const SETTINGS = { requiredTagKeys: ['Owner'], anomalyThreshold: 0.2, anomalyMinImpact: '10' };

let place: Workplace;
let folder: string;
let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'spendlight-replay-lake-'));
  folder = await mkdtemp(join(tmpdir(), 'spendlight-replay-'));
});

/** The lake of all tests here, at a moment. */
async function at(moment: string): Promise<void> {
  place = await workplace(root);
  place.at(moment);
}
const file = async (name: string, text: string): Promise<string> => {
  await writeFile(join(folder, name), text);
  return join(folder, name);
};
/** November up to the 18th, two accounts, three services; `more` is added to every amount. */
const november = (more: number): Promise<string> =>
  focusFile(
    Array.from({ length: 18 }, (_, i) => `2026-11-${String(i + 1).padStart(2, '0')}`).flatMap((day) =>
      ['111111111111', '222222222222'].flatMap((account) =>
        ['AmazonEC2', 'AmazonS3', 'AWSLambda'].map(
          (service, i): Charge => ({ day, account, service, cost: `${10 * (i + 1) + more}.000000000000007` }),
        ),
      ),
    ),
  );
const doors = (run: string): RunDoors => ({
  ...place,
  turn: (store, _, work) => work(store),
  pause: async () => undefined,
  settings: {
    ...SETTINGS,
    publicUrl: undefined,
    mail: { from: 'spendlight@example.com', finops: ['a@example.com'], exec: [], failure: [] },
  },
  mailer: outbox(join(folder, 'outbox')),
  outbox: outbox(join(folder, 'outbox')),
  notify: undefined,
  scratch: () => mkdtemp(join(folder, 'scratch-')),
  run,
});
const replayed = (knowledge: 'then' | 'now', version?: number) =>
  archiveReplay({ ...place, settings: SETTINGS }, { day: DAY, knowledge, version });
const csv = async (version?: number): Promise<string> =>
  new TextDecoder().decode((await archiveGet(place.store, { of: { day: DAY, kind: 'csv' }, version })).bytes);
const map = (ou: string): Promise<string> =>
  file(`${ou}.csv`, `account_id,account_name,ou_path\n111111111111,One,${ou}\n222222222222,Two,${ou}\n`);
const budget = (amount: string): Promise<string> =>
  file('budgets.csv', `scope_type,scope,period,amount,currency\ntotal,,2026-11,${amount},USD\n`);

it('replays an archived day byte for byte after 30 deliveries, another account map, rules and budget', async () => {
  await at('2026-11-19T06:00:00Z');
  await place.ingest(await november(0));
  await importAccounts(place, await map('First'));
  await importBudgets(place, await budget('5000'));
  place.at('2026-11-19T07:00:00Z');
  await dailyRun(doors('run-1'), { resend: false });
  const archived = await csv();
  expect(archived.split('\n').slice(0, 2)).toEqual([
    'BillingDate,OU,Service,LinkedAccount,DailyCost',
    '2026-11-17,First,AWSLambda,111111111111,30.000000000000007',
  ]);
  const before = await replayed('then');
  expect(before).toMatchObject({
    versions: { accounts: 1, budgets: 1, rules: 1 },
    csv: { isIdentical: true },
  });

  for (let n = 1; n <= 30; n++) {
    place.at(
      `2026-11-19T${String(8 + Math.floor(n / 4)).padStart(2, '0')}:${String((n % 4) * 15).padStart(2, '0')}:00Z`,
    );
    await place.ingest(await november(n));
    if (n === 10) await importAccounts(place, await map('Second'));
    if (n === 15) await importBudgets(place, await budget('70'));
    if (n === 20) {
      const rules = await file(
        'rules.yaml',
        'spikes: { min_impact: 1 }\ntags: { required: [Environment] }\n',
      );
      await importRules({ ...place, settings: { ...place.settings, ...SETTINGS } }, rules);
    }
  }
  place.at('2026-11-20T07:00:00Z');
  await dailyRun(doors('run-2'), { resend: false });

  const after = await replayed('then');
  expect(after.csv.isIdentical).toBe(true);
  expect(new TextDecoder().decode(after.csv.bytes)).toBe(archived);
  expect(after.figures).toEqual(before.figures);
  expect(after.kept.slice(0, before.kept.length)).toEqual(before.kept);
  expect(await csv()).toBe(archived);

  const now = await replayed('now');
  expect(now).toMatchObject({ versions: { accounts: 2, budgets: 2, rules: 2 }, csv: { isIdentical: false } });
  // Six amounts of 10, 20 and 30 twice, then 30 more each.
  expect([exactText(before.csv.total), exactText(now.csv.total)]).toEqual([
    '120.000000000000042',
    '300.000000000000042',
  ]);
  expect(now.figures?.budget).not.toEqual(before.figures?.budget);
}, 60_000);

it('names every version, who replaced what and why, and gives each back', async () => {
  await at('2026-11-20T08:00:00Z');
  const archived = await csv();
  await backfill(doors('run-3'), { from: DAY, to: DAY, mail: 'none', event: undefined });
  const listed = (await archiveList(place.store, DAY)).map(({ kind, version, isNewest, why, run }) => [
    kind,
    version,
    isNewest,
    why,
    run,
  ]);
  expect(listed).toEqual([
    ['csv', 2, true, 'backfill', 'run-3'],
    ['parquet', 2, true, 'restated', 'run-2'],
    ['parquet', 1, false, 'first', undefined],
    ['csv', 1, false, 'first', undefined],
  ]);
  expect(await csv(1)).toBe(archived);
  const lake = await openLake(place.store);
  const then = storeAsOf(place.store, await stateAsOf(lake, '2026-11-19', place.clock.now()));
  expect(new TextDecoder().decode(await then.get(ouBreakdownCsvKey(DAY)))).toBe(archived);
  expect((await archiveList(then, DAY)).map(({ kind, version }) => [kind, version])).toEqual([
    ['parquet', 1],
    ['csv', 1],
  ]);
  expect((await csv(2)).split('\n')[1]).toBe('2026-11-17,Second,AWSLambda,111111111111,60.000000000000007');
  expect([await replayed('then', 1), await replayed('then', 2)]).toMatchObject([
    { versions: { accounts: 1, rules: 1 }, csv: { isIdentical: true } },
    { versions: { accounts: 2, rules: 2 }, csv: { isIdentical: true } },
  ]);
  const mails = (await archiveList(place.store)).filter(({ kind }) => kind === 'mail');
  expect(mails.map(({ day, isNewest }) => [day, isNewest])).toEqual([
    ['2026-11-18', true],
    ['2026-11-18', true],
  ]);
});

it('gives back what is archived, and says what is thinned out, once the delivery has gone', async () => {
  await at('2026-11-23T07:00:00Z');
  await place.ingest(await november(31));
  const { version } = await (await openLake(place.store)).head();
  const archived = await csv(1);
  await prune({ ...place, run: 'run-4' }, { dryRun: false });
  await expect(replayed('then', 1)).rejects.toMatchObject({
    code: 'VERSION_THINNED',
    // 18 days of two accounts and three services: 18 × 120, and 108 × 7 units of the last decimal.
    what: expect.stringContaining('BilledCost 2160.000000000000756 USD'),
  });
  await expect(stateAsOf(await openLake(place.store), '1', place.clock.now())).rejects.toMatchObject({
    code: 'VERSION_THINNED',
  });
  expect(await csv(1)).toBe(archived);
  expect(await replayed('now')).toMatchObject({ lakeVersion: version, csv: { isIdentical: false } });
});

it('refuses what was never archived, what has no such version, and what was changed behind the ledger', async () => {
  await at('2026-11-20T09:00:00Z');
  const get = (key: string, version?: number) => archiveGet(place.store, { of: { key }, version });
  await expect(get('ou-breakdowns-csv/nothing.csv')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const { key } = (await archiveGet(place.store, { of: { day: DAY, kind: 'csv' } })).artefact;
  await expect(get(key, 3)).rejects.toMatchObject({ code: 'VERSION_UNKNOWN' });
  await writeFile(join(place.root, key), 'BillingDate,OU\n');
  await writeFile(join(place.root, '.spendlight', 'versions', key, '00000002'), 'BillingDate,OU\n');
  await expect(get(key, 2)).rejects.toMatchObject({ code: 'LAKE_DAMAGED', place: { file: key } });
});
