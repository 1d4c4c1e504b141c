import { useQuery } from '@tanstack/react-query';
import type { Overview } from '../../../src/api/schemas/overview.ts';
import { overviewOf } from '../api/questions.ts';
import { useAsOf, useScope } from '../app/use-scope.ts';
import { longDay } from '../format/days.ts';
import { decimalsOf, full, plain } from '../format/figures.ts';

/**
 * Says that the pages show what was known then, and what the same figure is today. Nothing that happens meanwhile changes
 * what is shown.
 */
export function AsOfBanner() {
  const { asOf, show } = useAsOf();
  const { scope, ready } = useScope();
  const { asOf: _, ...now } = scope;
  const then = useQuery({ ...overviewOf(scope), enabled: ready && asOf !== undefined });
  const today = useQuery({
    ...overviewOf(now),
    enabled: ready && asOf !== undefined && then.data !== undefined,
  });
  if (asOf === undefined) return null;
  const about = then.data?.about;
  return (
    <div className="asof" role="status">
      <div className="wrap">
        <span>
          <b>
            As known{' '}
            {about === undefined
              ? `at ${asOf}`
              : `on ${momentOf(about.asOf ?? about.committedAt)}, lake version ${about.lakeVersion}`}
            .
          </b>{' '}
          {then.data?.month != null && today.data?.month != null && (
            <span>{compared(then.data, today.data)}</span>
          )}
        </span>
        <button type="button" className="btn" onClick={() => show(undefined)}>
          Back to now
        </button>
      </div>
    </div>
  );
}

const momentOf = (iso: string): string => `${longDay(iso)} ${iso.slice(11, 16)} UTC`;

/** The same days, as they stand now. */
function compared({ month: was }: Overview, { month: is, about }: Overview): string {
  if (was === null || is === null) return '';
  const said = plain(was.toDate, decimalsOf([was.toDate]));
  if (was.period.to !== is.period.to || was.period.from !== is.period.from)
    return `It was the month to date up to ${longDay(was.period.to)}, ${said} ${about.currency}; today the latest complete day is ${longDay(is.period.to)}.`;
  if (was.toDate === is.toDate) return `Today it is the same, ${said} ${about.currency}.`;
  return `Month to date was ${said}; today it is ${full(is.toDate, about.currency)}.`;
}
