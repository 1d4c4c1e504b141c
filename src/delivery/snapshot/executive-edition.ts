import type { DigestFacts } from '../digest/facts.ts';
import { digestHtml } from '../digest/html/digest-html.ts';
import { digestText } from '../digest/text/digest-text.ts';
import { digestView } from '../digest/view/digest-view.ts';
import type { DigestView } from '../digest/view/view.ts';

/** The mail that brings the page: the digest cut down to sentence, figures and lights. */
export interface ExecutiveEdition {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  /** Of the PDF; says SIMULATED where the costs are. */
  readonly fileName: string;
}

const PROOF = ['Accounts', 'Lake', 'Ledger'];

export function executiveEdition(facts: DigestFacts): ExecutiveEdition {
  const full = digestView(facts);
  const fileName = snapshotFileName(facts);
  const view: DigestView = {
    ...full,
    picture: undefined,
    top: undefined,
    lists: [],
    arriving: undefined,
    proof: full.proof.filter(({ label }) => PROOF.includes(label)),
    foot: { ...full.foot, attachment: `Attached: ${fileName} (one page).` },
  };
  return { subject: view.subject, html: digestHtml(view), text: digestText(view), fileName };
}

/** `spendlight-2026-11-17.pdf` by billing day; by run date where no day is complete. */
export const snapshotFileName = ({ simulated, headline, runDate }: DigestFacts): string =>
  `${simulated ? 'SIMULATED-' : ''}spendlight-${headline?.date ?? `no-day-${runDate}`}.pdf`;
