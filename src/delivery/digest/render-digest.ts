import { monthPicture } from '../chart/month-picture.ts';
import type { DigestFacts } from './facts.ts';
import { digestHtml } from './html/digest-html.ts';
import { digestText } from './text/digest-text.ts';
import { digestView } from './view/digest-view.ts';

/** A digest, ready to be put into a message. */
export interface RenderedDigest {
  readonly subject: string;
  /** The first sentence: what lists of mails show below the subject (also in `html`, hidden). */
  readonly preheader: string;
  readonly html: string;
  /** The text twin; what a terminal prints. */
  readonly text: string;
  /** The picture that `html` shows as `cid:trend`; undefined where there is no month to draw. */
  readonly trendPng: Uint8Array | undefined;
}

/** Draws the digest of `facts`, the same bytes for the same facts. */
export async function renderDigest(facts: DigestFacts): Promise<RenderedDigest> {
  const view = digestView(facts);
  return {
    subject: view.subject,
    preheader: view.sentence,
    html: digestHtml(view),
    text: digestText(view),
    trendPng: view.picture === undefined ? undefined : await monthPicture(view.picture.chart),
  };
}
