import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { stoppedClock } from '../../src/adapters/clock/clock.ts';
import { openDuckDb } from '../../src/adapters/duckdb/duckdb-engine.ts';
import { digestFacts } from '../../src/app/digest-facts.ts';
import { ingest } from '../../src/app/ingest.ts';
import { judge } from '../../src/app/verdicts.ts';
import { known } from '../../src/core/errors/invariant.ts';
import { openLake } from '../../src/lake/lake.ts';
import { pinLake } from '../../src/lake/pin.ts';
import { pinHistory } from '../../src/lake/pin-history.ts';
import { bill } from '../integration/bills.ts';
import { workplace } from '../integration/workplace.ts';
import { dailyLake } from '../support/daily-lake.ts';
import { comparing } from './support/comparing.ts';
import { peer } from './support/peer.ts';

/** One of each way in. */
const BILLS = [
  'focus12-aws-generated.csv.gz',
  'cur2-aws-real-reshaped.snappy.parquet',
  'azure-ea-actual-real.csv',
  'focus10-multicloud-real.csv.gz',
  'cur-legacy-aws-real.csv.gz',
];

it('from bills to a digest, Trino answers every text as DuckDB does', async () => {
  const root = join(peer().data, 'bills');
  await mkdir(root, { recursive: true });
  const place = await workplace(root);
  const { engine, compared } = await comparing(place.engine, peer());
  const clock = stoppedClock(Date.parse('2026-06-02T07:00:00Z'));
  for (const file of BILLS) {
    const { refused } = await ingest(
      { ...place, engine, clock },
      { paths: [bill(file)], format: 'auto', allow: { shrink: false }, maxRejects: 0 },
    );
    expect(refused).toEqual([]);
  }
  const lake = await openLake(place.store);
  const state = await lake.head();
  await pinLake(engine, lake, state);
  await pinHistory(engine, lake, state);
  const settings = {
    anomalyThreshold: 0.2,
    anomalyMinImpact: '10',
    requiredTagKeys: ['Environment', 'Owner'],
  };
  const judged = known(await judge(engine, lake, state, settings, clock, place.random), 'a commit');
  await pinLake(engine, lake, judged);
  await digestFacts({
    engine,
    lake,
    state: judged,
    now: clock.now(),
    requiredTagKeys: ['Environment', 'Owner'],
    recipients: { group: 'FinOps', address: undefined, setting: 'DIGEST_RECIPIENTS_FINOPS' },
    attachment: () => ({ kind: 'none', fileName: '', rows: 0, archiveKey: undefined, reason: undefined }),
  });
  expect(compared.different).toEqual([]);
  expect(compared.apart).toEqual([]);
  expect(compared.equal.length).toBeGreaterThan(100);
});

it('through deliveries, an account map and daily runs, Trino answers every text as DuckDB does', async () => {
  process.env.TMPDIR = peer().data;
  const plain = await openDuckDb({ memoryLimit: '1GB' });
  const { engine, compared } = await comparing(plain, peer());
  onTestFinished(() => engine.close());
  const lake = await dailyLake(engine);
  const days = (from: number, to: number, cost: string) =>
    Object.fromEntries(
      Array.from({ length: to - from + 1 }, (_, i) => [
        String(from + i).padStart(2, '0'),
        [cost, `1${cost}`],
      ]),
    );
  await lake.deliver('2026-11-18T03:00:00Z', 'aws', days(1, 17, '10.000000000000001'));
  await lake.run('2026-11-18T07:00:00Z');
  await lake.deliver('2026-11-19T03:00:00Z', 'aws', {
    ...days(1, 18, '10.000000000000001'),
    16: ['99.5', '7'],
  });
  await lake.accounts(
    '2026-11-19T04:00:00Z',
    'account_id,account_name,ou_path\n000000000001,One,Commercial/Web\n',
  );
  await lake.run('2026-11-19T07:00:00Z');
  expect(compared.different).toEqual([]);
  expect(compared.apart).toEqual([]);
  expect(compared.equal.length).toBeGreaterThan(100);
});
