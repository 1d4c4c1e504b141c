import { useQuery } from '@tanstack/react-query';
import { Fragment, useState } from 'react';
import type { Runs } from '../../../src/api/schemas/pipeline.ts';
import { runsOf, type When } from '../api/pipeline.ts';
import { moment, shortDay } from '../format/days.ts';
import { secondsText } from '../format/took.ts';
import { Block } from '../parts/block.tsx';
import { Disclosure } from '../parts/disclosure.tsx';
import { Section } from '../parts/section.tsx';
import { TableSkeleton } from '../parts/skeleton.tsx';
import { Light, type LightName } from '../parts/status.tsx';
import { WhyEmpty } from '../parts/why-empty.tsx';

type Run = Runs['runs'][number];
type Step = Run['steps'][number];

const ROWS = 8;
const KINDS = {
  daily: 'Daily',
  backfill: 'Backfill',
  watch: 'Watch',
  prune: 'Prune',
  rebuild: 'Rebuild',
} as const;
const OUTCOMES: Record<Run['outcome'], { light: LightName; word: string }> = {
  fine: { light: 'on plan', word: 'Fine' },
  'not fine': { light: 'at risk', word: 'Not fine' },
  failed: { light: 'over', word: 'Failed' },
  running: { light: 'unknown', word: 'Not ended' },
};

/** Runs of all kinds, newest first, each with its steps. */
export function RunsBlock({ when }: { when: When }) {
  const asked = useQuery(runsOf(when));
  const [all, setAll] = useState(false);
  const count = asked.data?.runs.length ?? 0;
  return (
    <Section
      title="Runs"
      about="newest first, each with its steps"
      actions={
        count > ROWS && (
          <button type="button" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? `First ${ROWS}` : `Last ${count}`}
          </button>
        )
      }
    >
      <Block asked={asked} skeleton={<TableSkeleton rows={4} label="runs" />}>
        {({ runs, emptyBecause }) =>
          emptyBecause === null ? (
            <RunsTable runs={all ? runs : runs.slice(0, ROWS)} />
          ) : (
            <WhyEmpty because={emptyBecause} />
          )
        }
      </Block>
    </Section>
  );
}

function RunsTable({ runs }: { runs: readonly Run[] }) {
  const [open, setOpen] = useState<string>();
  return (
    <table className="tb runs">
      <caption className="vh">Runs, newest first</caption>
      <thead>
        <tr>
          <th scope="col">Run date · kind</th>
          <th scope="col">Outcome</th>
          <th scope="col" className="x">
            Began
          </th>
          <th scope="col" className="r">
            Took
          </th>
          <th scope="col" className="r x">
            Days archived
          </th>
          <th scope="col" className="x">
            Steps
          </th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => {
          const { light, word } = OUTCOMES[run.outcome];
          const id = `${run.run} ${run.startedAt}`;
          return (
            <Fragment key={id}>
              <tr>
                <th scope="row">
                  <Disclosure open={open === id} toggle={() => setOpen(open === id ? undefined : id)}>
                    {`${shortDay(run.runDate)} · ${KINDS[run.kind]}`}
                  </Disclosure>
                </th>
                <td>
                  <Light of={light}>{word}</Light>
                </td>
                <td className="x mu">{moment(run.startedAt)}</td>
                <td className="r">
                  {run.endedAt === null
                    ? '–'
                    : secondsText(run.steps.reduce((sum, { ms }) => sum + (ms ?? 0), 0))}
                </td>
                <td className="r x">{run.archivedDays}</td>
                <td className="x">
                  <StepBar steps={run.steps} />
                </td>
              </tr>
              {open === id && (
                <tr className="more">
                  <td colSpan={6}>
                    <Steps run={run} />
                  </td>
                </tr>
              )}
            </Fragment>
          );
        })}
      </tbody>
    </table>
  );
}

/** How far it came, at a glance: the words are in the steps themselves. */
const StepBar = ({ steps }: { steps: readonly Step[] }) => (
  <span className="steps" role="img" aria-label={summaryOf(steps)} title={summaryOf(steps)}>
    {steps.map(({ name, state }) => (
      <i key={name} data-state={state} />
    ))}
  </span>
);

function summaryOf(steps: readonly Step[]): string {
  const count = (state: Step['state']) => steps.filter((step) => step.state === state).length;
  const parts = (['done', 'failed', 'running', 'skipped', 'waiting'] as const)
    .map((state) => [count(state), state] as const)
    .filter(([number]) => number > 0)
    .map(([number, state]) => `${number} ${state === 'running' ? 'begun' : state}`);
  return `${steps.length} steps: ${parts.join(', ')}`;
}

const STEP_LIGHTS: Record<Step['state'], LightName> = {
  done: 'on plan',
  failed: 'over',
  running: 'at risk',
  skipped: 'unknown',
  waiting: 'unknown',
};
const STEP_WORDS = {
  done: 'Done',
  failed: 'Failed',
  running: 'Begun',
  skipped: 'Skipped',
  waiting: 'Waiting',
} as const;

function Steps({ run }: { run: Run }) {
  const longest = Math.max(1, ...run.steps.map(({ ms }) => ms ?? 0));
  return (
    <>
      <table className="tb inner">
        <caption className="vh">Steps of the run of {shortDay(run.runDate)}</caption>
        <thead>
          <tr>
            <th scope="col">Step</th>
            <th scope="col">State</th>
            <th scope="col" className="r">
              Took
            </th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {run.steps.map((step) => (
            <tr key={step.name}>
              <th scope="row">{step.name}</th>
              <td>
                <Light of={STEP_LIGHTS[step.state]}>{STEP_WORDS[step.state]}</Light>
              </td>
              <td className="amt">
                {step.ms !== null && (
                  <i
                    style={{ width: `calc((100% - 12px) * ${(step.ms / longest).toFixed(3)})` }}
                    aria-hidden="true"
                  />
                )}
                <span>{step.ms === null ? '–' : secondsText(step.ms)}</span>
              </td>
              <td className="wrapped">
                {step.problem === null ? '' : `${step.problem.what}. ${step.problem.remedy}`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {run.problems.map(({ code, what, remedy }) => (
        <p className="told" key={`${code} ${what}`}>
          <b>{what}</b> {remedy} <span className="mu">Code {code}</span>
        </p>
      ))}
    </>
  );
}
