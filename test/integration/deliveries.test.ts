import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { openLake } from '../../src/lake/lake.ts';
import { bill, focusCsvFile, focusFile, focusManifest, times } from './bills.ts';
import { type Workplace, workplace } from './workplace.ts';

const TOTALS = `SELECT BillingPeriod, sum(BilledCost), CAST(sum(lines) AS bigint) FROM daily_costs GROUP BY 1 ORDER BY 1`;
const totals = async (place: Workplace) =>
  (await place.ask(TOTALS)).map(([month, amount, lines]) => `${month} ${Number(amount)} in ${lines}`);
const codes = ({ refused }: Awaited<ReturnType<Workplace['ingest']>>) =>
  refused.map(({ error }) => error.code);

describe('two deliveries of one month', () => {
  const older = { executed: '2026-11-18T00:00:00Z' };
  const newer = { executed: '2026-11-19T00:00:00Z' };

  it('leave the newer one, in either order', async () => {
    const first = await focusManifest(times(10), older);
    const second = await focusManifest(times(12, { cost: '2' }), newer);
    const place = await workplace();
    await place.ingest(first);
    const { deliveries } = await place.ingest(second);
    expect(deliveries[0]?.periods[0]?.restated[0]).toEqual({
      currency: 'USD',
      metric: 'BilledCost',
      before: '10.00',
      after: '24.00',
    });
    const other = await workplace();
    await other.ingest(second);
    expect(codes(await other.ingest(first))).toEqual(['DELIVERY_OLDER']);
    expect(await totals(place)).toEqual(['2026-11 24 in 12']);
    expect(await totals(other)).toEqual(await totals(place));
  });

  it('may be named at one stroke, in any order', async () => {
    const place = await workplace();
    const [first, second] = [await focusManifest(times(10), older), await focusManifest(times(11), newer)];
    const { deliveries, refused } = await place.ingest(second, first);
    expect([deliveries.length, refused]).toEqual([2, []]);
    expect(await totals(place)).toEqual(['2026-11 11 in 11']);
  });

  it('without manifests go by what the user says, else by arrival; an old file that comes again is not newer', async () => {
    const [first, second] = [await focusFile(times(10)), await focusFile(times(11))];
    const place = await workplace();
    await place.ingestAs({ deliveredAt: '2026-11-18T00:00:00.000Z' }, second);
    const early = await place.ingestAs({ deliveredAt: '2026-11-17T00:00:00.000Z' }, first);
    expect(codes(early)).toEqual(['DELIVERY_OLDER']);
    const other = await workplace();
    await other.ingest(first);
    other.at('2026-11-20T00:00:00Z');
    const { deliveries } = await other.ingest(second);
    expect(deliveries[0]?.delivery).toMatchObject({
      ageFrom: 'arrival',
      deliveredAt: '2026-11-20T00:00:00.000Z',
    });
    other.at('2026-11-21T00:00:00Z');
    expect(codes(await other.ingest(first))).toEqual(['DELIVERY_OLDER']);
    expect(await totals(other)).toEqual(['2026-11 11 in 11']);
  });

  it('of one content change nothing, and say so', async () => {
    const place = await workplace();
    await place.ingest(await focusFile(times(10)));
    const again = await place.ingest(await focusFile(times(10)));
    expect(again).toMatchObject({ lakeVersion: 1, deliveries: [{ outcome: 'unchanged' }] });
    expect(again.deliveries[0]?.periods[0]?.totals.USD?.total?.BilledCost).toBe('10.00');
  });
});

it('is as old as it was made last: what came once more keeps out what was made in between', async () => {
  const made = (day: string) => ({ executed: `2026-11-${day}T00:00:00Z` });
  const place = await workplace();
  await place.ingest(await focusManifest(times(10), made('16')));
  const again = await place.ingest(await focusManifest(times(10), made('18')));
  expect(again).toMatchObject({ lakeVersion: 2, deliveries: [{ outcome: 'unchanged' }] });
  expect(codes(await place.ingest(await focusManifest(times(11), made('17'))))).toEqual(['DELIVERY_OLDER']);
  expect(await totals(place)).toEqual(['2026-11 10 in 10']);
  const once = await place.ingest(await focusManifest(times(10), made('18')));
  expect(once).toMatchObject({ lakeVersion: 2, deliveries: [{ outcome: 'unchanged' }] });
});

describe('a month that shrinks', () => {
  it('is refused with the lake as it was, and loaded when the user insists', async () => {
    const place = await workplace();
    await place.ingest(await focusFile(times(20)));
    const half = await focusFile(times(10));
    expect(codes(await place.ingest(half))).toEqual(['LOAD_SHRINKS']);
    expect(await totals(place)).toEqual(['2026-11 20 in 20']);
    expect((await place.store.list('cost-lines/')).length).toBe(1);
    await place.ingestAs({ allow: { shrink: true } }, half);
    expect(await totals(place)).toEqual(['2026-11 10 in 10']);
  });

  it('is not one where a large refund came', async () => {
    const place = await workplace();
    await place.ingest(await focusFile(times(20)));
    await place.ingest(await focusFile([...times(20), { cost: '-19', category: 'Credit' }]));
    expect(await totals(place)).toEqual(['2026-11 1 in 21']);
  });
});

describe('sources that overlap', () => {
  const LEGACY = bill('cur-legacy-aws-real.csv.gz');
  const CUR2 = bill('cur2-aws-real-reshaped.snappy.parquet');
  const SUM = `SELECT x_SourceId, sum(BilledCost) FROM cost_lines GROUP BY 1`;

  it.each([
    ['the better one first', [CUR2, LEGACY]],
    ['the better one last', [LEGACY, CUR2]],
  ])('count once: %s', async (_, paths) => {
    const place = await workplace();
    for (const path of paths) await place.ingest(path);
    const rows = await place.ask(SUM);
    expect(rows).toEqual([['cur2-aws-real-reshaped', '1.682308697400000']]);
    const { exclusions } = await (await openLake(place.store)).head();
    expect(exclusions.map(({ source, insteadOf }) => [source, insteadOf])).toEqual([
      ['cur-legacy-aws-real', 'cur2-aws-real-reshaped'],
    ]);
    expect(exclusions[0]?.totals[0]).toEqual({
      currency: 'USD',
      metric: 'BilledCost',
      amount: '1.6823086974',
    });
  });

  it('leave out the shared accounts alone', async () => {
    const place = await workplace();
    const both = [...times(3, { account: '1' }), ...times(5, { account: '2', cost: '10' })];
    await place.ingestAs({ source: 'old' }, await focusFile(both));
    const other = bill('focus12-aws-generated.csv.gz');
    await place.ingest(other);
    expect((await place.ask(`SELECT count(*) FROM cost_lines`))[0]).toEqual([3008]);
    const refused = await place.ingestAs({ source: 'new' }, await focusFile(times(4, { account: '2' })));
    expect(codes(refused)).toEqual(['SOURCES_OVERLAP']);
    expect((await place.ask(`SELECT count(*) FROM cost_lines`))[0]).toEqual([3008]);
  });

  it('of FOCUS versions: the newer one counts, account by account', async () => {
    const place = await workplace();
    await place.ingest(bill('focus12-aws-generated.csv.gz'));
    await place.ingest(bill('focus13-aws-generated.csv.gz'));
    expect(await place.ask(SUM)).toEqual([['focus13-aws-generated', '54512.126801223088978']]);
  });
});

describe('bad rows', () => {
  const bad = [...times(3), { cost: 'twelve' }];

  it('block the commit, and lie in a file with their reasons', async () => {
    const place = await workplace();
    const { refused } = await place.ingest(await focusCsvFile(bad));
    expect(refused[0]?.rejects).toMatchObject({ rows: 1, file: expect.stringContaining('/rejects/bill/') });
    expect(refused[0]?.error).toMatchObject({
      code: 'REJECTS',
      exit: 1,
      place: { line: 5, column: 'BilledCost', value: 'twelve' },
    });
    expect((await openLake(place.store).then((lake) => lake.head())).version).toBe(0);
    const [file] = await place.store.list('rejects/');
    const text = new TextDecoder().decode(await place.store.get(file?.key ?? ''));
    expect(text.split('\n')[0]).toMatch(/^BilledCost,.*,Tags,x_RejectReason,x_RejectColumn,/);
    expect(text).toContain('twelve');
  });

  it('are counted where they are allowed; mended they become a part, once, and leave with their delivery', async () => {
    const place = await workplace();
    const { deliveries } = await place.ingestAs({ maxRejects: 1 }, await focusCsvFile(bad));
    expect(deliveries[0]?.periods[0]?.lines).toEqual({
      read: 4,
      loaded: 3,
      rejected: 1,
      dropped: 0,
      generated: 0,
    });
    const rejects = deliveries[0]?.rejects?.file ?? '';
    const mended = await readFile(rejects, 'utf8');
    await writeFile(rejects, mended.replaceAll(/(?<=\n)twelve,twelve,twelve,twelve/g, '12,12,12,12'));
    const part = await place.ingest(rejects);
    expect(part.refused).toEqual([]);
    expect(part.deliveries[0]).toMatchObject({
      source: 'bill',
      periods: [{ scope: 'part', lines: { loaded: 1 } }],
    });
    expect((await place.ingest(rejects)).deliveries[0]?.outcome).toBe('unchanged');
    expect(await totals(place)).toEqual(['2026-11 15 in 4']);
    await place.ingest(await focusFile(times(4, { cost: '5' })));
    expect(await totals(place)).toEqual(['2026-11 20 in 4']);
  });
});

it('refuses a bill of which nothing can be loaded', async () => {
  const place = await workplace();
  const report = await place.ingestAs({ maxRejects: 5 }, await focusCsvFile([{ cost: 'twelve' }]));
  expect(codes(report)).toEqual(['LOAD_EMPTY']);
});

describe('rows mended in two goes', () => {
  it('are parts of the delivery that they first came with', async () => {
    const place = await workplace();
    const bill = await focusCsvFile([...times(30), { cost: 'twelve' }, { cost: 'seven' }]);
    const first = await place.ingestAs({ maxRejects: 2 }, bill);
    const mend = async (file: string, wrong: string, right: string) => {
      const text = (await readFile(file, 'utf8')).replaceAll(
        new RegExp(`(?<=^|,)${wrong}(?=,)`, 'gm'),
        right,
      );
      const path = await focusCsvFile([], 'mended.csv');
      await writeFile(path, text);
      return path;
    };
    const half = await mend(first.deliveries[0]?.rejects?.file ?? '', 'twelve', '12');
    const second = await place.ingestAs({ maxRejects: 1 }, half);
    const rest = await mend(second.deliveries[0]?.rejects?.file ?? '', 'seven', '7');
    expect((await place.ingest(rest)).refused).toEqual([]);
    expect(await totals(place)).toEqual(['2026-11 49 in 32']);
  });
});

it('keeps lines without any amount, and leaves them out of the rollup', async () => {
  const place = await workplace();
  await place.ingest(await focusFile([...times(2), ...times(3, { cost: '0' })]));
  expect(await place.ask(`SELECT count(*) FROM cost_lines`)).toEqual([[5]]);
  expect(await totals(place)).toEqual(['2026-11 2 in 2']);
});

it('never mixes simulated and real costs', async () => {
  const [real, simulated] = [
    await focusManifest(times(1)),
    await focusManifest(times(1), { simulated: true }),
  ];
  const place = await workplace();
  await place.ingest(simulated);
  expect(codes(await place.ingest(real))).toEqual(['SIMULATED_AND_REAL']);
  const other = await workplace();
  await other.ingest(real);
  expect(codes(await other.ingest(simulated))).toEqual(['SIMULATED_AND_REAL']);
});

it('loads the other deliveries when one is refused', async () => {
  const place = await workplace();
  const fine = await focusFile(times(2), 'fine.parquet');
  const { deliveries, refused } = await place.ingest(await focusCsvFile([{ cost: 'x' }]), fine);
  expect([deliveries.map(({ source }) => source), refused.map(({ error }) => error.code)]).toEqual([
    ['fine'],
    ['REJECTS'],
  ]);
});

it('keeps the files as they came, with hashes and a receipt', async () => {
  const place = await workplace();
  const path = await focusManifest(times(2));
  const { deliveries } = await place.ingest(path);
  const keys = (await place.store.list('raw/')).map(({ key }) =>
    key.replace(/^raw\/org\/[0-9a-f]{16}\//, ''),
  );
  expect(keys).toEqual(['0000-org-00001.parquet', '0001-org-Manifest.json', 'receipt.json']);
  expect(deliveries[0]?.delivery).toMatchObject({
    ageFrom: 'manifest',
    deliveredAt: '2026-11-19T00:00:00.000Z',
  });
});

describe('two processes on one lake', () => {
  it('both load their months, one after the other', async () => {
    const one = await workplace();
    await one.ingest(await focusFile(times(1, { day: '2026-01-03' })));
    const two = await workplace(one.root);
    const files = await Promise.all(
      ['02', '03', '04', '05', '06', '07'].map((month) => focusFile(times(2, { day: `2026-${month}-03` }))),
    );
    const reports = await Promise.all([one.ingest(...files.slice(0, 3)), two.ingest(...files.slice(3))]);
    expect(reports.flatMap(codes)).toEqual([]);
    expect(await totals(one)).toHaveLength(7);
    expect((await (await openLake(one.store)).head()).version).toBe(7);
  });

  it('never count one delivery twice, and the loser of two deliveries of a month checks again', async () => {
    const one = await workplace();
    const two = await workplace(one.root);
    const path = await focusManifest(times(3));
    const reports = await Promise.all([one.ingest(path), two.ingest(path)]);
    expect(reports.flatMap(({ deliveries }) => deliveries.map(({ outcome }) => outcome)).sort()).toEqual([
      'loaded',
      'unchanged',
    ]);
    expect(await totals(one)).toEqual(['2026-11 3 in 3']);
    const older = await focusManifest(times(4), { executed: '2026-11-20T00:00:00Z' });
    const newer = await focusManifest(times(5), { executed: '2026-11-21T00:00:00Z' });
    await Promise.all([one.ingest(newer), two.ingest(older)]);
    expect(await totals(one)).toEqual(['2026-11 5 in 5']);
  });
});
