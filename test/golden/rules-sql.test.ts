import { expect, it } from 'vitest';
import { billingDate, days } from '../../src/core/calendar/billing-date.ts';
import { builtInTags } from '../../src/core/rules/rules.ts';
import type { Query } from '../../src/sql/query.ts';
import { classesUnder, reclassifiedDays, tagsUnder } from '../../src/sql/rules/diff.ts';
import { unportable } from '../portable/tokens.ts';

const period = days(billingDate('2026-11-01'), billingDate('2026-11-17'));
const after = { required: ['Owner'], allowed: { Owner: ['Shop', 'web'] }, placeholders: ['later'] };

const QUESTIONS: readonly Query[] = [
  tagsUnder({
    period,
    costMetric: 'BilledCost',
    reportingCurrency: 'USD',
    before: builtInTags({ requiredTagKeys: ['Environment', 'Owner'] }),
    after,
  }),
  classesUnder(period),
  reclassifiedDays({ period, rows: 20 }),
];

it.each(QUESTIONS)(
  '$name is the text that was agreed, and the same on every engine',
  async ({ name, sql }) => {
    expect(unportable(sql.text)).toEqual([]);
    await expect(`${sql.text.trim()}\n`).toMatchFileSnapshot(`files/sql/${name}.sql`);
  },
);
