import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stoppedClock } from '../../src/adapters/clock/clock.ts';
import { diskStore } from '../../src/adapters/disk/disk-store.ts';
import { openDuckDb } from '../../src/adapters/duckdb/duckdb-engine.ts';
import { alerts } from '../../src/app/serve/alerts.ts';
import { lights } from '../../src/app/serve/lights.ts';
import { movers } from '../../src/app/serve/movers.ts';
import { overview } from '../../src/app/serve/overview.ts';
import { PageFiles } from '../../src/app/serve/page-files.ts';
import { choices } from '../../src/app/serve/proof.ts';
import type { CostRequest } from '../../src/app/serve/question.ts';
import { Served } from '../../src/app/serve/served.ts';
import { shares } from '../../src/app/serve/shares.ts';
import { trend } from '../../src/app/serve/trend.ts';
import { openLake } from '../../src/lake/lake.ts';
import { demoLake, NOW } from './served.ts';

let lake: string;
let folder: string;
let plain: Served;
let laidOut: Served;
const files = new PageFiles(async () => folder, 0);

beforeAll(async () => {
  lake = await demoLake();
  folder = await mkdtemp(join(tmpdir(), 'spendlight-laid-out-'));
  [plain, laidOut] = [await opened(), await opened()];
  await laidOut.layOut(files, () => true);
}, 120_000);

afterAll(async () => {
  await plain.retire();
  await rm(dirname(lake), { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
});

async function opened(): Promise<Served> {
  const of = await openLake(diskStore(lake));
  return Served.open({
    engine: await openDuckDb({ memoryLimit: '512MB', threads: 2 }),
    lake: of,
    state: await of.head(),
    clock: stoppedClock(Date.parse(NOW)),
    requiredTagKeys: ['Environment', 'Owner', 'Project', 'CostCenter'],
  });
}

const everything = async (served: Served, request: CostRequest) => [
  await overview(served, request, Date.parse(NOW)),
  await trend(served, { ...request, by: 'service' }),
  await lights(served, request),
  await movers(served, request),
  await alerts(served, request),
  ...(await Promise.all(
    (['service', 'account', 'ou', 'region', 'tag'] as const).map((by) =>
      shares(served, { ...request, by, limit: 5 }),
    ),
  )),
];

it('answers the same to the last digit from the rollup and from its layouts, whatever is filtered', async () => {
  const { ous, accounts, services, regions } = await choices(laidOut, {});
  const first = { ou: ous[0], account: accounts[0]?.id, service: services[0], region: regions[0] };
  const requests: CostRequest[] = [
    {},
    { ou: first.ou },
    { account: first.account, compare: 'previous' },
    { service: first.service, from: '2026-10-05', to: '2026-11-10' },
    { region: first.region },
    { region: 'none' },
    { tag: 'missing' },
    { ou: first.ou, region: first.region, tag: 'compliant' },
    { ou: first.ou, metric: 'ListCost' },
  ];
  for (const request of requests) {
    expect(await everything(laidOut, request)).toEqual(await everything(plain, request));
  }
});

it('removes the files of a version that nobody asks any more', async () => {
  expect((await readdir(folder)).length).toBeGreaterThan(0);
  const again = await opened();
  await again.layOut(files, () => true);
  await laidOut.retire();
  const kept = await readdir(folder);
  expect(kept.length).toBeGreaterThan(0);
  expect((await movers(again, { region: 'none' })).about.lakeVersion).toBe(again.version);
  await again.retire();
  expect(await readdir(folder)).toEqual([]);
});
