import { expect, it } from 'vitest';
import { billingDate, days } from '../core/calendar/billing-date.ts';
import { whyEmpty } from './why-empty.ts';

/** A lake of two loads: 1 to 30 September, 10 to 20 November. */
const LOADS = [
  ['2026-09-01', '2026-09-30'],
  ['2026-11-10', '2026-11-20'],
].map(([first, last]) => ({ firstDate: billingDate(first ?? ''), lastDate: billingDate(last ?? '') }));

it.each([
  ['2026-08-01', '2026-08-31', 'before the first line, which is of 2026-09-01'],
  ['2026-11-21', '2026-11-30', 'not arrived yet: the newest line is of 2026-11-20'],
  ['2026-10-05', '2026-10-06', 'No delivery reaches these days'],
  ['2026-11-12', '2026-11-12', 'Deliveries reach over these days and have no line'],
])('an empty answer about %s to %s: %s', (from, to, why) => {
  const period = days(billingDate(from), billingDate(to));
  expect(whyEmpty({ loads: LOADS } as unknown as Parameters<typeof whyEmpty>[0], period)).toContain(why);
});

it('an empty answer of an empty lake: nothing was ever delivered', () =>
  expect(whyEmpty({ loads: [] }, days(billingDate('2026-11-12')))).toContain('No delivery is in the lake'));
