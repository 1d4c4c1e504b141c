import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Restatements } from '../../../src/api/schemas/pipeline.ts';
import { restatementsOf, type When } from '../api/pipeline.ts';
import { moment, rangeName } from '../format/days.ts';
import { count, decimalsOf, signed } from '../format/figures.ts';
import { Block } from '../parts/block.tsx';
import { Figure } from '../parts/figure.tsx';
import { Section } from '../parts/section.tsx';
import { TableSkeleton } from '../parts/skeleton.tsx';
import { WhyEmpty } from '../parts/why-empty.tsx';

const ROWS = 8;
const CAUSES = {
  delivery: 'a newer delivery',
  accounts: 'a new account map',
  rules: 'new rules',
  rates: 'new exchange rates',
  precedence: 'another source counts',
} as const;

/** What changed after it was known: a row a commit; a click on its days tells the history of the last of them. */
export function RestatementsBlock({ when, ask }: { when: When; ask: (day: string) => void }) {
  const asked = useQuery(restatementsOf(when));
  const [all, setAll] = useState(false);
  const many = asked.data?.commits.length ?? 0;
  return (
    <Section
      title="Restatements"
      about={asked.data === undefined ? 'what changed after it was known' : aboutOf(asked.data)}
      actions={
        many > ROWS && (
          <button type="button" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? `First ${ROWS}` : `Last ${many}`}
          </button>
        )
      }
    >
      <Block asked={asked} skeleton={<TableSkeleton rows={6} label="restatements" />}>
        {(found) =>
          found.emptyBecause === null ? (
            <Commits found={found} rows={all ? many : ROWS} ask={ask} />
          ) : (
            <WhyEmpty because={found.emptyBecause} />
          )
        }
      </Block>
    </Section>
  );
}

const aboutOf = ({ total, currency }: Restatements): string =>
  total.rows === 0
    ? 'what changed after it was known'
    : `${count(total.commits)} ${total.commits === 1 ? 'commit' : 'commits'} changed known days by ${signed(total.change, decimalsOf([total.change]))} ${currency}`;

interface CommitsOf {
  readonly found: Restatements;
  readonly rows: number;
  readonly ask: (day: string) => void;
}

function Commits({ found: { commits, currency, total }, rows, ask }: CommitsOf) {
  const shown = commits.slice(0, rows);
  const latest = commits[0]?.lastDay;
  const decimals = decimalsOf(commits.map(({ change }) => change));
  const money = (amount: string) => (
    <Figure amount={amount} currency={currency} decimals={decimals} change="signed" />
  );
  return (
    <table className="tb rest">
      <caption className="vh">Commits that changed days which were known, newest first</caption>
      <thead>
        <tr>
          <th scope="col">Days</th>
          <th scope="col">Because</th>
          <th scope="col" className="x">
            Committed
          </th>
          <th scope="col" className="r x">
            Up
          </th>
          <th scope="col" className="r x">
            Down
          </th>
          <th scope="col" className="r">
            Change
          </th>
        </tr>
      </thead>
      <tbody>
        {shown.map((of) => (
          <tr key={`${of.lakeVersion} ${of.cause} ${of.source}`}>
            <th scope="row">
              <button
                type="button"
                className="cell"
                title={`What ${of.lastDay} was after each commit`}
                onClick={() => ask(of.lastDay)}
              >
                {rangeName({ from: of.firstDay, to: of.lastDay }, latest)}
              </button>
            </th>
            <td title={of.delivery ?? undefined}>
              {CAUSES[of.cause]} <span className="mu">{of.source}</span>
            </td>
            <td className="x mu">
              {moment(of.committedAt)}, version {of.lakeVersion}
            </td>
            <td className="r x">{money(of.up)}</td>
            <td className="r x">{money(of.down)}</td>
            <td className="r">{money(of.change)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" colSpan={2}>
            All {count(total.commits)} commits
          </th>
          <td className="x" />
          <td className="r x">{money(total.up)}</td>
          <td className="r x">{money(total.down)}</td>
          <td className="r">{money(total.change)}</td>
        </tr>
      </tfoot>
    </table>
  );
}
