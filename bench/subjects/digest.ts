import { stoppedClock, systemRandom } from '../../src/adapters/clock/clock.ts';
import { digestFacts } from '../../src/app/digest-facts.ts';
import { judge } from '../../src/app/verdicts.ts';
import { known } from '../../src/core/errors/invariant.ts';
import { builtInTags } from '../../src/core/rules/rules.ts';
import { pinLake } from '../../src/lake/pin.ts';
import type { Engine } from '../../src/ports/engine.ts';
import { CHARGE_KIND } from '../../src/sql/parts/charge-kind.ts';
import { spelledKeys, tagState } from '../../src/sql/parts/tag-state.ts';
import type { Query } from '../../src/sql/query.ts';
import { METRICS } from '../../src/sql/schema.ts';
import { joined, name, type Sql, sql } from '../../src/sql/sql.ts';
import type { BenchData } from '../data/prepare.ts';
import { type Case, inTurns, type Measured, median, ratio } from '../harness/measure.ts';
import type { Figure } from '../harness/report.ts';
import { standingLake } from './lakes.ts';
import { opened } from './rollup.ts';

/** Five days after the last month's end: all days are complete. */
const NOW = Date.UTC(2025, 9, 6, 7);
const REQUIRED_TAG_KEYS = ['Environment', 'Owner', 'Project', 'CostCenter'];

/** Lines in the shape of the rollup, one row a line: what the questions would read if there were no rollup. */
const LINE_BY_LINE: Sql = sql`
  WITH ${spelledKeys(name('pinned_lines'), REQUIRED_TAG_KEYS)}
  SELECT l.BillingDate, substr(CAST(CAST(l.BillingPeriodStart AS date) AS varchar), 1, 7) AS BillingPeriod,
    l.BillingAccountId, l.SubAccountId, l.SubAccountName, l.x_OU, l.x_Team, l.ProviderName, l.x_Service AS x_ServiceCode,
    l.ServiceName, l.RegionId, l.ChargeCategory, l.ChargeFrequency, l.PricingCategory, ${CHARGE_KIND} AS x_ChargeKind,
    l.x_SpansDays, ${tagState(CHARGE_KIND, builtInTags({ requiredTagKeys: REQUIRED_TAG_KEYS }))} AS x_TagState, l.BillingCurrency,
    ${joined(METRICS.map((metric) => sql`l.${name(metric)}`))}, l.EffectiveCost AS DailyCost,
    CASE WHEN l.EffectiveCost IS NULL THEN 1 ELSE 0 END AS UnknownEffective,
    CASE WHEN l.EffectiveCost IS NULL THEN 1 ELSE 0 END AS UnknownCost, 1 AS lines,
    CASE WHEN l.ChargeCategory = 'Usage' AND NOT l.x_SpansDays THEN l.ChargePeriodEnd END AS LatestUsageEnd, l.x_SourceId
  FROM cost_lines l
  LEFT JOIN spelled s ON s.tag_keys = map_keys(l.Tags)`;

/** All questions of a digest of the last day, each by itself: `lake`, `rollup` or `lines`. Facts are seconds by question. */
export const digestCase: Case = async (stopwatch, [folder = '', from = '']) => {
  const { engine, lake, state } = await judged(folder);
  if (from === 'lines') await engine.view('daily_costs', LINE_BY_LINE);
  const seconds: Record<string, number> = {};
  const rows: Engine['rows'] = async (question) => {
    const began = performance.now();
    const answer = await engine.rows(question);
    // What does not read the rollup is the same on both sides, and no figure here.
    if (/\bdaily_costs\b/.test(textOf(question)))
      seconds[nameOf(question, seconds)] = (performance.now() - began) / 1000;
    return answer;
  };
  await stopwatch(() =>
    digestFacts({
      engine: { ...engine, rows },
      lake,
      state,
      now: NOW,
      requiredTagKeys: REQUIRED_TAG_KEYS,
      recipients: { group: 'finops', address: undefined, setting: 'DIGEST_RECIPIENTS_FINOPS' },
      attachment: (_, count) => ({
        kind: 'none',
        fileName: '',
        rows: count,
        archiveKey: undefined,
        reason: undefined,
      }),
    }),
  );
  await engine.close();
  return seconds;
};

const textOf = (question: Query | Sql): string => ('sql' in question ? question.sql.text : question.text);

/** A question's name; the second of that name gets a number. */
function nameOf(question: Query | Sql, taken: Readonly<Record<string, unknown>>): string {
  const own = 'name' in question ? question.name : `question of ${textOf(question).length} letters`;
  for (let i = 1; ; i++) {
    const numbered = i === 1 ? own : `${own} ${i}`;
    if (!(numbered in taken)) return numbered;
  }
}

/** The lake with its verdicts, as the daily run has it when it asks for the facts. */
async function judged(folder: string) {
  const { engine, lake, state } = await opened(folder);
  const settings = { anomalyThreshold: 0.2, anomalyMinImpact: '50' };
  const after = known(
    await judge(engine, lake, state, settings, stoppedClock(NOW), systemRandom),
    'verdicts',
  );
  await pinLake(engine, lake, after);
  return { engine, lake, state: after };
}

/** Every question of the digest on the rollup against the same on the lines: the worst of them counts. */
export async function digestFigures(data: BenchData, times: number): Promise<Figure[]> {
  const lake = await standingLake(data, 'year');
  const runs = await inTurns(times, [
    { label: 'digest on the rollup', name: 'digest', args: [lake, 'rollup'] },
    { label: 'digest on the lines', name: 'digest', args: [lake, 'lines'] },
  ]);
  const rollup = known(runs.get('digest on the rollup'), 'rollup');
  const lines = known(runs.get('digest on the lines'), 'lines');
  const of = (question: string) => (run: Measured) => Number(run.facts[question]);
  const questions = Object.keys(rollup[0]?.facts ?? {})
    .map((question) => ({ question, ratio: ratio(rollup, lines, of(question)) }))
    .sort((a, b) => b.ratio - a.ratio);
  for (const { question, ratio } of questions)
    process.stderr.write(
      `    ${question}: ${median(rollup.map(of(question))).toFixed(3)} s, ${ratio.toFixed(3)}x\n`,
    );
  const [worst] = questions;
  const all = median(rollup.map((run) => run.seconds));
  return [
    {
      figure: 'each question of the digest, rollup / lines',
      bar: 1 / 3,
      stretch: 1 / 10,
      measured: worst?.ratio ?? Number.NaN,
      unit: 'x',
      detail: `worst of ${questions.length}: ${worst?.question ?? 'none'}; median ${median(questions.map((q) => q.ratio)).toFixed(3)}x; all facts ${all.toFixed(2)} s`,
    },
  ];
}
