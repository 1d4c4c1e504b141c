import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Calendar, Runs } from '../../../src/api/schemas/pipeline.ts';
import { calendarOf, restatementsOf, runsOf } from '../api/pipeline.ts';
import { useWhen } from '../app/use-scope.ts';
import { shortDay } from '../format/days.ts';
import { Grey } from '../parts/skeleton.tsx';
import { ArchiveBlock } from './archive-block.tsx';
import { CalendarBlock } from './calendar-block.tsx';
import { DayHistory } from './day-history.tsx';
import { GapsBlock } from './gaps-block.tsx';
import { PeriodsBlock } from './periods-block.tsx';
import { RestatementsBlock } from './restatements-block.tsx';
import { RunsBlock } from './runs-block.tsx';

/** Has everything arrived and been kept, and what changed since? */
export function PipelinePage() {
  const when = useWhen();
  const navigate = useNavigate();
  const { day } = useSearch({ strict: false }) as { day?: string };
  const ask = (asked: string) =>
    void navigate({
      to: '/pipeline',
      search: (before: Record<string, unknown>) => ({ ...before, day: asked }),
      resetScroll: false,
    });
  const { data: changed } = useQuery(restatementsOf(when));
  const { data: runs } = useQuery(runsOf(when));
  const { data: calendar } = useQuery(calendarOf(when, {}));
  return (
    <div className="page pipeline">
      <title>Pipeline & Archive · Spendlight</title>
      <h1 className="say">
        {runs === undefined || calendar === undefined ? (
          <Grey width="60%" height={20} />
        ) : (
          <>
            <b>{arrived(calendar)}</b> {ran(runs)}
          </>
        )}
      </h1>
      <div className="half">
        <div>
          <RunsBlock when={when} />
          <GapsBlock when={when} />
        </div>
        <PeriodsBlock when={when} />
      </div>
      <CalendarBlock when={when} />
      <div className="half sec">
        <RestatementsBlock when={when} ask={ask} />
        <DayHistory when={when} day={day} ask={ask} />
      </div>
      <ArchiveBlock when={when} currency={changed?.currency ?? ''} />
    </div>
  );
}

function arrived({ counts, rows }: Calendar): string {
  if (rows.length === 0) return 'Nothing has been delivered yet.';
  const wrong = counts.late + counts.missing;
  if (wrong === 0)
    return counts.provisional === 0
      ? 'All that was due has arrived.'
      : 'All that was due has arrived or is arriving.';
  return `${wrong} account ${wrong === 1 ? 'day has' : 'days have'} not arrived as they should.`;
}

function ran({ runs: [last] }: Runs): string {
  if (last === undefined) return 'No run has been made yet.';
  const words = {
    fine: 'was fine',
    'not fine': 'was not fine',
    failed: 'failed',
    running: 'has not ended',
  } as const;
  return `The last run, of ${shortDay(last.runDate)}, ${words[last.outcome]}.`;
}
