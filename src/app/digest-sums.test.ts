import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { charge, costs, lineRelations } from '../../test/engine/charges.ts';
import { engines } from '../../test/engine/engines.ts';
import { rows } from '../../test/engine/rows.ts';
import { smallLake } from '../../test/engine/small-lake.ts';
import { addDays, billingDate } from '../core/calendar/billing-date.ts';
import { known } from '../core/errors/invariant.ts';
import { currency, type Money, minus, money, plus, sum } from '../core/money/money.ts';
import type { DigestFacts } from '../delivery/digest/facts.ts';
import { DAILY_COST_COLUMNS } from '../sql/schema.ts';
import { name, sql } from '../sql/sql.ts';
import { digestFacts } from './digest-facts.ts';

const USD = currency('USD');
const usd = (text: string): Money => money(text, USD);
const NOW = Date.parse('2026-11-19T07:04:00Z');
const HEADLINE = billingDate('2026-11-17');

describe.each(engines)('a digest on $name', ({ open }) => {
  it('has parts that add up to their totals, whatever was charged', async () => {
    const engine = await open({
      account_map: rows`account_id`,
      verdicts: rows`BillingDate`,
      lines: rows`ChargePeriodStart`,
      fx_rates: rows`currency`,
    });
    await lineRelations(engine);
    const { lake, state } = await smallLake({ watermarks: { focus: '2026-11-18 17:00:00' } });
    const days = [0, -7, -14, -21, -28, -1, -2, -3, -16].map((back) => addDays(HEADLINE, back));
    const anyCharge = fc.record({
      day: fc.constantFrom(...days),
      service: fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F'),
      ou: fc.constantFrom('X', 'Y', 'Unmapped'),
      kind: fc.constantFrom('usage', 'usage', 'usage', 'fee', 'tax', 'credit', 'refund'),
      tags: fc.constantFrom('compliant', 'missing', 'incomplete', 'not_taggable'),
      spans: fc.boolean(),
      units: fc.oneof(fc.constant(0n), fc.constant(1n), fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n })),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(anyCharge, { minLength: 1, maxLength: 60 }), async (charges) => {
        const table = costs(
          [
            ...charges,
            { day: HEADLINE, service: 'A', ou: 'X', kind: 'usage', tags: 'missing', spans: false, units: 1n },
          ].map((one) =>
            charge(one.day, decimal(one.units), {
              x_ServiceCode: one.service,
              x_OU: one.ou,
              x_ChargeKind: one.kind,
              x_SpansDays: String(one.spans),
              x_TagState: one.tags,
              SubAccountId: one.ou,
            }),
          ),
        );
        await engine.values(
          'daily_costs',
          DAILY_COST_COLUMNS,
          table.rows.map((row) =>
            DAILY_COST_COLUMNS.map(({ name: column }) => row[table.columns.indexOf(column)] ?? null),
          ),
        );
        const made = await digestFacts({
          engine,
          lake,
          state,
          now: NOW,
          requiredTagKeys: [],
          recipients: { group: 'FinOps', address: undefined, setting: 'X' },
          attachment: () => ({
            kind: 'none',
            fileName: '',
            rows: 0,
            archiveKey: undefined,
            reason: undefined,
          }),
        });
        checkSums(made);
        // Not always HEADLINE: an account that usually has lines on that weekday and has none holds the day back.
        const judged = known(made.headline, 'headline');
        const [total] = await engine.rows(
          sql`SELECT coalesce(sum(${name('DailyCost')}), 0) FROM daily_costs WHERE BillingDate = CAST(${judged.date} AS date)`,
        );
        expect(judged.total).toEqual(usd(String(total?.[0])));
      }),
      { numRuns: 25 },
    );
  });
});

function checkSums(made: DigestFacts): void {
  const { top, movers, headline, month, lights, calendar, kinds, unmapped } = {
    ...made,
    top: known(made.top, 'top'),
    headline: known(made.headline, 'headline'),
    month: known(made.month, 'month'),
    kinds: known(made.kinds, 'kinds'),
  };
  const all = (amounts: readonly (Money | undefined)[]): Money =>
    sum(
      amounts.filter((a) => a !== undefined),
      USD,
    );
  expect(plus(all(top.rows.map((row) => row.amount)), top.others.amount)).toEqual(top.total);
  expect(top.total).toEqual(headline.total);
  expect(made.proof.csvTotal).toEqual(headline.total);
  expect(top.rows.length + top.others.rows).toBe(headline.rows);
  expect(plus(headline.comparable, headline.onChargeDate)).toEqual(headline.total);
  if (movers !== undefined) {
    const change = minus(headline.comparable, known(headline.usualWeekday, 'usual').mean);
    expect(top.totalChange).toEqual(change);
    expect(movers.total).toEqual(change);
    expect(plus(all(top.rows.map((row) => row.change)), known(top.others.change, 'change'))).toEqual(change);
    expect(plus(all(movers.rows.map((row) => row.change)), movers.others.change)).toEqual(change);
  }
  expect(all(lights.map((light) => light.monthToDate))).toEqual(month.toDate);
  expect(
    all(calendar.filter(({ state }) => state === 'complete').flatMap((day) => [day.usage, day.onChargeDate])),
  ).toEqual(month.toDate);
  expect(kinds.total).toEqual(month.toDate);
  expect(all([kinds.usage, kinds.fees, kinds.tax, kinds.credits, kinds.refunds])).toEqual(kinds.total);
  expect(unmapped?.amount).toEqual(lights.find(({ ou }) => ou === 'Unmapped')?.monthToDate ?? usd('0'));
}

function decimal(units: bigint): string {
  const digits = (units < 0n ? -units : units).toString().padStart(16, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -15)}.${digits.slice(-15)}`;
}
