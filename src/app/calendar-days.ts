import { addDays, type BillingDate, dayOf } from '../core/calendar/billing-date.ts';
import type { DayJudgement, DayState } from '../core/completeness/calendar.ts';
import type { CalendarDay } from './calendar-report.ts';
import type { CalendarGround, RowFacts } from './calendar-rows.ts';

const RANK: Readonly<Record<DayState, number>> = { missing: 0, provisional: 1, settled: 2, final: 3 };

/** The days of the whole lake: each as settled as the least settled account that has lines of it. */
export function calendarDays(
  rows: readonly RowFacts[],
  { complete, finality, days, now }: CalendarGround,
): readonly CalendarDay[] {
  const { completeTo } = complete;
  return days.map((date) => {
    const isComplete = completeTo !== undefined && date <= completeTo;
    const judged = rows
      .filter(({ lines }) => lines.has(date))
      .map(({ source, account }) => finality.of({ source, account, date, hasLines: true, isComplete }))
      .sort(leastSettledFirst);
    const [least] = judged;
    if (least === undefined) {
      if (complete.firstDay !== undefined && date < complete.firstDay)
        return { date, state: 'missing', since: undefined, why: `the lake begins with ${complete.firstDay}` };
      const isDue = date < addDays(dayOf(now), -1);
      return isDue
        ? { date, state: 'missing', since: undefined, why: 'no line of any source has come' }
        : { date, state: 'provisional', since: undefined, why: 'nothing was due yet' };
    }
    return { date, state: least.state, since: least.since, why: why(least, completeTo) };
  });
}

/** Among final days the one that became so last tells since when all of it is. */
const leastSettledFirst = (a: DayJudgement, b: DayJudgement): number =>
  RANK[a.state] - RANK[b.state] || ((a.since ?? '') > (b.since ?? '') ? -1 : 1);

function why({ state, by, since }: DayJudgement, completeTo: BillingDate | undefined): string {
  switch (state) {
    case 'final':
      return by === 'invoice'
        ? `final since ${since}: invoiced, and five days after the end of its month`
        : `final since ${since}: unchanged for 15 days`;
    case 'settled':
      return 'complete; a later delivery may still change it';
    case 'provisional':
      return `lines are still arriving; days are complete up to ${completeTo ?? 'none yet'}`;
    case 'missing':
      return 'no line of any source has come';
  }
}
