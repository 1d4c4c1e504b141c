import type { Edge, Stretch } from '../sql/loaded.ts';

/** An account's service and how many lines it has; in order of account, then service; null is the empty text. */
export interface Counted extends Edge {
  readonly lines: number;
}

/**
 * Cuts a month into stretches of at most `linesAtOnce` lines where that is possible (one service of one account is
 * never cut), so that each can be sorted within memory. Together they cover everything, in order, without overlap.
 */
export function stretches(counted: readonly Counted[], linesAtOnce: number): Stretch[] {
  const cuts: Edge[] = [];
  let lines = 0;
  for (const edge of counted) {
    if (lines > 0 && lines + edge.lines > linesAtOnce) {
      cuts.push({ account: edge.account, service: edge.service });
      lines = 0;
    }
    lines += edge.lines;
  }
  return [undefined, ...cuts].map((from, i) => ({ from, until: cuts[i] }));
}
