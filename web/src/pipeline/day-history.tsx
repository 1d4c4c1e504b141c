import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useId } from 'react';
import type { DayHistory as History } from '../../../src/api/schemas/pipeline.ts';
import { dayHistoryOf, type When } from '../api/pipeline.ts';
import { longDay, moment, shortDay } from '../format/days.ts';
import { plain } from '../format/figures.ts';
import { Block } from '../parts/block.tsx';
import { Figure } from '../parts/figure.tsx';
import { Section } from '../parts/section.tsx';
import { TableSkeleton } from '../parts/skeleton.tsx';
import { WhyEmpty } from '../parts/why-empty.tsx';

const BECAUSE = {
  arrival: 'it arrived',
  delivery: 'a newer delivery says so',
  accounts: 'the account map changed',
  rules: 'rules changed',
  rates: 'exchange rates changed',
  precedence: 'another source counts',
} as const;

const CAUSES = {
  arrival: 'arrived',
  delivery: 'delivery',
  accounts: 'account map',
  rules: 'rules',
  rates: 'rates',
  precedence: 'another source',
} as const;

interface DayOf {
  readonly when: When;
  readonly day: string | undefined;
  readonly ask: (day: string) => void;
}

/** "12 Sep was 412.10 on 13 Sep, is 431.77 now, because …" */
export function DayHistory({ when, day, ask }: DayOf) {
  const id = useId();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget).get('day');
    if (typeof given === 'string' && given !== '') ask(given);
  };
  return (
    <Section title="History of a day" about="what it was after each commit, and why">
      <form className="ask" onSubmit={submit} key={day}>
        <label htmlFor={id}>Billing day (UTC)</label>
        <input id={id} className="inp" name="day" type="date" defaultValue={day} required />
        <button type="submit" className="btn">
          Show
        </button>
      </form>
      {day === undefined ? null : <Told when={when} day={day} />}
    </Section>
  );
}

function Told({ when, day }: { when: When; day: string }) {
  const asked = useQuery(dayHistoryOf(when, day));
  return (
    <Block asked={asked} skeleton={<TableSkeleton rows={3} label="the history of the day" />}>
      {(history) =>
        history.emptyBecause === null ? (
          <Steps history={history} />
        ) : (
          <WhyEmpty because={history.emptyBecause} />
        )
      }
    </Block>
  );
}

/** The sentence says what a person would ask; the table has every step. */
function Steps({ history }: { history: History }) {
  const { steps, currency, now, day } = history;
  const [first] = steps;
  const last = steps.at(-1);
  if (first === undefined || last === undefined) return null;
  const changed = last !== first && first.after !== now;
  return (
    <>
      <p className="told" data-testid="day-history">
        <b>{shortDay(day)}</b> was {plain(first.after, 2)} {currency} on {moment(first.committedAt)},{' '}
        {changed ? (
          <>
            is <b data-exact={now}>{plain(now, 2)}</b> now, because {BECAUSE[last.cause]}.
          </>
        ) : (
          <>
            and is <b data-exact={now}>{plain(now, 2)}</b> now: nothing of it changed.
          </>
        )}
      </p>
      <table className="tb hist">
        <caption className="vh">What {longDay(day)} was after each commit</caption>
        <colgroup>
          <col className="h1" />
          <col />
          <col className="h3 x" />
          <col className="h4" />
          <col className="h5 x" />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">Lake version</th>
            <th scope="col">Because</th>
            <th scope="col" className="r x">
              Before
            </th>
            <th scope="col" className="r">
              After
            </th>
            <th scope="col" className="x">
              Mostly
            </th>
          </tr>
        </thead>
        <tbody>
          {steps.map((step) => (
            <tr key={`${step.lakeVersion} ${step.cause} ${step.source}`}>
              <th scope="row" title={moment(step.committedAt)}>
                {step.lakeVersion} <span className="mu x">{moment(step.committedAt)}</span>
              </th>
              <td title={step.delivery ?? undefined}>
                {CAUSES[step.cause]} <span className="mu">{step.source}</span>
              </td>
              <td className="r x">
                <Figure amount={step.before} currency={currency} decimals={2} />
              </td>
              <td className="r">
                <Figure amount={step.after} currency={currency} decimals={2} />
              </td>
              <td className="x mu" title={step.largest.map((of) => mostly(of)).join('; ')}>
                {step.largest[0] === undefined ? '' : mostly(step.largest[0])}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

const mostly = ({ service, account, before, after }: History['steps'][number]['largest'][number]): string =>
  `${service}, ${account}: ${plain(before, 2)} → ${plain(after, 2)}`;
