import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stoppedClock } from '../../src/adapters/clock/clock.ts';
import { diskStore } from '../../src/adapters/disk/disk-store.ts';
import { archiveDays, enterDeliveries } from '../../src/app/archive-days.ts';
import { completeDays } from '../../src/app/complete-days.ts';
import { verify } from '../../src/app/verify/verify.ts';
import { billingDate } from '../../src/core/calendar/billing-date.ts';
import { builtInTags } from '../../src/core/rules/rules.ts';
import { readLedger } from '../../src/lake/ledger.ts';
import { daysWithLines } from '../../src/sql/days-with-lines.ts';
import { rollup } from '../../src/sql/rollup.ts';
import { METRICS } from '../../src/sql/schema.ts';
import { joined, name, sql } from '../../src/sql/sql.ts';
import type { BenchData } from '../data/prepare.ts';
import { type Case, inChild, inTurns, median, ratio } from '../harness/measure.ts';
import type { Figure } from '../harness/report.ts';
import { engineFor, standingLake } from './lakes.ts';
import { opened } from './rollup.ts';

/** Five days after the last month's end: all days are complete. */
const NOW = Date.UTC(2025, 9, 6, 7);
const REQUIRED_TAG_KEYS = ['Environment', 'Owner', 'Project', 'CostCenter'];
const SILENT = { step: () => undefined, end: () => undefined };

/** Archives every day of a lake, unless it is: `lake`. */
export const archiveCase: Case = async (stopwatch, [folder = '']) => {
  const { engine, lake, state } = await opened(folder);
  const clock = stoppedClock(NOW);
  const tools = {
    lake,
    engine,
    clock,
    progress: SILENT,
    scratch: () => mkdtemp(join(tmpdir(), 'spendlight-archive-')),
  };
  const { completeTo } = await completeDays(engine, state, NOW);
  const rows = completeTo === undefined ? [] : await engine.rows(daysWithLines({ until: completeTo }));
  const entered = await readLedger(lake.store);
  const days = entered.entries.length > 0 ? [] : rows.map(([day]) => billingDate(String(day)));
  await stopwatch(async () => {
    await enterDeliveries(tools, state);
    await archiveDays(tools, state, days);
  });
  await engine.close();
  return { days: days.length };
};

/** `verify` of a lake: `lake`, `deep` or nothing. */
export const verifyCase: Case = async (stopwatch, [folder = '', depth = '']) => {
  const engine = await engineFor({ folder: join(folder, '..') });
  const report = await stopwatch(() =>
    verify(
      {
        store: diskStore(folder),
        engine: async () => engine,
        progress: SILENT,
        scratch: join(folder, '..', 'scratch', 'verify'),
        settings: { requiredTagKeys: REQUIRED_TAG_KEYS },
      },
      { deep: depth === 'deep', anchor: undefined },
    ),
  );
  await engine.close();
  if (report.wrong > 0) throw new Error(JSON.stringify(report.findings[0]));
  return { objects: report.objects, MB: Math.round(report.bytes / 1e6) };
};

/** Every byte of a lake, read and hashed, one file after the other: `lake`. */
export const sha256Case: Case = async (stopwatch, [folder = '']) => {
  const store = diskStore(folder);
  const listed = await store.list('');
  await stopwatch(async () => {
    for (const { key } of listed) {
      const hash = createHash('sha256');
      for await (const chunk of createReadStream(store.uri(key), { highWaterMark: 1 << 20 }))
        hash.update(chunk);
      hash.digest('hex');
    }
  });
  return {};
};

/** A scan of the cost columns of all lines, and one rollup of them: `lake`, `out`. */
export const sumsAgainCase: Case = async (stopwatch, [folder = '', out = '']) => {
  const { engine, lake } = await opened(folder);
  const sums = joined(METRICS.map((metric) => sql`sum(${name(metric)})`));
  await stopwatch(async () => {
    await engine.rows(sql`SELECT ${sums} FROM pinned_lines`);
    await engine.write(
      rollup({
        lines: 'pinned_lines',
        sourceId: 'bench',
        costMetric: lake.identity.costMetric,
        reportingCurrency: lake.identity.reportingCurrency,
        ouLevel: 1,
        tagRules: builtInTags({ requiredTagKeys: REQUIRED_TAG_KEYS }),
      }),
      out,
    );
  });
  await engine.close();
  await rm(out, { force: true });
  return {};
};

export async function verifyFigures(data: BenchData, times: number): Promise<Figure[]> {
  const lake = await standingLake(data, 'year');
  await inChild({ label: 'archive', name: 'archive', args: [lake] });
  const runs = await inTurns(times, [
    { label: 'sha256', name: 'sha256', args: [lake] },
    { label: 'verify', name: 'verify', args: [lake] },
    { label: 'sums', name: 'sums-again', args: [lake, join(data.folder, 'sums-again.parquet')] },
    { label: 'deep', name: 'verify', args: [lake, 'deep'] },
  ]);
  const facts = runs.get('verify')?.[0]?.facts;
  const seconds = (label: string) =>
    `${median((runs.get(label) ?? []).map((run) => run.seconds)).toFixed(2)} s`;
  return [
    {
      figure: 'verify / reading the same bytes with sha256',
      bar: 1.5,
      stretch: 1.2,
      measured: ratio(runs.get('verify'), runs.get('sha256')),
      unit: 'x',
      detail: `${seconds('verify')} against ${seconds('sha256')}, ${facts?.objects} objects, ${facts?.MB} MB`,
    },
    {
      figure: 'verify --deep / scan of the cost columns + one rollup',
      bar: 1.5,
      stretch: 1.2,
      measured: ratio(runs.get('deep'), runs.get('sums')),
      unit: 'x',
      detail: `${seconds('deep')} against ${seconds('sums')}`,
    },
  ];
}
