import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, inject } from 'vitest';
import { NOW } from '../../api/served.ts';
import { launchChromium } from '../../support/chromium.ts';
import { type RealServer, realServer } from '../../support/real-server.ts';

const MAIN = join(import.meta.dirname, '../../../dist/src/main.js');
const WIDE = { width: 1440, height: 900 };

interface Opened {
  readonly base?: string;
  readonly viewport?: { width: number; height: number };
  readonly colorScheme?: 'light' | 'dark';
}

/** The real server over a demo lake of the file's own, and a browser. */
export interface WebPlace {
  readonly lake: string;
  readonly outbox: string;
  readonly server: RealServer;
  /** What the browser complained about on the page that is open. */
  readonly complaints: readonly string[];
  /** A new page in a context of its own, closed after the test. */
  open(path?: string, opened?: Opened): Promise<Page>;
  /** Closes what `open` opened, as a person would. */
  leave(): Promise<void>;
  api<T>(path: string): Promise<T>;
  /** The program, on the lake below the server. */
  spendlight(...args: readonly string[]): void;
}

/** To be called once a file. */
export function webPlace(): WebPlace {
  let browser: Browser;
  let lake: string;
  let server: RealServer;
  let context: BrowserContext | undefined;
  let complaints: string[] = [];
  const outbox = () => join(dirname(lake), 'outbox');
  beforeAll(async () => {
    lake = join(await mkdtemp(join(tmpdir(), 'spendlight-web-')), 'lake');
    await cp(dirname(inject('demoLake')), dirname(lake), { recursive: true });
    server = await realServer(lake, { now: NOW, outbox: outbox() });
    browser = await launchChromium();
  });
  afterEach(() => context?.close());
  afterAll(async () => {
    await browser?.close();
    await server?.end();
    await rm(dirname(lake), { recursive: true, force: true });
  });
  return {
    get lake() {
      return lake;
    },
    get outbox() {
      return outbox();
    },
    get server() {
      return server;
    },
    get complaints() {
      return complaints;
    },
    async open(path = '/', { base = server.base, viewport = WIDE, colorScheme = 'light' } = {}) {
      context = await browser.newContext({ viewport, colorScheme, acceptDownloads: true });
      const page = await context.newPage();
      complaints = [];
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
      });
      page.on('pageerror', ({ message }) => complaints.push(message));
      await page.goto(base + path);
      return page;
    },
    leave: async () => context?.close(),
    api: async <T>(path: string) => (await (await fetch(server.base + path)).json()) as T,
    spendlight(...args) {
      const { status, stderr } = spawnSync(process.execPath, [MAIN, '--lake', lake, '--now', NOW, ...args], {
        encoding: 'utf8',
        env: { PATH: process.env.PATH, LOG_LEVEL: 'ERROR' },
      });
      if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
    },
  };
}

/** The chart is there, in the theme that was asked for. */
export const drawn = (page: Page): Promise<void> => page.locator('.chart [data-theme] canvas').waitFor();

/** One of the six figures. */
export const figure = (page: Page, name: string | RegExp) =>
  page.locator('.fig', { has: page.locator('dt', { hasText: name }) }).locator('.big');

/** The exact amounts behind what is shown. */
export const exactly = (page: Page, selector: string): Promise<string[]> =>
  page.locator(selector).evaluateAll((found) => found.map((of) => of.getAttribute('data-exact') ?? ''));

/** Presses Tab until the thing of this name has the focus. */
export async function focusOn(page: Page, name: string): Promise<void> {
  for (let pressed = 0; pressed < 80; pressed++) {
    await page.keyboard.press('Tab');
    const text = String(await page.evaluate('document.activeElement.textContent'));
    if (text.trim().startsWith(name)) return;
  }
  throw new Error(`Tab does not reach ${name}`);
}
