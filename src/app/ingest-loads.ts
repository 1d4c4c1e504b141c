import { UserError } from '../core/errors/user-error.ts';
import type { DeliveryRef, LakeFile, Load } from '../lake/catalog-types.ts';
import { type Difference, reconciled } from '../lake/control-totals.ts';
import type { Lake } from '../lake/lake.ts';
import { pinInputs } from '../lake/pin.ts';
import type { ManifestFacts, OpenDelivery, SourceTotal } from '../sources/contract.ts';
import type { IngestDoors } from './ingest-doors.ts';
import { checkRollup, type LinesOf, readBack, writeLines } from './ingest-write.ts';
import { rollUp } from './rollups.ts';
import { type Scope, scopesOf } from './scopes.ts';

/** A recognised delivery on its way into the lake. */
export interface LoadPlan {
  readonly source: string;
  readonly delivery: DeliveryRef;
  readonly opened: OpenDelivery;
  /** Set for mended rows: the delivery they belong to. */
  readonly cameWith: string | undefined;
}

/** The loads that will be made, without what only written files tell: enough to refuse what is older or a repetition. */
export const planned = (plan: LoadPlan, manifest: ManifestFacts | undefined): Load[] =>
  scopesOf(plan.opened.periods, manifest?.billingPeriod, plan).map((scope) => ({
    ...skeleton(plan, scope, 'planned'),
    firstDate: undefined,
    lastDate: undefined,
    watermark: undefined,
    lines: [],
    rollup: { identity: '', files: [] },
    totals: [],
    accounts: [],
  }));

/**
 * Writes, reads back, checks and rolls up every billing period of a delivery. Keys that were written are put into
 * `written` as they are, so that the caller can discard them.
 * @throws UserError `CONTROL_TOTALS_DIFFER`
 */
export async function loadsOf(
  doors: IngestDoors,
  lake: Lake,
  plan: LoadPlan,
  totals: readonly SourceTotal[],
  manifest: ManifestFacts | undefined,
  written: string[],
): Promise<Load[]> {
  const inputs = await lake.head();
  await pinInputs(doors.engine, lake, inputs);
  const scopes = scopesOf(plan.opened.periods, manifest?.billingPeriod, plan);
  const rows = scopes.reduce((sum, scope) => sum + scope.rows, 0);
  const loads: Load[] = [];
  let before = 0;
  for (const scope of scopes) {
    const { period } = scope;
    const base = skeleton(plan, scope, doors.random.id());
    const place = { billingPeriod: period, source: plan.source, load: base.id };
    const keep = (files: LakeFile[]): LakeFile[] => {
      written.push(...files.map((file) => file.key));
      return files;
    };
    const note = `${plan.source} ${period}`;
    doors.progress.step('ingest', before, rows, `${note}, sorting and writing`);
    const lines = keep(
      await writeLines(doors, place, linesOf(plan, scope), (done) =>
        doors.progress.step('ingest', before + done, rows, `${note}, checking and rolling up`),
      ),
    );
    const back = await readBack(doors, lines);
    const checked = reconciled(
      totals.filter((total) => total.period === period),
      back.totals,
    );
    refuseDifferences(note, checked.differences);
    const rollup = await rollUp(doors, lake, inputs, { ...base, lines });
    keep([...rollup.files]);
    await checkRollup(doors, place, rollup);
    const { firstDate, lastDate, watermark, accounts } = back;
    loads.push({
      ...base,
      firstDate,
      lastDate,
      watermark,
      accounts,
      lines,
      rollup,
      totals: checked.totals,
    });
    before += scope.rows;
  }
  return loads;
}

const linesOf = ({ opened, source }: LoadPlan, { period, rows }: Scope): LinesOf => ({
  select: opened.lines(period, source),
  extraColumns: opened.extraColumns,
  rows,
});

function skeleton(
  { source, delivery, opened }: LoadPlan,
  { period, kind, cameWith }: Scope,
  id: string,
): Pick<
  Load,
  'id' | 'source' | 'billingPeriod' | 'scope' | 'cameWith' | 'delivery' | 'format' | 'rank' | 'simulated'
> {
  return {
    id,
    source,
    billingPeriod: period,
    scope: kind,
    ...(cameWith === undefined ? {} : { cameWith }),
    delivery,
    format: opened.format,
    rank: opened.rank,
    simulated: opened.simulated,
  };
}

function refuseDifferences(note: string, differences: readonly Difference[]): void {
  const [first] = differences;
  if (first === undefined) return;
  const { what, currency, metric, lineItemType, read, accounted } = first;
  throw new UserError('CONTROL_TOTALS_DIFFER', {
    what: `${note}: ${what} of ${metric} ${currency} ${lineItemType} do not add up: ${read} read, ${accounted} accounted for${differences.length > 1 ? `, and ${differences.length - 1} more` : ''}`,
    remedy: 'Nothing was committed. Report this with the file: it is a fault of Spendlight.',
  });
}
