import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { renderDigest } from '../../src/delivery/digest/render-digest.ts';
import { packCsv } from '../../src/delivery/message/attachment.ts';
import { digestMessage } from '../../src/delivery/message/digest-message.ts';
import { november } from '../fixtures/digest/november.ts';
import { situations } from '../fixtures/digest/situations.ts';
import { launchChromium } from '../support/chromium.ts';

const IMAGES = join(import.meta.dirname, '../../docs/images');

let browser: Browser;
let page: string;

beforeAll(async () => {
  await mkdir(IMAGES, { recursive: true });
  page = await mailAsPage(await mailToDraw());
  browser = await launchChromium();
});
afterAll(() => browser.close());

it.each([
  ['light', 640],
  ['dark', 640],
  ['light', 360],
  ['dark', 360],
] as const)('draws the digest %s at %i px', async (colorScheme, width) => {
  const tab = await browser.newPage({
    viewport: { width, height: 900 },
    colorScheme,
    deviceScaleFactor: width > 400 ? 1 : 1.5,
  });
  await tab.setContent(page);
  expect(await tab.evaluate('document.documentElement.scrollWidth')).toBe(width); // nothing sticks out at the side
  const png = await tab.screenshot({ fullPage: true });
  await writeFile(join(IMAGES, `digest-${colorScheme}-${width}.png`), png);
});

it.each(Object.entries(situations))('shows %s on a phone with nothing sticking out', async (_, facts) => {
  const tab = await browser.newPage({ viewport: { width: 360, height: 900 } });
  await tab.setContent((await renderDigest(facts)).html);
  expect(await tab.evaluate('document.documentElement.scrollWidth')).toBe(360);
});

/** The mail that PICTURES_OF names, else that of the made-up month. */
async function mailToDraw(): Promise<Uint8Array> {
  const path = process.env.PICTURES_OF;
  if (path !== undefined) return readFile(path);
  const envelope = { key: 'pictures', from: 'spendlight@example.com', to: [], madeAt: november.madeAt };
  const message = await digestMessage(await renderDigest(november), packCsv(undefined, true), envelope);
  return message.raw;
}

/** HTML as a mail program shows it: parts of the mail in place of their content ids. */
async function mailAsPage(raw: Uint8Array): Promise<string> {
  const mail = await PostalMime.parse(raw, { attachmentEncoding: 'base64' });
  return mail.attachments.reduce(
    (html, { contentId, mimeType, content }) =>
      html.replaceAll(`cid:${contentId?.slice(1, -1)}`, `data:${mimeType};base64,${content}`),
    mail.html ?? '',
  );
}
