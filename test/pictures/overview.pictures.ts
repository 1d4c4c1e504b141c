import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
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
  await tab.locator('.chart [data-theme] canvas').waitFor();
  await tab.locator('.proof b').first().waitFor();
  expect(await tab.evaluate('document.documentElement.scrollWidth')).toBe(viewport.width);
  const path = join(IMAGES, `${name}.png`);
  await tab.screenshot({ path });
  expect((await stat(path)).size).toBeLessThan(BYTES_MAX);
});
