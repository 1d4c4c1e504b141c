import { focusCsv } from './deliveries.ts';

const two = (day: number): string => String(day).padStart(2, '0');

/** November 2026 up to `lastDay`, two accounts. */
const bill = (lastDay: number, cost: (day: number) => string): string =>
  focusCsv(
    Array.from({ length: lastDay }, (_, i) => i + 1).flatMap((day) =>
      ['000000000017', '210987654321'].map((SubAccountId) => ({
        BillingPeriodStart: '2026-11-01T00:00:00Z',
        BillingPeriodEnd: '2026-12-01T00:00:00Z',
        ChargePeriodStart: `2026-11-${two(day)}T00:00:00Z`,
        ChargePeriodEnd: `2026-11-${two(day + 1)}T00:00:00Z`,
        SubAccountId,
        BilledCost: cost(day),
        EffectiveCost: cost(day),
      })),
    ),
  );

/** What lies on a desk: two deliveries, of which the second restates the first day; a wrong one; account maps. By path. */
export const NOVEMBER: Readonly<Record<string, string>> = {
  'exports/2026-11-18.csv': bill(17, (day) => (day === 1 ? '100' : `${day}.25`)),
  'exports/2026-11-19.csv': bill(18, (day) => (day === 1 ? '101' : `${day}.25`)),
  'exports/wrong.csv': bill(18, () => '1'),
  'accounts.csv':
    'account_id,account_name,ou_path\n000000000017,shop,Commercial/Web\n210987654321,data,Research\n',
  'accounts-wrong.csv': 'account_id,account_name,ou_path\n000000000017,shop,Elsewhere\n',
};
