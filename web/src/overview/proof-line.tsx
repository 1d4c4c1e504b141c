import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ProofAnswer } from '../../../src/api/schemas/overview.ts';
import { csvAddress, proofOf, type Scope } from '../api/questions.ts';
import { dayName, moment } from '../format/days.ts';
import { full } from '../format/figures.ts';
import { Block } from '../parts/block.tsx';
import { Grey } from '../parts/skeleton.tsx';

/** What stands behind the figures: files = lake, accounts, deliveries, versions, the ledger's head. */
export function ProofLine({ scope }: { scope: Scope }) {
  const asked = useQuery(proofOf(scope));
  return (
    <Block
      asked={asked}
      skeleton={
        <footer className="proof">
          <Grey width="60%" />
        </footer>
      }
    >
      {(answer) => <Proof answer={answer} scope={scope} />}
    </Block>
  );
}

function Proof({ answer: { day, proof, about }, scope }: { answer: ProofAnswer; scope: Scope }) {
  const [open, setOpen] = useState(false);
  const equal = proof.lakeTotal !== null && proof.csvTotal === proof.lakeTotal;
  return (
    <footer className="proof">
      <span>
        <b>Proof{day === null ? '' : `, ${dayName(day)}`}</b>
      </span>
      {proof.csvTotal !== null && (
        <span>
          CSV <b data-exact={proof.csvTotal}>{full(proof.csvTotal, about.currency)}</b>
          {equal ? ' = lake = page = mail' : proof.lakeTotal === null ? '' : ` ≠ lake ${proof.lakeTotal}`}
        </span>
      )}
      <span>
        accounts seen <b>{`${proof.accountsSeen} of ${proof.accountsKnown}`}</b>
      </span>
      <span>
        deliveries <b>{proof.deliveries.length}</b>
      </span>
      <span>
        lake version <b>{about.lakeVersion}</b>
      </span>
      {proof.ledgerHead !== null && (
        <span>
          ledger{' '}
          <b title={proof.ledgerHead}>{`${proof.ledgerHead.slice(0, 4)} ${proof.ledgerHead.slice(4, 8)}`}</b>
        </span>
      )}
      <span className="end">
        <button type="button" className="link" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Hide the proof' : 'Show the proof'}
        </button>
      </span>
      {open && (
        <div className="proved">
          <p>
            Rules {proof.versions.rules}, accounts {proof.versions.accounts}, budgets {proof.versions.budgets}
            , rates {proof.versions.rates}. The day’s CSV has {proof.csvRows} rows;{' '}
            <a href={csvAddress('breakdown', scope)} download>
              take the breakdown of these days as CSV
            </a>
            .
          </p>
          <table className="tb">
            <caption className="vh">Deliveries behind these figures</caption>
            <thead>
              <tr>
                <th scope="col">Source</th>
                <th scope="col">Billing period</th>
                <th scope="col">Delivered</th>
                <th scope="col">SHA-256</th>
              </tr>
            </thead>
            <tbody>
              {proof.deliveries.map((of) => (
                <tr key={`${of.source} ${of.billingPeriod} ${of.sha256} ${of.deliveredAt}`}>
                  <th scope="row">{of.source}</th>
                  <td>{of.billingPeriod}</td>
                  <td>{moment(of.deliveredAt)}</td>
                  <td title={of.sha256}>{of.sha256.slice(0, 16)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </footer>
  );
}
