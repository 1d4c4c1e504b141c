import type { DeliveryReport, IngestReport, PeriodReport } from '../app/ingest-report.ts';
import { asTable } from './shape.ts';

/** The report as a JSON document: `periods` has one entry per source and billing period, amounts are exact texts. */
export const ingestAsJson = ({ lakeVersion, deliveries, refused, queries }: IngestReport) => ({
  lakeVersion,
  ...(queries === undefined ? {} : { queries }),
  periods: deliveries.flatMap((delivery) =>
    delivery.periods.map((period) => ({ ...period, outcome: delivery.outcome, format: delivery.format })),
  ),
  exclusions: deliveries.flatMap(({ exclusions }) => exclusions),
  deliveries: deliveries.map(({ periods: _, exclusions: __, ...delivery }) => delivery),
  refused: refused.map(({ files, error, rejects }) => ({
    files,
    rejects,
    code: error.code,
    what: error.what,
    place: error.place,
    remedy: error.remedy,
  })),
});

/** The report for people: exact totals, one block a delivery. */
export function ingestAsText({ lakeVersion, deliveries, refused }: IngestReport): string {
  const refusals = refused.map(
    ({ files, error }) => `Not loaded: ${nameOf(files)}: ${error.what}  (${error.code})\n`,
  );
  return `${deliveries.map(block).join('\n')}${refusals.join('')}${lakeVersion === 0 ? 'Nothing is in the lake yet.' : `Lake version ${lakeVersion}.`}\n`;
}

function block(delivery: DeliveryReport): string {
  const { outcome, label, source, rejects, unknownColumns, notes, engine } = delivery;
  const head =
    outcome === 'unchanged'
      ? `${label}: in the lake already as source ${source}, nothing changed`
      : `${label}: loaded as source ${source}, ${ageOf(delivery)}`;
  const remarks = [
    ...(engine?.kind === 'athena' ? [`Read and written by Athena: ${engine.reason}`] : []),
    ...(rejects === undefined ? [] : [`${rejects.rows} rows rejected, to be mended in ${rejects.file}`]),
    ...exclusionsOf(delivery),
    ...restatedOf(delivery),
    ...(unknownColumns.length === 0
      ? []
      : [`Columns that no rule reads (they stay in raw): ${unknownColumns.join(', ')}`]),
    ...notes,
  ];
  const figures = outcome === 'unchanged' ? '' : table(delivery.periods);
  return `${head}\n${figures}${remarks.map((remark) => `  ${remark}\n`).join('')}`;
}

function ageOf({ delivery }: DeliveryReport): string {
  const by = {
    manifest: 'by its manifest',
    'delivered-at': 'as you said',
    arrival: 'by its arrival',
  } as const;
  return `delivered ${delivery.deliveredAt.slice(0, 16).replace('T', ' ')} UTC ${by[delivery.ageFrom]}`;
}

function table(periods: readonly PeriodReport[]): string {
  const rows = periods.flatMap((period) =>
    Object.entries(period.totals).flatMap(([currency, categories]) =>
      Object.entries(categories)
        .sort(byTotalLast)
        .map(([category, metrics], i) => ({
          labels: [
            i === 0 ? `${period.billingPeriod}${period.scope === 'part' ? ' (part)' : ''}` : '',
            i === 0 ? period.lines.loaded.toLocaleString('en') : '',
            i === 0 ? currency : '',
            category,
          ],
          amounts: [metrics.BilledCost, metrics.EffectiveCost],
        })),
    ),
  );
  const amounts = [0, 1].map((column) => byPoint(rows.map((row) => row.amounts[column])));
  return asTable(
    ['month', 'lines', 'in', 'charges', 'BilledCost', 'EffectiveCost'],
    rows.map(({ labels }, i) => [...labels, ...amounts.map((column) => column[i] ?? '')]),
    ['left', 'right', 'left', 'left', 'right', 'right'],
  ).replace(/^(?=.)/gm, '  ');
}

/** Padded behind, so that right-aligned amounts have their decimal points below each other. */
function byPoint(amounts: readonly (string | null | undefined)[]): string[] {
  const decimals = (amount: string): number => amount.length - amount.indexOf('.');
  const most = Math.max(0, ...amounts.map((amount) => (amount ? decimals(amount) : 0)));
  return amounts.map((amount) =>
    amount ? amount.padEnd(amount.length + most - decimals(amount)) : 'unknown',
  );
}

const byTotalLast = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  Number(a === 'total') - Number(b === 'total') || (a < b ? -1 : 1);

function exclusionsOf({ exclusions }: DeliveryReport): string[] {
  const [first] = exclusions;
  if (first === undefined) return [];
  const accounts = exclusions.length === 1 ? '1 account month' : `${exclusions.length} account months`;
  return [
    `Counted once: ${accounts} of ${first.source} left out, ${first.insteadOf} has them (${first.reason})`,
  ];
}

function restatedOf({ periods }: DeliveryReport): string[] {
  return periods.flatMap(({ billingPeriod, restated }) =>
    restated
      .filter(({ metric }) => metric === 'BilledCost')
      .map(
        ({ currency, before, after }) =>
          `${billingPeriod} restated: BilledCost was ${before} ${currency}, is ${after}`,
      ),
  );
}

const nameOf = (files: readonly string[]): string => files[0] ?? 'a delivery';
