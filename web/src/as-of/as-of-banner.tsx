import { useQuery } from '@tanstack/react-query';
import type { Overview } from '../../../src/api/schemas/overview.ts';
import { overviewOf } from '../api/questions.ts';
import { useAsOf, useScope } from '../app/use-scope.ts';
import { longDay, rangeName } from '../format/days.ts';
import { decimalsOf, plain } from '../format/figures.ts';

/**
 * Says that the pages show what was known then, and what the same figure is today. Nothing that happens meanwhile changes
 * what is shown.
 */
export function AsOfBanner() {
  const { asOf, show } = useAsOf();
  const { scope, ready } = useScope();
  const then = useQuery({ ...overviewOf(scope), enabled: ready && asOf !== undefined });
  const { asOf: _, ...now } = { ...scope, ...then.data?.about.period };
  const today = useQuery({ ...overviewOf(now), enabled: asOf !== undefined && then.data !== undefined });
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
          {then.data !== undefined && today.data !== undefined && compared(then.data, today.data)}
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
function compared({ total: was, about }: Overview, { total: is }: Overview): string {
  const days = rangeName(about.period, about.period.to);
  const said = plain(was.amount, decimalsOf([was.amount]));
  return was.amount === is.amount
    ? `${days} was ${said} ${about.currency} then and is the same today.`
    : `${days} was ${said} ${about.currency} then; today it is ${plain(is.amount, decimalsOf([is.amount]))}.`;
}
