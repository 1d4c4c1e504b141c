import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { diskStore } from '../adapters/disk/disk-store.ts';
import { billingDate } from '../core/calendar/billing-date.ts';
import { keepFeedback, type MailFeedback, recipientFates } from './mail-feedback.ts';

const DAY = billingDate('2026-11-19');
const MAILS = ['2026-11-19/daily/finops', '2026-11-19/daily/exec', '2026-11-19/failure/mail-not-sent'];

/** Only a bounce may pass; a delay always does. */
const fates = fc.constantFrom(
  { fate: 'delivered', isFinal: true },
  { fate: 'delayed', isFinal: false },
  { fate: 'bounced', isFinal: true },
  { fate: 'bounced', isFinal: false },
  { fate: 'complained', isFinal: true },
  { fate: 'rejected', isFinal: true },
);
const recipient = fc.record({
  address: fc.constantFrom('a@example.com', 'A@example.com', 'b@example.com'),
  why: fc.constantFrom('', 'x'),
});
/** Few ids, addresses, moments and words, so that ties and repetitions are the rule. */
const news = fc
  .record({
    mail: fc.constantFrom(...MAILS),
    id: fc.constantFrom('f-1', 'f-2', 'f-3', 'f-4', 'f-5', 'f-6'),
    at: fc.constantFrom('2026-11-19T07:00:00.000Z', '2026-11-19T08:00:00.000Z'),
    recipients: fc.array(recipient, { minLength: 1, maxLength: 3 }),
    of: fates,
  })
  .map(({ of, ...rest }) => ({ ...rest, ...of }));
type News = MailFeedback & { readonly mail: string };

async function fatesAfter(all: readonly News[]) {
  const folder = await mkdtemp(join(tmpdir(), 'spendlight-feedback-'));
  try {
    const store = diskStore(folder);
    for (const { mail, ...feedback } of all) await keepFeedback(store, mail, feedback);
    return await recipientFates(store, DAY);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

it('says the same of every recipient in whatever order, and however often, the news come', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(news, { maxLength: 6, selector: ({ mail, id }) => `${mail} ${id}` }),
      fc.infiniteStream(fc.nat(1000)),
      async (all, chance) => {
        const shuffled = [...all, ...all]
          .map((one) => ({ one, at: chance.next().value }))
          .sort((a, b) => a.at - b.at)
          .map(({ one }) => one);
        const known = await fatesAfter(all as News[]);
        expect(await fatesAfter(shuffled as News[])).toEqual(known);
        // Each recipient of whom something was told is there once.
        const told = new Set(
          all.flatMap(({ mail, recipients }) =>
            recipients.map(({ address }) => `${mail} ${address.toLowerCase()}`),
          ),
        );
        expect(known.map(({ mail, address }) => `${mail} ${address.toLowerCase()}`).sort()).toEqual(
          [...told].sort(),
        );
        for (const { mail, address, fate, isFinal } of known) {
          const own = all.filter(
            (one) =>
              one.mail === mail &&
              one.recipients.some((to) => to.address.toLowerCase() === address.toLowerCase()),
          );
          // Nothing that may pass is said where something final is known, and no delivery where it came back.
          if (own.some((one) => one.isFinal)) expect(isFinal).toBe(true);
          if (own.some((one) => one.isFinal && one.fate === 'bounced'))
            expect(['bounced', 'complained']).toContain(fate);
        }
      },
    ),
    { numRuns: 25 },
  );
});

it('keeps apart what belongs to other run dates', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'spendlight-feedback-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const store = diskStore(folder);
  const feedback: MailFeedback = {
    id: 'f-1',
    at: '2026-11-19T07:00:00.000Z',
    fate: 'bounced',
    isFinal: true,
    recipients: [{ address: 'a@example.com', why: '' }],
  };
  expect(await keepFeedback(store, '2026-11-18/daily/finops', feedback)).toBe(true);
  expect(await keepFeedback(store, '2026-11-19/daily/finops', feedback)).toBe(true);
  expect(await keepFeedback(store, '2026-11-19/daily/finops', { ...feedback, fate: 'delivered' })).toBe(
    false,
  );
  expect(await recipientFates(store, DAY)).toMatchObject([
    { mail: '2026-11-19/daily/finops', fate: 'bounced' },
  ]);
});
