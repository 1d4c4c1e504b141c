import { describe, expect, it } from 'vitest';
import { renderDigest } from '../../src/delivery/digest/render-digest.ts';
import { columnsOf } from '../../src/delivery/format/name.ts';
import { situations } from '../fixtures/digest/situations.ts';

/** Gmail cuts a message at about 102 KB. */
const HTML_BYTES_MAX = 90_000;
const TEXT_COLUMNS_MAX = 76;

describe.each(Object.entries(situations))('the digest of %s', async (name, facts) => {
  const digest = await renderDigest(facts);

  it('is the one that was agreed', async () => {
    await expect(`${digest.subject}\n\n${digest.text}`).toMatchFileSnapshot(`files/digest/${name}.txt`);
    await expect(digest.html).toMatchFileSnapshot(`files/digest/${name}.html`);
  });

  it('has HTML that Gmail does not cut, and text that fits a terminal', () => {
    expect(Buffer.byteLength(digest.html)).toBeLessThan(HTML_BYTES_MAX);
    const wide = digest.text.split('\n').filter((line) => columnsOf(line) > TEXT_COLUMNS_MAX);
    expect(wide.filter((line) => !line.includes('https://'))).toEqual([]);
  });

  it('says SIMULATED in subject, HTML and text, or nowhere', () => {
    const { subject, html, text } = digest;
    expect([subject, html, text].map((face) => face.includes('SIMULATED'))).toEqual(
      Array(3).fill(facts.simulated),
    );
  });

  it('never prints an empty table, a missing value or an unescaped name', () => {
    expect(digest.html).not.toMatch(/<table[^>]*>\s*<\/table>|undefined|NaN|\[object|<script/);
    expect(digest.text).not.toMatch(/undefined|NaN|\[object|\u202e|\r/);
    expect(digest.subject).not.toMatch(/[\r\n]|undefined/);
  });
});

it('holds HTML under 60 KB for a month like most', async () => {
  const { november } = situations;
  expect(november && Buffer.byteLength((await renderDigest(november)).html)).toBeLessThan(60_000);
});

it('draws the same bytes for the same facts', async () => {
  const { november } = situations;
  expect(november).toBeDefined();
  if (november === undefined) return;
  const [first, second] = [await renderDigest(november), await renderDigest(november)];
  expect(second).toEqual(first);
  expect(first.trendPng?.subarray(0, 4)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47]));
});
