import { describe, expect, it } from 'vitest';
import { engines } from '../../test/engine/engines.ts';
import { rows } from '../../test/engine/rows.ts';
import { billingDate, days } from '../core/calendar/billing-date.ts';
import {
  accountSpans,
  linesPerAccountDay,
  quietAccounts,
  replacedSources,
  thinAccountDays,
  thinDaysWithin,
} from './completeness.ts';

const tuesday = billingDate('2026-11-17');

describe.each(engines)('inputs of completeness on $name', ({ open }) => {
  it('finds accounts below half of the median of the same weekday, new ones never', async () => {
    const engine = await open({
      daily_costs: rows`
      BillingDate | x_SourceId | SubAccountId | x_ChargeKind | x_SpansDays | lines
      2026-10-20  | a          | half         | usage        | false       | 10
      2026-10-27  | a          | half         | usage        | false       | 100
      2026-11-03  | a          | half         | usage        | false       | 10
      2026-11-10  | a          | half         | usage        | false       | 12
      2026-11-17  | a          | half         | usage        | false       | 5
      2026-11-17  | a          | half         | tax          | false       | 50
      2026-11-17  | a          | half         | usage        | true        | 50
      2026-11-03  | a          | exactly      | usage        | false       | 10
      2026-11-10  | a          | exactly      | usage        | false       | 10
      2026-11-17  | a          | exactly      | usage        | false       | 5
      2026-11-10  | a          | new          | usage        | false       | 10
      2026-11-03  | a          | none         | usage        | false       | 10
      2026-11-10  | a          | none         | usage        | false       | 10
      2026-11-16  | a          | none         | usage        | false       | 1000
      2026-11-03  | b          | other        | usage        | false       | 10
      2026-11-10  | b          | other        | usage        | false       | 10`,
    });
    expect(await engine.rows(thinAccountDays([{ source: 'a', date: tuesday }]))).toEqual([
      // half: the two middle ones of 10, 10, 12, 100 are 10 and 12
      ['a', 'half', '2026-11-17', 5, 11, '2026-11-17'],
      ['a', 'none', '2026-11-17', 0, 10, '2026-11-16'],
    ]);
  });

  it('finds thin days of a whole period, also where a source has no line at all', async () => {
    const engine = await open({
      daily_costs: rows`
      BillingDate | x_SourceId | SubAccountId | SubAccountName | x_OU | x_ChargeKind | x_SpansDays | lines
      2026-11-02  | a          | 1            | old name       | X    | usage        | false       | 10
      2026-11-03  | a          | 1            | old name       | X    | usage        | false       | 10
      2026-11-09  | a          | 1            | old name       | X    | usage        | false       | 20
      2026-11-10  | a          | 1            | old name       | X    | usage        | false       | 10
      2026-11-17  | a          | 1            | shop           | Web  | usage        | false       | 4
      2026-11-17  | a          | 1            | shop           | Web  | tax          | false       | 3
      2026-11-17  | a          |              |                | Root | fee          | false       | 1`,
    });
    const week = days(billingDate('2026-11-16'), tuesday);
    expect(await engine.rows(thinDaysWithin(week))).toEqual([
      ['a', '1', '2026-11-16', 0, 15, '2026-11-17'],
      ['a', '1', '2026-11-17', 4, 10, '2026-11-17'],
    ]);
    expect(await engine.rows(linesPerAccountDay(week))).toEqual([
      ['a', '', '2026-11-17', 1],
      ['a', '1', '2026-11-17', 7],
    ]);
    expect(await engine.rows(accountSpans({}))).toEqual([
      ['a', '', '2026-11-17', '2026-11-17', null, 'Root'],
      ['a', '1', '2026-11-02', '2026-11-17', 'shop', 'Web'],
    ]);
  });

  it('names accounts that were there and are quiet', async () => {
    const engine = await open({
      daily_costs: rows`
      BillingDate | SubAccountId | SubAccountName | x_ChargeKind | x_SpansDays
      2026-09-01  | closed       | old            | usage        | false
      2026-11-03  | quiet        | app-dr         | usage        | false
      2026-11-17  | quiet        | app-dr         | tax          | false
      2026-11-15  | there        | app            | usage        | false
      2026-11-03  | shut         | x              | usage        | false
      2026-11-03  | moved on     | x              | usage        | false`,
      account_map: rows`
      account_id | status    | valid_until
      shut       | SUSPENDED |
      moved on   |           | 2026-11-04
      quiet      | ACTIVE    |
      never      |           |`,
    });
    const span = { since: billingDate('2026-10-03'), quietBefore: billingDate('2026-11-15') };
    expect(await engine.rows(quietAccounts(span))).toEqual([['quiet', 'app-dr', '2026-11-03']]);
  });

  it('sees that a source was replaced when every account of its last week goes on elsewhere', async () => {
    const engine = await open({
      daily_costs: rows`
      BillingDate | x_SourceId | SubAccountId
      2026-10-01  | cur        | closed
      2026-10-31  | cur        | 1
      2026-10-30  | cur        | 2
      2026-11-05  | focus      | 1
      2026-11-05  | focus      | 2
      2026-10-31  | half       | 3
      2026-10-31  | half       | 4
      2026-11-05  | focus      | 3`,
    });
    expect((await engine.rows(replacedSources({}))).flat()).toEqual(['cur']);
  });
});
