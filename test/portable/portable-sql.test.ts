import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { stoppedClock } from '../../src/adapters/clock/clock.ts';
import { openDuckDb } from '../../src/adapters/duckdb/duckdb-engine.ts';
import { digestFacts } from '../../src/app/digest-facts.ts';
import { ingest } from '../../src/app/ingest.ts';
import { judge } from '../../src/app/verdicts.ts';
import { known } from '../../src/core/errors/invariant.ts';
import { openLake } from '../../src/lake/lake.ts';
import { pinLake } from '../../src/lake/pin.ts';
import { pinEvents } from '../../src/lake/pin-events.ts';
import { bill } from '../integration/bills.ts';
import { workplace } from '../integration/workplace.ts';
import { type Asked, recording } from './recorder.ts';
import { unportable } from './tokens.ts';

/** One of each way in: an export, a CUR, a mapping file. */
const BILLS = [
  'focus12-aws-generated.csv.gz',
  'cur2-aws-real-reshaped.snappy.parquet',
  'azure-ea-actual-real.csv',
];

/** Every text that goes to an engine from real bills to a digest. */
async function fromBillToDigest(): Promise<readonly Asked[]> {
  const place = await workplace();
  const plain = await openDuckDb({ memoryLimit: '1GB' });
  onTestFinished(() => plain.close());
  const { engine, asked } = recording(plain);
  const clock = stoppedClock(Date.parse('2026-06-02T07:00:00Z'));
  for (const file of BILLS) {
    const request = { paths: [bill(file)], format: 'auto', allow: { shrink: false }, maxRejects: 0 };
    await ingest({ ...place, engine, clock }, request);
  }
  const lake = await openLake(place.store);
  const state = await lake.head();
  await pinLake(engine, lake, state);
  const settings = { anomalyThreshold: 0.2, anomalyMinImpact: '10' };
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
  return asked;
}

it('reads events by SQL that every engine understands, and joins nothing row by row', async () => {
  const place = await workplace();
  const { engine, asked } = recording(place.engine);
  const file = fileURLToPath(new URL('../../sample-data/input/idle-address.jsonl', import.meta.url));
  const request = { paths: [file], format: 'auto', allow: { shrink: false }, maxRejects: 0 };
  await ingest({ ...place, engine }, request);
  const lake = await openLake(place.store);
  await pinLake(engine, lake, await lake.head());
  await pinEvents(engine, lake, await lake.head(), ['Environment', 'Owner']);
  expect(new Set(asked.flatMap(({ text, loops }) => [...unportable(text), ...loops]))).toEqual(new Set());
});

describe('from a bill to a digest', () => {
  it('asks nothing that only one engine understands, and joins nothing row by row', async () => {
    const asked = await fromBillToDigest();
    expect(asked.length).toBeGreaterThan(50);
    const texts = new Map(asked.map((one) => [one.text, one]));
    const wrong = [...texts.values()].flatMap(({ name, text }) =>
      unportable(text).map((why) => `${name || text.trim().slice(0, 60)}: ${why}`),
    );
    expect([...new Set(wrong)]).toEqual([]);
    const loops = asked
      .filter((one) => one.loops.length > 0)
      .map(({ name, text, loops: found }) => `${name || text.trim().slice(0, 60)}: ${found}`);
    expect([...new Set(loops)]).toEqual([]);
  });
});
