import type { Message } from '../../ports/mailer.ts';
import { wrap } from '../digest/text/columns.ts';
import { momentOfYear } from '../format/days.ts';
import { clean } from '../format/name.ts';
import { compose, type Envelope } from './compose.ts';

/** A failure as people need it: what, where, what to do, and under which id the logs know it. */
export interface Failure {
  /** What failed, as a sentence or clause: `the daily run stopped`. */
  readonly what: string;
  /** Step, file or server; as far as known. */
  readonly where: string | undefined;
  readonly remedy: string;
  /** Error code as printed by the command line. */
  readonly code: string;
  readonly runId: string;
  /** Where the lake is. */
  readonly lake: string;
  readonly simulated: boolean;
}

/** The alarm for ALERT_RECIPIENTS_FAILURE. Text alone: it must be readable wherever it lands. */
export function failureMessage(failure: Failure, envelope: Envelope): Promise<Message> {
  const { what, where, remedy, code, runId, lake, simulated } = failure;
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['What', clean(what)],
    ['Where', where === undefined ? undefined : clean(where)],
    ['Do', clean(remedy)],
    ['Code', code],
    ['Run', runId],
    ['Lake', clean(lake)],
    ['When', momentOfYear(envelope.madeAt)],
  ];
  const text = [
    'Something needs your eye; what it is and what to do stands below. No figure has',
    'been lost: the lake keeps what it had, and the next run takes up what is left.',
    '',
    ...lines.flatMap(([label, value]) => (value === undefined ? [] : field(label, value))),
    '',
    'spendlight status tells what is wrong and how to mend it.',
    '',
  ].join('\n');
  const subject = `Spendlight alarm ■ ${clean(what).slice(0, 120)} · ${code}${simulated ? ' · SIMULATED' : ''}`;
  return compose(envelope, {
    subject,
    text,
    headers: { 'X-Spendlight-Failure': envelope.key, Importance: 'high' },
  });
}

function field(label: string, value: string): string[] {
  const [first = '', ...more] = wrap(value, ' '.repeat(8));
  return [label.padEnd(8) + first.trimStart(), ...more];
}
