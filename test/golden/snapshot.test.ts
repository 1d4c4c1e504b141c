import { getDocumentProxy } from 'unpdf';
import { describe, expect, it } from 'vitest';
import type { DigestFacts } from '../../src/delivery/digest/facts.ts';
import { renderDigest } from '../../src/delivery/digest/render-digest.ts';
import { renderSnapshot } from '../../src/delivery/snapshot/render-snapshot.ts';
import { november } from '../fixtures/digest/november.ts';
import { situations } from '../fixtures/digest/situations.ts';

/** A4 in points. */
const A4 = [595.28, 841.89];
/** Letters are embedded glyph by glyph: a page with a whole font in it would weigh megabytes. */
const BYTES_MAX = 60_000;

/** What a reader can select on a page, line by line. */
async function read(pdf: Uint8Array): Promise<{ pages: number; size: number[]; text: string }> {
  const document = await getDocumentProxy(new Uint8Array(pdf));
  const page = await document.getPage(1);
  const items: readonly { readonly str?: string; readonly hasEOL?: boolean }[] = (await page.getTextContent())
    .items;
  const text = items
    .map(({ str = '', hasEOL }) => str + (hasEOL ? '\n' : ''))
    .join('')
    .replaceAll('\0', '□') // a mark that no font has: an empty box in print
    .replaceAll('\u00a0', ' ')
    .replaceAll('\u2011', '-');
  return { pages: document.numPages, size: page.view.slice(2), text };
}

/** `138,410`, `−3.1 %`, `+412.31`: every number of a text but those inside names and hashes. */
const numbers = (text: string): string[] => text.match(/[+−]?\d[\d,]*(?:\.\d+)?(?: %)?/g) ?? [];

describe.each(Object.entries(situations))('the snapshot of %s', async (name, facts) => {
  const pdf = await renderSnapshot(facts);
  const page = await read(pdf);

  it('is the one that was agreed, as text that can be selected', async () => {
    await expect(page.text).toMatchFileSnapshot(`files/snapshot/${name}.txt`);
  });

  it('is one page of A4, and says so', () => {
    expect(page.pages).toBe(1);
    expect(page.size.map((length, i) => Math.abs(length - (A4[i] ?? 0)) < 0.5)).toEqual([true, true]);
    expect(page.text).toContain('Page 1 of 1');
    expect(pdf.length).toBeLessThan(BYTES_MAX);
  });

  it('says SIMULATED, the lake version and the whole ledger hash', () => {
    expect(page.text.includes('SIMULATED')).toBe(facts.simulated);
    expect(page.text).toContain(`Lake version ${facts.proof.lakeVersion}`);
    expect(page.text).toContain(`Ledger ${facts.proof.ledgerHead ?? 'empty'}`);
    expect(page.text).not.toMatch(/undefined|NaN|\[object/);
  });
});

it.each(['november', 'credits-below-zero', 'first-day-without-budgets', 'twelve-million-and-a-millionth'])(
  'prints the figures of the digest, to the last digit: %s',
  async (name) => {
    const facts = situations[name];
    expect(facts).toBeDefined();
    if (facts === undefined) return;
    const digest = (await renderDigest(facts)).html.replaceAll('&nbsp;', ' ').replace(/<[^>]+>/g, ' ');
    const { text } = await read(await renderSnapshot(facts));
    const figures = text.slice(text.indexOf('Month to date'), text.indexOf('Actual, budget'));
    const lights = text.slice(text.indexOf('To date'), text.indexOf('Reserve'));
    const wanted = new Set(numbers(digest));
    expect(numbers(figures).length).toBeGreaterThan(3);
    expect(numbers(figures).filter((number) => !wanted.has(number))).toEqual([]);
    // Budgets of OUs and what is left of them stand on the page alone; all else of a light is the digest's.
    const own = new Set(facts.lights.flatMap(({ budget, reason }) => [...numbers(reason), whole(budget)]));
    expect(numbers(lights).filter((number) => !wanted.has(number) && !own.has(number))).toEqual([]);
  },
);

const whole = (amount: DigestFacts['lights'][number]['budget']): string =>
  amount === undefined ? '' : (amount.units / 10n ** 15n).toLocaleString('en-US');

it('keeps forty OUs with long names on its page: those that fit, and the rest with count and money', async () => {
  const facts = situations['four-hundred-accounts'];
  expect(facts?.lights).toHaveLength(40);
  if (facts === undefined) return;
  const { text } = await read(await renderSnapshot(facts));
  const listed = text.match(/Business Unit \d\d/g)?.length ?? 0;
  expect(listed).toBeGreaterThan(4);
  const rest = facts.lights.slice(listed).reduce((all, { monthToDate }) => all + monthToDate.units, 0n);
  expect(text).toMatch(new RegExp(`${40 - listed} other OUs\\s+${rest / 10n ** 15n}\\s`));
});

it('prints vs plan, and every budget with the reserve adds up to the total', async () => {
  const planned: DigestFacts = {
    ...november,
    lights: november.lights.map((light) => ({ ...light, planToDate: light.monthToDate })),
  };
  const { text } = await read(await renderSnapshot(planned));
  expect(text.match(/\s0\.0 %/g)?.length).toBe(13);
  const budgets = november.lights.reduce((all, { budget }) => all + (budget?.units ?? 0n), 0n) / 10n ** 15n;
  expect(budgets + 3_700n).toBe(248_000n);
  expect(text).toMatch(/Reserve, in no OU\s+3,700/);
});

it('has the letters of Łódź and 漢字, and draws the same bytes for the same facts', async () => {
  const named: DigestFacts = {
    ...november,
    lights: november.lights.map((light, i) => (i === 0 ? { ...light, ou: 'Łódź 漢字 ≈ −' } : light)),
  };
  const [first, second] = [await renderSnapshot(named), await renderSnapshot(named)];
  expect(Buffer.from(second).equals(Buffer.from(first))).toBe(true);
  expect((await read(first)).text).toMatch(/Łódź\s+漢字\s+≈ −/);
});
