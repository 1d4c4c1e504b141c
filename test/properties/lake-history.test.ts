import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { diskStore } from '../../src/adapters/disk/disk-store.ts';
import { openDuckDb } from '../../src/adapters/duckdb/duckdb-engine.ts';
import { importAccounts, importRates } from '../../src/app/import-files.ts';
import { ingest } from '../../src/app/ingest.ts';
import { importRules } from '../../src/app/rules.ts';
import { addDays, billingDate } from '../../src/core/calendar/billing-date.ts';
import { billingPeriod, daysOf } from '../../src/core/calendar/billing-period.ts';
import {
  currency,
  exactText,
  type Money,
  minus,
  money,
  plus,
  rounded,
  zero,
} from '../../src/core/money/money.ts';
import { stateAsOf } from '../../src/lake/as-of.ts';
import type { LakeState } from '../../src/lake/catalog-types.ts';
import { openLake, openLakeIfAny } from '../../src/lake/lake.ts';
import { pinLake } from '../../src/lake/pin.ts';
import { pinHistory } from '../../src/lake/pin-history.ts';
import type { Engine } from '../../src/ports/engine.ts';
import { sql } from '../../src/sql/sql.ts';
import { focusCsv } from '../support/deliveries.ts';
import { ACCOUNTS, type Delivery, Model, type Step, steps } from './lake-model.ts';

/** Sequences that are tried; LAKE_PROPERTY_RUNS asks for more. */
const RUNS = Number(process.env.LAKE_PROPERTY_RUNS ?? 12);
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };
const NO_PROGRESS = { step: () => undefined, end: () => undefined };
const NOW = Date.parse('2026-12-01T00:00:00Z');
const USD = currency('USD');

let engine: Engine;
let home: string;
beforeAll(async () => {
  engine = await openDuckDb({ memoryLimit: '1GB', threads: 2 });
  home = await mkdtemp(join(tmpdir(), 'spendlight-property-'));
});
afterAll(async () => {
  await engine.close();
  await rm(home, { recursive: true });
});

/** A lake in a folder of its own to which steps happen, one an hour. */
async function freshLake() {
  const folder = await mkdtemp(join(home, 'lake-'));
  let [hours, ids] = [0, 0];
  const doors = {
    engine,
    store: diskStore(join(folder, 'lake')),
    clock: { now: () => NOW + hours * 3_600_000, monotonic: () => 0 },
    random: { id: () => `i-${++ids}` },
    progress: NO_PROGRESS,
    log: SILENT,
    settings: {
      costMetric: 'BilledCost',
      reportingCurrency: 'USD',
      requiredTagKeys: ['Owner'],
      anomalyThreshold: 0.2,
      anomalyMinImpact: '10',
    } as const,
    scratch: join(folder, 'scratch'),
  };
  const file = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  return {
    store: doors.store,
    async take(step: Step, delivery: Delivery | undefined): Promise<void> {
      hours += 1;
      if (delivery !== undefined) {
        const { refused } = await ingest(doors, {
          paths: [
            await file('bill.csv', focusCsv(delivery.charges.map((charge) => lineOf(charge, delivery)))),
          ],
          format: 'auto',
          source: delivery.source,
          deliveredAt: `2026-11-30T0${delivery.age}:00:00.000Z`,
          allow: { shrink: true },
          maxRejects: 0,
        });
        // Who is older than the current one comes too late; nothing else may be refused.
        expect(refused.map(({ error }) => error.code).filter((code) => code !== 'DELIVERY_OLDER')).toEqual(
          [],
        );
        return;
      }
      if (step.kind === 'accounts') {
        const rows = ACCOUNTS.map((account, i) => `${account},${step.ous[i]}`);
        await importAccounts(doors, await file('accounts.csv', `account_id,ou_path\n${rows.join('\n')}\n`));
      } else if (step.kind === 'rates') {
        await importRates(doors, await file('rates.csv', `currency,valid_from,rate\nEUR,,${step.eur}\n`));
      } else if (step.kind === 'rules' && (await openLakeIfAny(doors.store)) !== undefined) {
        await importRules(doors, await file('rules.yaml', `tags:\n  required: [${step.key}]\n`));
      }
    },
  };
}

function lineOf(charge: Delivery['charges'][number], { source, month }: Delivery): Record<string, string> {
  const { from, until } = daysOf(billingPeriod(month));
  return {
    BillingPeriodStart: `${from}T00:00:00Z`,
    BillingPeriodEnd: `${until}T00:00:00Z`,
    ChargePeriodStart: `${charge.day}T00:00:00Z`,
    ChargePeriodEnd: `${addDays(billingDate(charge.day), 1)}T00:00:00Z`,
    BillingAccountId: charge.payer,
    SubAccountId: charge.account,
    ServiceName: charge.service,
    BilledCost: charge.cost,
    EffectiveCost: charge.cost,
    BillingCurrency: charge.currency,
    ResourceId: 'r',
    Tags: charge.owner ? '{"Owner":"ann"}' : '',
    ...(source === 'new' ? { HostProviderName: 'AWS' } : {}),
  };
}

/** Everything that figures are made of, at the version that is pinned. */
const everything = () =>
  engine.rows(sql`
    SELECT BillingDate, x_SourceId, BillingCurrency, x_OU, x_ServiceCode, SubAccountId, BillingAccountId, x_TagState,
      sum(BilledCost), sum(EffectiveCost), sum(DailyCost), sum(lines)
    FROM daily_costs
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
    ORDER BY 1, 2, 3, 4, 5, 6, 7, 8`);
type Everything = Awaited<ReturnType<typeof everything>>;

async function breakdown(): Promise<Record<string, string>> {
  const rows = await engine.rows(
    sql`SELECT BillingDate, OU, Service, LinkedAccount, DailyCost FROM ou_breakdown`,
  );
  return Object.fromEntries(
    rows
      .map((row) => [row.slice(0, 4).join(' '), exactText(money(String(row[4]), USD))] as const)
      .filter(([, amount]) => amount !== '0.00')
      .sort(),
  );
}

/** `day source currency metric` → amount, of a version's answer. */
function sumsOf(answer: Everything): Map<string, Money> {
  const sums = new Map<string, Money>();
  for (const [day, source, code, , , , , , billed, effective, daily] of answer) {
    add(sums, `${day} ${source} ${code} BilledCost`, billed);
    add(sums, `${day} ${source} ${code} EffectiveCost`, effective);
    add(sums, `${day} ${source} USD DailyCost`, daily);
  }
  return sums;
}

function add(sums: Map<string, Money>, key: string, cell: unknown): void {
  sums.set(key, plus(sums.get(key) ?? zero(USD), money(String(cell ?? '0'), USD)));
}

/** What the history says of each version: the sums of its restatements and of the days that were new. */
async function told(): Promise<Map<string, Map<string, Money>>> {
  const arrived = ['BilledCost', 'EffectiveCost', 'DailyCost'] as const;
  const rows = await engine.rows(sql`
    SELECT LakeVersion, BillingDate, Source, Currency, Metric, After - Before FROM restatements`);
  const news = await engine.rows(sql`
    SELECT LakeVersion, BillingDate, x_SourceId, BillingCurrency, BilledCost, EffectiveCost, DailyCost
    FROM arrivals WHERE New AND Counted`);
  const versions = new Map<string, Map<string, Money>>();
  const of = (version: unknown): Map<string, Money> => {
    const sums = versions.get(String(version)) ?? new Map<string, Money>();
    versions.set(String(version), sums);
    return sums;
  };
  for (const [version, day, source, code, metric, change] of rows)
    add(of(version), `${day} ${source} ${code} ${metric}`, change);
  for (const [version, day, source, code, ...amounts] of news) {
    for (const [i, metric] of arrived.entries())
      add(of(version), `${day} ${source} ${metric === 'DailyCost' ? 'USD' : code} ${metric}`, amounts[i]);
  }
  return versions;
}

/** `day OU service account source before after` of each restatement of DailyCost, by version. */
async function rowsTold(): Promise<Map<number, string[]>> {
  const rows = await engine.rows(sql`
    SELECT LakeVersion, BillingDate, OU, Service, LinkedAccount, Source, Before, After
    FROM restatements WHERE Metric = 'DailyCost'`);
  const versions = new Map<number, string[]>();
  for (const [version, ...row] of rows)
    versions.set(Number(version), [...(versions.get(Number(version)) ?? []), row.join(' ')]);
  return versions;
}

/** The rows that must be among them: of days that counted in the source before, by half a cent or more. */
function rowsChanged(after: Everything, before: Everything): string[] {
  const sums = (answer: Everything): Map<string, Money> => {
    const all = new Map<string, Money>();
    for (const [day, source, , ou, service, account, , , , , daily] of answer)
      add(all, `${day} ${ou} ${service} ${account} ${source}`, daily);
    return all;
  };
  const held = new Set(before.map(([day, source]) => `${day} ${source}`));
  const [was, is] = [sums(before), sums(after)];
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((key) => {
    const [day, , , , source] = key.split(' ');
    const [from, to] = [was.get(key) ?? zero(USD), is.get(key) ?? zero(USD)];
    const { units } = minus(to, from);
    const isSmall = units < 5n * 10n ** 12n && units > -5n * 10n ** 12n;
    return isSmall || !held.has(`${day} ${source}`) ? [] : [`${key} ${full(from)} ${full(to)}`];
  });
}

/** With all 15 decimals, as the engine gives it. */
const full = (amount: Money): string => rounded(amount, 15);

const nonZero = (sums: ReadonlyMap<string, Money>): Record<string, string> =>
  Object.fromEntries(
    [...sums]
      .filter(([, { units }]) => units !== 0n)
      .map(([key, sum]) => [key, exactText(sum)] as const)
      .sort(),
  );

function difference(
  after: ReadonlyMap<string, Money>,
  before: ReadonlyMap<string, Money>,
): Map<string, Money> {
  const keys = new Set([...after.keys(), ...before.keys()]);
  return new Map(
    [...keys].map((key) => [key, minus(after.get(key) ?? zero(USD), before.get(key) ?? zero(USD))]),
  );
}

it('is what the newest delivery of each source says, remembers what it was, and tells the difference', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      const model = new Model();
      const place = await freshLake();
      const then: { state: LakeState; answer: Everything }[] = [];
      for (const step of sequence) {
        await place.take(step, model.take(step));
        const lake = await openLakeIfAny(place.store);
        if (lake === undefined) continue;
        const state = await lake.head();
        await pinLake(engine, lake, state);
        expect(await breakdown()).toEqual(model.breakdown());
        if (state.version !== (then.at(-1)?.state.version ?? 0))
          then.push({ state, answer: await everything() });
      }
      const [last] = then.slice(-1);
      if (last === undefined) return;
      const lake = await openLake(place.store);
      await pinHistory(engine, lake, last.state);
      const changes = await told();
      const rows = await rowsTold();
      let before: Everything = [];
      for (const { state, answer } of then) {
        const asOf = await stateAsOf(lake, state.committedAt, NOW + 1e9);
        expect(asOf.state).toEqual(state);
        await pinLake(engine, lake, asOf.state);
        expect(await everything()).toEqual(answer);
        expect(nonZero(changes.get(String(state.version)) ?? new Map())).toEqual(
          nonZero(difference(sumsOf(answer), sumsOf(before))),
        );
        expect(rows.get(state.version) ?? []).toEqual(expect.arrayContaining(rowsChanged(answer, before)));
        before = answer;
      }
    }),
    { numRuns: RUNS },
  );
}, 600_000);
