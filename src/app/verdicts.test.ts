import { describe, expect, it } from 'vitest';
import { engines } from '../../test/engine/engines.ts';
import { rows, type TestTable } from '../../test/engine/rows.ts';
import { smallLake } from '../../test/engine/small-lake.ts';
import { stoppedClock } from '../adapters/clock/clock.ts';
import { billingDate, eachDay } from '../core/calendar/billing-date.ts';
import { known } from '../core/errors/invariant.ts';
import type { LakeState } from '../lake/catalog-types.ts';
import { pinLake } from '../lake/pin.ts';
import { sql } from '../sql/sql.ts';
import { judge } from './verdicts.ts';

const clock = stoppedClock(Date.parse('2026-11-19T07:00:00Z'));
const settings = { anomalyThreshold: 0.2, anomalyMinImpact: '10' };
let made = 0;
const ids = { id: () => `id-${++made}` };

/** 100 a day from 1 September to 18 November; 500 on 16 and 17 November. */
const costs: TestTable = {
  columns: [
    'BillingDate',
    'x_OU',
    'x_ServiceCode',
    'SubAccountId',
    'x_ChargeKind',
    'x_SpansDays',
    'BillingCurrency',
    'EffectiveCost',
    'x_SourceId',
    'lines',
  ],
  rows: [...eachDay({ from: billingDate('2026-09-01'), until: billingDate('2026-11-19') })].map((day) => [
    day,
    'Marketing',
    'AmazonS3',
    '012345678901',
    'usage',
    'false',
    'USD',
    day === '2026-11-16' || day === '2026-11-17' ? '500' : '100',
    'focus',
    '10',
  ]),
};

describe.each(engines)('judging the lake on $name', ({ open }) => {
  const opened = async () => {
    const engine = await open({
      daily_costs: costs,
      fx_rates: rows`currency`,
      account_map: rows`account_id`,
    });
    return { engine, ...(await smallLake({ watermarks: { focus: '2026-11-18 17:00:00' } })) };
  };
  const written = (state: LakeState) =>
    state.verdicts.map(({ month, judgedUntil, files }) => [month, judgedUntil, files.length]);

  it('writes the complete days month by month, with what is worth telling', async () => {
    const { engine, lake, state } = await opened();
    const judged = known(await judge(engine, lake, state, settings, clock, ids), 'a commit');
    expect(judged.version).toBe(state.version + 1);
    expect(written(judged)).toEqual([
      ['2026-09', '2026-10-01', 1],
      ['2026-10', '2026-11-01', 0],
      ['2026-11', '2026-11-18', 1],
    ]);
    await pinLake(engine, lake, judged);
    expect(
      await engine.rows(
        sql`SELECT x_ClassReason, count(*), min(BillingDate), max(BillingDate), min(SpikeSince) FROM verdicts GROUP BY 1 ORDER BY 1`,
      ),
    ).toEqual([
      ['no_baseline', 14, '2026-09-01', '2026-09-14', null],
      ['spike', 2, '2026-11-16', '2026-11-17', '2026-11-16'],
    ]);
  });

  it('does nothing where nothing changed, and only November where a day became complete', async () => {
    const { engine, lake, state } = await opened();
    const judged = known(await judge(engine, lake, state, settings, clock, ids), 'a commit');
    expect(await judge(engine, lake, judged, settings, clock, ids)).toBe(judged);
    const later = judged.loads.map((load) => ({
      ...load,
      watermark: '2026-11-19 03:00:00',
      lastDate: billingDate('2026-11-18'),
    }));
    const again = known(
      await judge(engine, lake, { ...judged, loads: later }, settings, clock, ids),
      'a commit',
    );
    const [september, october, november] = again.verdicts;
    expect([september, october]).toEqual(judged.verdicts.slice(0, 2));
    expect(november?.judgedUntil).toBe('2026-11-19');
  });

  it('judges anew when a setting changes', async () => {
    const { engine, lake, state } = await opened();
    const judged = known(await judge(engine, lake, state, settings, clock, ids), 'a commit');
    const milder = known(
      await judge(engine, lake, judged, { ...settings, anomalyMinImpact: '1000' }, clock, ids),
      'a commit',
    );
    expect(written(milder).at(-1)).toEqual(['2026-11', '2026-11-18', 0]);
  });

  it('leaves no file behind when another writer was first', async () => {
    const { engine, lake, state } = await opened();
    await lake.commit(state, { kind: 'verdicts', months: [] }, clock);
    expect(await judge(engine, lake, state, settings, clock, ids)).toBeUndefined();
    expect(await lake.store.list('verdicts/')).toEqual([]);
  });
});
