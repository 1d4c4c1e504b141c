import type { ReactNode } from 'react';
import type { Overview } from '../../../src/api/schemas/overview.ts';
import { type Figure as Name, Prove } from '../explain/prove.tsx';
import { dayName, longWeekday, shortMonth } from '../format/days.ts';
import {
  decimalsOf,
  full,
  isNegative,
  percent,
  plain,
  points,
  signed,
  signedPercent,
  UNKNOWN,
} from '../format/figures.ts';
import { Light } from '../parts/status.tsx';

/** The six figures, each with what it is held against. */
export function Figures({ overview }: { overview: Overview }) {
  return (
    <dl className="figs">
      <MonthToDate overview={overview} />
      <Forecast overview={overview} />
      <Budget overview={overview} />
      <Day overview={overview} />
      <Unmapped overview={overview} />
      <Anomalies overview={overview} />
    </dl>
  );
}

interface FigOf {
  readonly name: string;
  readonly big: ReactNode;
  readonly exact?: string | null | undefined;
  readonly title?: string | undefined;
  readonly children?: ReactNode;
  /** What stands behind it can be asked. */
  readonly prove?: Name | undefined;
}

/** With as many decimals as its size asks for. */
const own = (amount: string): string => plain(amount, decimalsOf([amount]));

const Fig = ({ name, big, exact, title, children, prove }: FigOf) => (
  <div className="fig">
    <dt>{name}</dt>
    <dd className="big" data-exact={exact ?? undefined} title={title}>
      {big}
    </dd>
    <dd className="sub">{children}</dd>
    {prove !== undefined && (
      <dd className="pv">
        <Prove figure={prove} of={name} />
      </dd>
    )}
  </div>
);

function MonthToDate({ overview: { month, total, about } }: { overview: Overview }) {
  const named = about.period;
  const isMonth = month !== null && named.from === month.period.from && named.to === month.period.to;
  const amount = isMonth ? month.toDate : total.amount;
  return (
    <Fig
      name={isMonth ? 'Month to date' : 'Period'}
      prove={isMonth ? 'mtd' : 'period'}
      big={own(amount)}
      exact={amount}
      title={full(amount, about.currency)}
    >
      {isMonth && month.againstPlan !== null && (
        <>
          <b>{signedPercent(month.againstPlan)}</b> vs plan
        </>
      )}
      {about.comparedWith !== null && total.change !== null && (
        <span className={isMonth && month.againstPlan !== null ? 'x' : undefined}>
          {isMonth && month.againstPlan !== null && ' · '}
          <b>{signedPercent(total.change)}</b> vs {comparedName(about)}
        </span>
      )}
    </Fig>
  );
}

/** The month compared with where it is one, else "before". */
const comparedName = ({ comparedWith, period }: Overview['about']): string =>
  comparedWith !== null &&
  comparedWith.from.slice(0, 7) !== period.from.slice(0, 7) &&
  comparedWith.from.endsWith('-01')
    ? shortMonth(comparedWith.from)
    : 'before';

function Forecast({ overview: { month, about } }: { overview: Overview }) {
  if (month?.forecast === null || month === null) {
    return (
      <Fig name="Forecast" big={UNKNOWN} title={month?.forecastReason ?? 'no day is complete'}>
        {month?.forecastReason ?? 'no day is complete'}
      </Fig>
    );
  }
  return (
    <Fig
      name="Forecast, run-rate"
      prove="forecast"
      big={own(month.forecast)}
      exact={month.forecast}
      title={full(month.forecast, about.currency)}
    >
      <Light of={month.light} />
      {month.ofBudget !== null && (
        <>
          {' '}
          {percent(month.ofBudget)}
          <span className="x"> of budget</span>
        </>
      )}
    </Fig>
  );
}

function Budget({ overview: { month, about } }: { overview: Overview }) {
  if (month === null || month.budget === null || month.budgetLeft === null) {
    return (
      <Fig name="Budget" big={UNKNOWN} title="No budget is imported for this month">
        none set
      </Fig>
    );
  }
  const over = isNegative(month.budgetLeft);
  return (
    <Fig
      name="Budget"
      prove="budget"
      big={own(month.budget)}
      exact={month.budget}
      title={full(month.budget, about.currency)}
    >
      <b title={full(month.budgetLeft, about.currency)}>{own(month.budgetLeft.replace('-', ''))}</b>{' '}
      {over ? 'over it' : 'left'}{' '}
      {month.daysLeft === 0 ? 'at its end' : `for ${month.daysLeft} ${month.daysLeft === 1 ? 'day' : 'days'}`}
    </Fig>
  );
}

function Day({ overview: { day, about } }: { overview: Overview }) {
  if (day === null)
    return (
      <Fig name="Latest day" big={UNKNOWN}>
        no day is complete
      </Fig>
    );
  const usual = day.usualWeekday;
  return (
    <Fig
      name={dayName(day.date)}
      prove="day"
      big={own(day.total)}
      exact={day.total}
      title={full(day.total, about.currency)}
    >
      {usual === null ? (
        'no earlier day of its weekday'
      ) : (
        <>
          <b
            title={`usage ${full(day.comparable, about.currency)} against ${full(usual.mean, about.currency)}`}
          >
            {signedPercent(usual.change)}
          </b>{' '}
          vs <span className="x">last {usual.days} </span>
          {longWeekday(day.date)}s
        </>
      )}
    </Fig>
  );
}

function Unmapped({ overview: { unmapped, about } }: { overview: Overview }) {
  if (unmapped === null)
    return (
      <Fig name="Unmapped" big={UNKNOWN}>
        no day is complete
      </Fig>
    );
  const change = points(unmapped.share, unmapped.shareBefore);
  return (
    <Fig
      name="Unmapped"
      big={percent(unmapped.share)}
      exact={unmapped.amount}
      title={full(unmapped.amount, about.currency)}
    >
      <b>{own(unmapped.amount)}</b> {about.currency}
      {change !== undefined && ` · ${change}`}
    </Fig>
  );
}

function Anomalies({ overview: { anomalies, about } }: { overview: Overview }) {
  if (anomalies === null)
    return (
      <Fig name="Open anomalies" big={UNKNOWN}>
        no day is complete
      </Fig>
    );
  return (
    <Fig
      name="Open anomalies"
      big={
        <>
          {anomalies.open}{' '}
          {anomalies.open > 0 && (
            <small>
              {signed(anomalies.excess, decimalsOf([anomalies.excess]))} {about.currency}
            </small>
          )}
        </>
      }
      exact={anomalies.excess}
      title={full(anomalies.excess, about.currency)}
    >
      {anomalies.oldestDays === null
        ? 'nothing runs above its usual'
        : `oldest ${anomalies.oldestDays} ${anomalies.oldestDays === 1 ? 'day' : 'days'}`}
    </Fig>
  );
}
