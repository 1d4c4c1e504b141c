import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { type RealServer, realServer } from '../support/real-server.ts';

const MAIN = join(import.meta.dirname, '../../dist/src/main.js');
const IMAGES = join(import.meta.dirname, '../../docs/images');
/** A moment, so that the pictures stay the same. */
const NOW = '2026-11-21T07:00:00Z';
const BYTES_MAX = 500_000;

let folder: string;
let server: RealServer;
let browser: Browser;

beforeAll(async () => {
  await mkdir(IMAGES, { recursive: true });
  folder = await mkdtemp(join(tmpdir(), 'spendlight-pictures-'));
  const lake = join(folder, 'lake');
  const outbox = join(folder, 'outbox');
  for (const command of ['demo', 'run']) {
    const { status, stderr } = spawnSync(process.execPath, [MAIN, '--lake', lake, '--now', NOW, command], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, OUTBOX_DIR: outbox, LOG_LEVEL: 'ERROR' },
    });
    if (status === null || status > 1) throw new Error(`${command} ended with ${status}: ${stderr}`);
  }
  server = await realServer(lake, { now: NOW, outbox });
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await server?.end();
  await rm(folder, { recursive: true, force: true });
});

it.each([
  ['overview-light-1440', { width: 1440, height: 900 }, 'light'],
  ['overview-dark-1440', { width: 1440, height: 900 }, 'dark'],
  ['overview-page-1440', { width: 1440, height: 1318 }, 'light'],
  ['overview-light-390', { width: 390, height: 3340 }, 'light'],
  ['overview-dark-390', { width: 390, height: 3340 }, 'dark'],
  ['overview-light-2560', { width: 2560, height: 1440 }, 'light'],
] as const)('draws %s', async (name, viewport, colorScheme) => {
  const tab = await browser.newPage({ viewport, colorScheme });
  await tab.goto(server.base);
  await drawn(tab);
  await kept(tab, name, viewport.width);
});

it.each([
  ['pipeline-light-1440', { width: 1440, height: 1440 }, 'light'],
  ['pipeline-dark-1440', { width: 1440, height: 1440 }, 'dark'],
  ['pipeline-light-390', { width: 390, height: 2300 }, 'light'],
] as const)('draws %s', async (name, viewport, colorScheme) => {
  const tab = await browser.newPage({ viewport, colorScheme });
  await tab.goto(`${server.base}/pipeline?day=2026-10-30`);
  for (const part of ['.runs', '.periods', '.cal', '.rest', '.hist', '.arch'])
    await tab.locator(part).waitFor();
  await tab.locator('[aria-label^="Loading"]').first().waitFor({ state: 'detached' });
  await kept(tab, name, viewport.width);
});

it('draws a figure that is proved', async () => {
  const tab = await browser.newPage({ viewport: { width: 1440, height: 1160 } });
  await tab.goto(`${server.base}/?prove=mtd`);
  await drawn(tab);
  await tab.locator('.drawer .how').waitFor();
  await kept(tab, 'prove-light-1440', 1440);
});

it('draws what was known at an earlier version', async () => {
  const tab = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await tab.goto(`${server.base}/?asOf=19`);
  await drawn(tab);
  await tab.locator('.asof').getByText('then').waitFor();
  await kept(tab, 'as-of-light-1440', 1440);
});

async function drawn(tab: Page): Promise<void> {
  await tab.locator('.chart [data-theme] canvas').waitFor();
  await tab.locator('.proof b').first().waitFor();
  await tab.locator('.mov tbody .wy').first().getByText(/./).waitFor();
}

async function kept(tab: Page, name: string, width: number): Promise<void> {
  expect(await tab.evaluate('document.documentElement.scrollWidth')).toBe(width);
  const path = join(IMAGES, `${name}.png`);
  await tab.screenshot({ path });
  expect((await stat(path)).size).toBeLessThan(BYTES_MAX);
}
