import { useQuery } from '@tanstack/react-query';
import { overviewOf } from '../api/questions.ts';
import { dayName, moment, shortDay } from '../format/days.ts';
import { Shape } from '../parts/status.tsx';
import { useScope } from './use-scope.ts';

/** How far the data reach: which day is complete, which is still coming. */
export function Freshness() {
  const { scope, ready } = useScope();
  const { data, error } = useQuery({ ...overviewOf(scope), enabled: ready });
  if (error !== null && data === undefined) return <div className="fresh">no figures</div>;
  if (data === undefined) return <div className="fresh">reading the lake</div>;
  const { completeTo, arriving, sources } = data.freshness;
  const late = sources.filter(({ late: isLate }) => isLate);
  const latest = arriving.filter(({ linesUpTo }) => linesUpTo !== null).at(-1);
  return (
    <div className="fresh" title={`Lake version ${data.about.lakeVersion}, ${data.about.committedAt}`}>
      {late.length > 0 && (
        <span className="st risk">
          <Shape of="at risk" />
          {late.map(({ source }) => source).join(', ')} late
        </span>
      )}
      <span className="run">
        {late.length > 0 && ' · '}
        {moment(data.about.committedAt)} ·{' '}
      </span>
      <b>{completeTo === null ? 'no day complete' : `complete to ${dayName(completeTo)}`}</b>
      {latest !== undefined && ` · ${shortDay(latest.date)}: lines up to ${latest.linesUpTo}`}
    </div>
  );
}
