import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { diskStore } from '../../src/adapters/disk/disk-store.ts';
import { known } from '../../src/core/errors/invariant.ts';
import { builtInTags } from '../../src/core/rules/rules.ts';
import { openLake } from '../../src/lake/lake.ts';
import { pinLake } from '../../src/lake/pin.ts';
import type { ColumnDef } from '../../src/ports/engine.ts';
import { rollup } from '../../src/sql/rollup.ts';
import { COST_LINE_COLUMNS, METRICS } from '../../src/sql/schema.ts';
import { joined, name, sql } from '../../src/sql/sql.ts';
import type { BenchData } from '../data/prepare.ts';
import { type Case, inChild, inTurns, median, ratio } from '../harness/measure.ts';
import { type Figure, perSecond } from '../harness/report.ts';
import { engineFor, standingLake } from './lakes.ts';

/** What the rollup reads of a line. */
const READ: readonly string[] = [
  ...[
    'ChargePeriodStart',
    'ChargePeriodEnd',
    'BillingPeriodStart',
    'BillingAccountId',
    'SubAccountId',
    'SubAccountName',
  ],
  ...[
    'ProviderName',
    'x_ServiceCode',
    'ServiceName',
    'RegionId',
    'ChargeCategory',
    'ChargeClass',
    'ChargeFrequency',
  ],
  ...['PricingCategory', 'CommitmentDiscountStatus', 'x_SpansDays', 'x_LineItemType', 'ResourceId', 'Tags'],
  ...['BillingCurrency', ...METRICS],
];

const DOUBLES: readonly ColumnDef[] = COST_LINE_COLUMNS.map((column) =>
  METRICS.some((metric) => metric === column.name) ? { ...column, type: 'double' } : column,
);

/** The rollup of all lines of a lake, in one statement, written as ingest writes it: `lake`, `out`, `exact` or a file of doubles. */
export const rollupCase: Case = async (stopwatch, [folder = '', out = '', amounts = '']) => {
  const { engine, lake } = await opened(folder);
  if (amounts !== 'exact') await engine.files('pinned_lines', [amounts], DOUBLES);
  const question = rollup({
    lines: 'pinned_lines',
    sourceId: 'bench',
    costMetric: lake.identity.costMetric,
    reportingCurrency: lake.identity.reportingCurrency,
    ouLevel: 1,
    tagRules: builtInTags({ requiredTagKeys: ['Environment', 'Owner', 'Project', 'CostCenter'] }),
  });
  const { rows } = await stopwatch(() => engine.write(question, out));
  await engine.close();
  return { rows, bytes: (await stat(out)).size };
};

/** A scan of the columns that the rollup reads. */
export const scanCase: Case = async (stopwatch, [folder = '']) => {
  const { engine } = await opened(folder);
  const counts = joined(READ.map((column) => sql`count(${name(column)})`));
  await stopwatch(() => engine.rows(sql`SELECT ${counts} FROM pinned_lines`));
  await engine.close();
  return {};
};

/** The lake's lines with their amounts as doubles: `lake`, `out`. */
export const doublesCase: Case = async (stopwatch, [folder = '', out = '']) => {
  const { engine } = await opened(folder);
  const columns = DOUBLES.map((column) =>
    column.type === 'double'
      ? sql`CAST(${name(column.name)} AS double) AS ${name(column.name)}`
      : name(column.name),
  );
  await stopwatch(() => engine.write(sql`SELECT ${joined(columns)} FROM pinned_lines`, out));
  await engine.close();
  return {};
};

/** The rollup against a scan of its columns, and against the same rollup in doubles. */
export async function rollupFigures(data: BenchData, times: number): Promise<Figure[]> {
  const lake = await standingLake(data, 'year');
  const doubles = join(data.folder, 'doubles.parquet');
  await inChild({ label: 'lines with doubles', name: 'doubles', args: [lake, doubles] });
  const out = join(data.folder, 'rollup.parquet');
  const runs = await inTurns(times, [
    { label: 'scan', name: 'scan', args: [lake] },
    { label: 'rollup', name: 'rollup', args: [lake, out, 'exact'] },
    { label: 'rollup in doubles', name: 'rollup', args: [lake, out, doubles] },
  ]);
  const [scan, exact, double] = ['scan', 'rollup', 'rollup in doubles'].map((label) =>
    known(runs.get(label), label),
  );
  const seconds = median((exact ?? []).map((run) => run.seconds));
  const rows = Number(exact?.[0]?.facts.rows);
  return [
    {
      figure: 'rollup / scan of the same columns, 13 months',
      bar: 20,
      stretch: 10,
      measured: ratio(exact, scan),
      unit: 'x',
      detail: `${seconds.toFixed(2)} against ${median((scan ?? []).map((run) => run.seconds)).toFixed(2)} s, CPU ${ratio(exact, scan, (run) => run.cpuSeconds).toFixed(1)}x, ${perSecond(data.lines, seconds)}, ${rows} rows`,
    },
    {
      figure: 'exact decimals / doubles, rollup',
      bar: 1.4,
      stretch: 1.2,
      measured: ratio(exact, double),
      unit: 'x',
      detail: `CPU ${ratio(exact, double, (run) => run.cpuSeconds).toFixed(2)}x`,
    },
  ];
}

/** The lake pinned at its head, in an engine of its own. */
export async function opened(folder: string) {
  const engine = await engineFor({ folder: join(folder, '..') });
  const lake = await openLake(diskStore(folder));
  const state = await lake.head();
  await pinLake(engine, lake, state);
  return { engine, lake, state };
}
