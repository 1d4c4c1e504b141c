import { useQuery } from '@tanstack/react-query';
import type { StatusAnswer } from '../../../src/api/schemas/health.ts';
import { statusOf } from '../api/questions.ts';
import { useWhen } from '../app/use-scope.ts';
import { bytesText } from '../format/bytes.ts';
import { dayName, longDay, moment } from '../format/days.ts';
import { count } from '../format/figures.ts';
import { Block } from '../parts/block.tsx';
import { Section } from '../parts/section.tsx';
import { TableSkeleton } from '../parts/skeleton.tsx';
import { Light, type LightName, Shape } from '../parts/status.tsx';
import { WhyEmpty } from '../parts/why-empty.tsx';
import { Hearts } from './hearts.tsx';

/** Do the data arrive, and does everything run? */
export function HealthPage() {
  const asked = useQuery({ ...statusOf(useWhen()), refetchInterval: 30_000 });
  return (
    <div className="page">
      <title>Health · Spendlight</title>
      <Block asked={asked} skeleton={<TableSkeleton rows={16} label="health" />}>
        {(of) => (
          <>
            <h1 className="say">
              <b>{headline(of)}</b> {completeness(of)}
            </h1>
            <Troubles of={of} />
            <div className="half">
              <Sources of={of} />
              <Runs of={of} />
            </div>
            <div className="half">
              <Days of={of} />
              <Versions of={of} />
            </div>
            <Hearts of={of} />
          </>
        )}
      </Block>
    </div>
  );
}

const headline = ({ troubles }: StatusAnswer): string =>
  troubles.length === 0
    ? 'Everything is fine.'
    : `${troubles.length} ${troubles.length === 1 ? 'thing needs' : 'things need'} a look.`;

const completeness = ({ completeTo, lake }: StatusAnswer): string => {
  if (lake === null) return 'There is no lake yet: the overview takes a file.';
  return completeTo === null ? 'No day is complete yet.' : `Complete to ${dayName(completeTo)}.`;
};

function Troubles({ of: { troubles } }: { of: StatusAnswer }) {
  return troubles.map(({ code, what, remedy }) => (
    <div className="note" key={`${code} ${what}`}>
      <span className="risk-ink">
        <Shape of="at risk" />
      </span>
      <div>
        <p>
          <b>{what}</b>
        </p>
        <p>
          {remedy} Code <code>{code}</code>
        </p>
      </div>
    </div>
  ));
}

const SOURCE_LIGHTS: Record<StatusAnswer['sources'][number]['state'], LightName> = {
  'on time': 'on plan',
  late: 'at risk',
  ended: 'unknown',
};
const WORDS = { 'on time': 'On time', late: 'Late', ended: 'Ended' } as const;

const Sources = ({ of: { sources } }: { of: StatusAnswer }) => (
  <Section title="Sources" about="lines have come up to">
    {sources.length === 0 ? (
      <WhyEmpty because="No source has delivered yet." next="Bring a bill in: spendlight ingest FILE." />
    ) : (
      <table className="tb">
        <caption className="vh">Sources and how far their lines reach</caption>
        <thead>
          <tr>
            <th scope="col">Source</th>
            <th scope="col">State</th>
            <th scope="col">Lines up to</th>
            <th scope="col" className="x">
              Last delivery
            </th>
            <th scope="col" className="r">
              Accounts
            </th>
          </tr>
        </thead>
        <tbody>
          {sources.map(({ source, state, watermark, lastDelivery, accounts }) => (
            <tr key={source}>
              <th scope="row">{source}</th>
              <td>
                <Light of={SOURCE_LIGHTS[state]}>{WORDS[state]}</Light>
              </td>
              <td>{watermark === null ? '–' : moment(watermark)}</td>
              <td className="x mu">{moment(lastDelivery)}</td>
              <td className="r">{count(accounts)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    )}
  </Section>
);

const OUTCOMES = { fine: 'on plan', 'not fine': 'at risk', failed: 'over' } as const;
const OUTCOME_WORDS = { fine: 'Fine', 'not fine': 'Not fine', failed: 'Failed' } as const;

/** `2026-11-19/daily/finops: sent, 2 delivered, 1 bounced` */
function mailWords({ key, state, heard }: NonNullable<StatusAnswer['mail']>): string {
  const first = state === null ? key : `${key}: ${state}`;
  return [first, ...heard.map(({ fate, recipients }) => `${recipients} ${fate}`)].join(', ');
}

const Runs = ({ of: { lastRun, nextRunDue, writing, mail, ledger } }: { of: StatusAnswer }) => (
  <Section title="Runs, mail, archive">
    <dl className="facts">
      <dt>Last run</dt>
      <dd>
        {lastRun === null ? (
          'none yet: spendlight run'
        ) : (
          <>
            <Light of={OUTCOMES[lastRun.outcome]}>{OUTCOME_WORDS[lastRun.outcome]}</Light>, of{' '}
            {longDay(lastRun.runDate)}, ended {moment(lastRun.endedAt)}, {lastRun.archivedDays} days archived
          </>
        )}
      </dd>
      <dt>Next run due</dt>
      <dd>{nextRunDue === null ? 'not known yet' : moment(nextRunDue)}</dd>
      {writing !== null && (
        <>
          <dt>Writing now</dt>
          <dd>
            {writing.command}, on {writing.host}, process {writing.pid}, since {moment(writing.since)}
          </dd>
        </>
      )}
      <dt>Last mail</dt>
      <dd>{mail === null ? 'none yet' : mailWords(mail)}</dd>
      <dt>Archive</dt>
      <dd>
        {count(ledger.archivedDays)} days, {count(ledger.entries)} entries in the ledger
      </dd>
      <dt>Ledger’s head</dt>
      <dd>{ledger.head === null ? 'empty' : <code>{ledger.head.slice(0, 24)}</code>}</dd>
    </dl>
  </Section>
);

const DAY_WORDS = { complete: 'complete', arriving: 'still arriving', missing: 'not arrived' } as const;

const Days = ({ of: { days } }: { of: StatusAnswer }) => (
  <Section title="Days" about="the latest, newest first">
    {days.length === 0 ? (
      <WhyEmpty because="The lake has no day yet." />
    ) : (
      <table className="tb">
        <caption className="vh">The latest billing days and their state</caption>
        <thead>
          <tr>
            <th scope="col">Day</th>
            <th scope="col">State</th>
            <th scope="col">Archive</th>
          </tr>
        </thead>
        <tbody>
          {[...days]
            .sort((a, b) => (a.date < b.date ? 1 : -1))
            .slice(0, 14)
            .map(({ date, state, archived }) => (
              <tr key={date}>
                <th scope="row">{dayName(date)}</th>
                <td>{DAY_WORDS[state]}</td>
                <td className="mu">{archived ? 'archived' : '–'}</td>
              </tr>
            ))}
        </tbody>
      </table>
    )}
  </Section>
);

const Versions = ({ of }: { of: StatusAnswer }) => (
  <Section title="Store, engine, versions">
    <dl className="facts">
      <dt>Lake</dt>
      <dd>{of.lake === null ? 'none yet' : <code>{of.lake.location}</code>}</dd>
      {of.lake !== null && (
        <>
          <dt>Lake version</dt>
          <dd>
            {of.lake.version}, committed {moment(of.lake.committedAt)}
            {of.lake.simulated && ', simulated data'}
          </dd>
          <dt>Readable</dt>
          <dd>
            <Light of={of.lake.readable ? 'on plan' : 'over'}>{of.lake.readable ? 'Yes' : 'No'}</Light>
          </dd>
          <dt>Metric, currency</dt>
          <dd>
            {of.lake.costMetric}, {of.lake.reportingCurrency}
          </dd>
        </>
      )}
      <dt>Engine</dt>
      <dd>{of.engine}</dd>
      <dt>Spendlight</dt>
      <dd>
        {of.version} on Node {of.node}
      </dd>
      <dt>Server</dt>
      <dd>
        up {uptime(of.uptimeSeconds)}, {bytesText(of.memoryBytes)} of memory,{' '}
        {of.auth === 'token' ? 'token asked for' : 'this machine only'}
      </dd>
    </dl>
  </Section>
);

function uptime(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return `${Math.floor(seconds)} s`;
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2880 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} days`;
}
