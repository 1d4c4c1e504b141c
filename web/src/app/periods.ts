import type { Preferences } from '../../../src/api/schemas/health.ts';
import type { Scope } from '../api/questions.ts';
import { addDays, firstOfMonth } from '../format/days.ts';

export type RangeName = Preferences['range'];

export const RANGES: readonly { readonly name: RangeName; readonly label: string }[] = [
  { name: 'month', label: 'Month to date' },
  { name: 'last-month', label: 'Last month' },
  { name: '7d', label: 'Last 7 days' },
  { name: '30d', label: 'Last 30 days' },
  { name: '90d', label: 'Last 90 days' },
];

const DAYS: Partial<Record<RangeName, number>> = { '7d': 7, '30d': 30, '90d': 90 };

/** The days that a named range means when `latest` is the latest complete day. The month to date is the server's own default. */
export function daysOfRange(range: RangeName, latest: string): Pick<Scope, 'from' | 'to'> {
  if (range === 'month') return {};
  if (range === 'last-month') {
    const to = addDays(firstOfMonth(latest), -1);
    return { from: firstOfMonth(to), to };
  }
  return { from: addDays(latest, 1 - (DAYS[range] ?? 1)), to: latest };
}
