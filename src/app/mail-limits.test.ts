import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunHome, runHome, server } from '../../test/support/run-place.ts';
import type { MailLimits } from '../ports/mailer.ts';
import { dailyRun } from './daily-run.ts';
import { lakeStatus } from './status.ts';

let home: RunHome;
beforeAll(async () => {
  home = await runHome();
  await home.lakeOf('bill', (day) => ({ BilledCost: `${day}.25` }));
});
afterAll(() => home.close());

/** What `status` says of mail after a run by a service that says so of itself. */
async function saidOf(...answers: readonly (MailLimits | undefined)[]): Promise<readonly string[]> {
  const at = await home.place();
  for (const answer of answers) {
    const mailer = { ...server().mailer, kind: 'ses' as const, limits: async () => answer };
    const report = await dailyRun(at.doors({ mailer }), { resend: true });
    expect(report.problems).toEqual([]);
  }
  const { troubles } = await lakeStatus(at.doors());
  return troubles
    .filter(({ code }) => code.startsWith('MAIL_'))
    .map(({ severity, what }) => `${severity}: ${what}`);
}

const SANDBOX = 'note: Amazon SES is in its sandbox: only addresses that it has verified get mail';
const fine = { isSandbox: false, sent: 159, sentMax: 200 };

it.each<[string, readonly (MailLimits | undefined)[], readonly string[]]>([
  ['nothing of a service that lets us send', [fine], []],
  ['nothing of one without a limit', [{ ...fine, sent: 1e6, sentMax: undefined }], []],
  ['the sandbox', [{ ...fine, isSandbox: true }], [SANDBOX]],
  [
    'a quota of which four fifths are used up',
    [{ ...fine, sent: 160 }],
    ['note: 160 of the 200 recipients that Amazon SES takes in 24 hours are used up'],
  ],
  ['nothing more once it is over', [{ ...fine, isSandbox: true }, fine], []],
  ['what was known, where it cannot be asked', [{ ...fine, isSandbox: true }, undefined], [SANDBOX]],
])('tells %s', async (_, answers, said) => expect(await saidOf(...answers)).toEqual(said));
