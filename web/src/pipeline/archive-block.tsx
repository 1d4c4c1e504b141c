import { useQuery } from '@tanstack/react-query';
import { Fragment, useState } from 'react';
import type { Archive } from '../../../src/api/schemas/pipeline.ts';
import { archivedAddress, archiveOf, type When } from '../api/pipeline.ts';
import { dayName, longDay, moment, shortDay } from '../format/days.ts';
import { count, decimalsOf } from '../format/figures.ts';
import { Block } from '../parts/block.tsx';
import { Disclosure } from '../parts/disclosure.tsx';
import { Figure } from '../parts/figure.tsx';
import { Section } from '../parts/section.tsx';
import { TableSkeleton } from '../parts/skeleton.tsx';
import { WhyEmpty } from '../parts/why-empty.tsx';

type Day = Archive['days'][number];

const ROWS = 10;
const WHY = { first: 'first archived', restated: 'a commit changed it', backfill: 'backfill' } as const;

/** The archived days with every version of each, to be taken along. */
export function ArchiveBlock({ when, currency }: { when: When; currency: string }) {
  const asked = useQuery(archiveOf(when));
  const [all, setAll] = useState(false);
  const shown = asked.data?.days.length ?? 0;
  return (
    <Section
      className="sec"
      title="Archive"
      about={asked.data === undefined ? 'days as they were mailed' : aboutOf(asked.data)}
      actions={
        shown > ROWS && (
          <button type="button" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? `First ${ROWS}` : `Last ${shown}`}
          </button>
        )
      }
    >
      <Block asked={asked} skeleton={<TableSkeleton rows={ROWS} label="the archive" />}>
        {({ days, emptyBecause }) =>
          emptyBecause === null ? (
            <Days days={all ? days : days.slice(0, ROWS)} when={when} currency={currency} />
          ) : (
            <WhyEmpty because={emptyBecause} />
          )
        }
      </Block>
    </Section>
  );
}

const aboutOf = ({ count: days, entries, head }: Archive): string =>
  days === 0
    ? 'days as they were mailed'
    : `${count(days)} days · ${count(entries)} entries in the ledger, its head ${(head ?? '').slice(0, 8)}`;

interface DaysOf {
  readonly days: readonly Day[];
  readonly when: When;
  readonly currency: string;
}

function Days({ days, when, currency }: DaysOf) {
  const [open, setOpen] = useState<string>();
  const decimals = decimalsOf(days.map(({ versions }) => versions.at(-1)?.total ?? null));
  return (
    <table className="tb arch">
      <caption className="vh">Archived days, newest first</caption>
      <thead>
        <tr>
          <th scope="col">Day</th>
          <th scope="col" className="r">
            Total, {currency}
          </th>
          <th scope="col" className="r x">
            Rows
          </th>
          <th scope="col" className="r">
            Versions
          </th>
          <th scope="col" className="x">
            Mailed
          </th>
          <th scope="col">Files</th>
        </tr>
      </thead>
      <tbody>
        {days.map(({ date, versions, digest }) => {
          const newest = versions.at(-1);
          const isOpen = open === date;
          return (
            <Fragment key={date}>
              <tr>
                <th scope="row">
                  <Disclosure open={isOpen} toggle={() => setOpen(isOpen ? undefined : date)}>
                    {dayName(date)}
                  </Disclosure>
                </th>
                <td className="r">
                  <Figure amount={newest?.total ?? null} currency={currency} decimals={decimals} />
                </td>
                <td className="r x">{newest === undefined ? '–' : count(newest.rows)}</td>
                <td className="r">{versions.length}</td>
                <td className="x mu">
                  {digest === null ? 'in no digest of its own' : `run of ${shortDay(digest.runDate)}`}
                </td>
                <td>
                  <a
                    href={archivedAddress(when, date, 'csv')}
                    download
                    aria-label={`CSV of ${longDay(date)}`}
                  >
                    CSV
                  </a>{' '}
                  <a
                    href={archivedAddress(when, date, 'parquet')}
                    download
                    aria-label={`Parquet of ${longDay(date)}`}
                  >
                    Parquet
                  </a>
                </td>
              </tr>
              {isOpen && (
                <tr className="more">
                  <td colSpan={6}>
                    <Versions day={date} versions={versions} currency={currency} />
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

interface VersionsOf {
  readonly day: string;
  readonly versions: Day['versions'];
  readonly currency: string;
}

const Versions = ({ day, versions, currency }: VersionsOf) => (
  <table className="tb inner">
    <caption className="vh">Everything that was written of {longDay(day)}</caption>
    <thead>
      <tr>
        <th scope="col">Written</th>
        <th scope="col">Because</th>
        <th scope="col" className="r">
          Lake version
        </th>
        <th scope="col" className="r">
          Total
        </th>
        <th scope="col" className="x">
          SHA-256 of the CSV
        </th>
      </tr>
    </thead>
    <tbody>
      {versions.map((version) => (
        <tr key={version.entry}>
          <th scope="row" title={`Entry ${version.entry} of the ledger`}>
            {moment(version.at)}
          </th>
          <td>
            {WHY[version.why]}
            {version.what === 'parquet' && <span className="mu">, Parquet alone</span>}
            {!version.isWritten && <span className="mu">, not written yet</span>}
          </td>
          <td className="r">{version.lakeVersion}</td>
          <td className="r">
            <Figure amount={version.total} currency={currency} decimals={2} />
          </td>
          <td className="x mu" title={version.csvSha256}>
            {version.csvSha256.slice(0, 16)}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);
