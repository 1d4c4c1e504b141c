import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import PostalMime from 'postal-mime';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Lights, Shares } from '../../src/api/schemas/blocks.ts';
import type { Overview } from '../../src/api/schemas/overview.ts';
import { demoLake, NOW } from '../api/served.ts';
import { launchChromium } from '../support/chromium.ts';
import { type RealServer, realServer } from '../support/real-server.ts';

const BILLS = join(import.meta.dirname, '../fixtures/bills');
const MAIN = join(import.meta.dirname, '../../dist/src/main.js');
const BUILT = join(import.meta.dirname, '../../dist/web');
const WIDE = { width: 1440, height: 900 };

let browser: Browser;
let lake: string;
let outbox: string;
let server: RealServer;
let context: BrowserContext | undefined;
/** What the browser complained about on the page of the test that runs. */
let complaints: string[] = [];

beforeAll(async () => {
  lake = await demoLake();
  outbox = join(dirname(lake), 'outbox');
  server = await realServer(lake, { now: NOW, outbox });
  browser = await launchChromium();
});
afterEach(() => context?.close());
afterAll(async () => {
  await browser?.close();
  await server?.end();
  await rm(dirname(lake), { recursive: true, force: true });
});

interface Opened {
  readonly base?: string;
  readonly viewport?: { width: number; height: number };
  readonly colorScheme?: 'light' | 'dark';
}

async function open(path = '/', { base = server.base, viewport = WIDE, colorScheme = 'light' }: Opened = {}) {
  context = await browser.newContext({ viewport, colorScheme, acceptDownloads: true });
  const page = await context.newPage();
  complaints = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', ({ message }) => complaints.push(message));
  await page.goto(base + path);
  return page;
}

const api = async <T>(path: string): Promise<T> => (await (await fetch(server.base + path)).json()) as T;
const drawn = (page: Page) => page.locator('.chart [data-theme] canvas').waitFor();
const figure = (page: Page, name: string | RegExp) =>
  page.locator('.fig', { has: page.locator('dt', { hasText: name }) }).locator('.big');

describe('the same number everywhere', () => {
  it('shows on the page what the API, the CSV and the mail say, to the last digit', async () => {
    const page = await open();
    const overview = await api<Overview>('/api/v1/overview');
    expect(await figure(page, 'Month to date').getAttribute('data-exact')).toBe(overview.month?.toDate);
    expect(await figure(page, 'Forecast').getAttribute('data-exact')).toBe(overview.month?.forecast);
    expect(await figure(page, 'Budget').getAttribute('data-exact')).toBe(overview.month?.budget);
    expect(await figure(page, 'Unmapped').getAttribute('data-exact')).toBe(overview.unmapped?.amount);
    const day = await figure(page, /^\w{3} \d+ \w{3}$/).getAttribute('data-exact');
    expect(day).toBe(overview.day?.total);
    expect(await page.locator('.say').innerText()).toBe(overview.sentence.join(' '));
    expect([
      await mailedTotal(),
      await page.locator('.proof b[data-exact]').getAttribute('data-exact'),
    ]).toEqual([day, day]);
    expect(complaints).toEqual([]);
  });

  it('has in the table of OUs the rows of the API, and in its CSV the same amounts', async () => {
    const page = await open();
    const { rows } = await api<Lights>('/api/v1/lights');
    await page.locator('.ou tbody tr').first().waitFor();
    const shown = await exactly(page, '.ou tbody td.amt [data-exact]');
    expect(shown).toEqual(rows.map(({ monthToDate }) => monthToDate));
    const csv = await downloaded(page, 'CSV of OUs');
    expect(shown.every((amount) => csv.includes(amount))).toBe(true);
    expect(csv.trim().split('\n').length).toBeGreaterThan(rows.length);
  });

  it('has every service of the API once all are asked for, and they add up to the total', async () => {
    const page = await open();
    const { rows, total } = await api<Shares>('/api/v1/shares?by=service&limit=500');
    const services = page.locator('section', { has: page.locator('h2', { hasText: 'Services' }) });
    await services.getByRole('button', { name: /^All / }).click();
    await expect.poll(() => services.locator('tbody tr').count()).toBe(rows.length);
    const amounts = await exactly(page, 'section:has(h2:text("Services")) tbody td.amt [data-exact]');
    expect(amounts).toEqual(rows.map(({ amount }) => amount));
    expect(await services.locator('tfoot td.amt [data-exact]').getAttribute('data-exact')).toBe(total.amount);
  });
});

describe('filters', () => {
  it('filters by a click, tells it in the address, goes back, and shows the same by its link', async () => {
    const page = await open();
    const whole = await figure(page, 'Month to date').getAttribute('data-exact');
    const ou = page.locator('.ou tbody tr').first().getByRole('button');
    const name = await ou.innerText();
    await ou.click();
    await page.waitForURL((url) => url.searchParams.get('ou') === name);
    const filtered = await api<Overview>(`/api/v1/overview?ou=${encodeURIComponent(name)}`);
    await expect
      .poll(() => figure(page, 'Month to date').getAttribute('data-exact'))
      .toBe(filtered.month?.toDate);
    const link = page.url();
    await page.goBack();
    await expect.poll(() => figure(page, 'Month to date').getAttribute('data-exact')).toBe(whole);
    await page.goto(link);
    expect(await figure(page, 'Month to date').getAttribute('data-exact')).toBe(filtered.month?.toDate);
  });

  it('keeps the old figures, dimmed, while new ones load', async () => {
    const page = await open();
    await page.locator('.ou tbody tr').first().waitFor();
    let goOn = (): void => undefined;
    const waiting = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    await page.route('**/api/v1/lights?*', async (route) => {
      await waiting;
      await route.continue();
    });
    const rows = await page.locator('.ou tbody tr').count();
    await page.locator('.ou tbody tr').first().getByRole('button').click();
    await page.locator('.old .ou').waitFor();
    expect(await page.locator('.old .ou tbody tr').count()).toBe(rows);
    goOn();
    await expect.poll(() => page.locator('.old').count()).toBe(0);
    expect(await page.locator('.ou tbody tr').count()).toBe(1);
  });

  it('asks for other days and another comparison by the pickers', async () => {
    const page = await open();
    await page.getByRole('button', { name: /^Period/ }).click();
    await page.getByRole('button', { name: 'Last 7 days' }).click();
    await page.waitForURL(/from=2026-11-13&to=2026-11-19/);
    await page.getByRole('button', { name: /^vs / }).click();
    await page.getByRole('menuitem', { name: 'As many days just before' }).click();
    await page.waitForURL(/compare=previous/);
    const { total } = await api<Overview>('/api/v1/overview?from=2026-11-13&to=2026-11-19&compare=previous');
    await expect.poll(() => figure(page, 'Period').getAttribute('data-exact')).toBe(total.amount);
  });

  it('tells what it does not understand in an address, and what to do', async () => {
    const page = await open('/?from=yesterday');
    const notice = page.getByRole('alert').first();
    expect(await notice.innerText()).toMatch(/REQUEST_INVALID.*request/s);
    expect(await notice.getByRole('button', { name: 'Try again' }).isVisible()).toBe(true);
  });
});

describe('looks', () => {
  it('keeps theme and density, also for the next visit', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'View' }).click();
    await page.getByLabel('Dark').check();
    await page.getByLabel('Comfortable').check();
    const root = page.locator('html');
    expect(await root.getAttribute('data-theme')).toBe('dark');
    await expect
      .poll(() => api('/api/v1/preferences'))
      .toMatchObject({ theme: 'dark', density: 'comfortable' });
    await context?.close();
    const next = await open();
    await expect.poll(() => next.locator('html').getAttribute('data-theme')).toBe('dark');
    expect(await next.locator('html').getAttribute('data-density')).toBe('comfortable');
    await next.getByRole('button', { name: 'View' }).click();
    await next.getByLabel('System').check();
    await next.getByLabel('Dense').check();
    await expect.poll(() => api('/api/v1/preferences')).toMatchObject({ theme: 'auto', density: 'dense' });
  });

  it.each([
    [390, 'light'],
    [1440, 'light'],
    [1440, 'dark'],
    [2560, 'light'],
  ] as const)(
    'is accessible, quiet and not wider than its window at %i px, %s',
    async (width, colorScheme) => {
      const page = await open('/', { viewport: { width, height: 900 }, colorScheme });
      await drawn(page);
      await page.locator('.proof b').first().waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`),
      ).toEqual([]);
      expect(complaints).toEqual([]);
    },
  );

  it('ends the first screen of 1,440 × 900 with the total of the OUs', async () => {
    const page = await open();
    await page.locator('.ou tfoot').waitFor();
    const box = await page.locator('.ou tfoot').boundingBox();
    expect((box?.y ?? Number.NaN) + (box?.height ?? 0)).toBeLessThanOrEqual(900);
  });

  it.each([390, 1440])('does not jump while it loads at %i px', async (width) => {
    const page = await open('/', { viewport: { width, height: 900 } });
    await drawn(page);
    await page.locator('.ou tfoot').waitFor();
    expect(await page.evaluate(SHIFTED)).toBeLessThan(0.05);
  });

  it('can be used by the keyboard alone', async () => {
    const page = await open();
    await drawn(page);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to figures');
    await page.keyboard.press('t');
    await page.locator('table.twin').waitFor();
    await page.keyboard.press('t');
    await drawn(page);
    await focusOn(page, 'Period');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Last 7 days' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('button', { name: 'Last 7 days' }).count()).toBe(0);
    const name = await page.locator('.ou tbody button').first().innerText();
    await focusOn(page, name);
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.searchParams.get('ou') === name);
  });
});

it('begins with at most 230 KB of script, compressed', async () => {
  const page = await (await fetch(server.base)).text();
  const scripts = [...page.matchAll(/(?:src|href)="([^"]+\.js)"/g)].map(([, path]) => path);
  expect(scripts.length).toBeGreaterThan(0);
  const bytes = await Promise.all(scripts.map(async (path) => (await stat(join(BUILT, `${path}.gz`))).size));
  expect(bytes.reduce((sum, of) => sum + of)).toBeLessThanOrEqual(230_000);
});

describe('other pages', () => {
  it('shows health, without a complaint of the browser or of axe', async () => {
    const page = await open('/health');
    await page.getByRole('heading', { name: 'Store, engine, versions' }).waitFor();
    await page.getByText('Lake version').waitFor();
    expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('shows the mail of the demo in a frame that can do nothing', async () => {
    const page = await open('/outbox');
    const frame = page.frameLocator('iframe');
    await frame.getByText('Spendlight').first().waitFor();
    const { sentence } = await api<Overview>('/api/v1/overview');
    const words = (await frame.locator('body').innerText()).replaceAll(/\s+/g, ' ').replaceAll('\u2011', '-');
    expect(words).toContain(sentence[0]?.replaceAll(/\s+/g, ' '));
  });

  it('says that an address leads nowhere', async () => {
    const page = await open('/nowhere');
    await page.getByText('There is no page at this address.').waitFor();
  });
});

describe('the lake below the page', () => {
  it('shows a new version by itself, without a jump', async () => {
    const page = await open();
    await drawn(page);
    const before = await figure(page, 'Budget').getAttribute('data-exact');
    await page.evaluate('scrollTo(0, 300)');
    const file = join(dirname(lake), 'budgets.csv');
    await writeFile(file, 'scope_type,scope,period,amount,currency\ntotal,,2026-11,9999999.00,USD\n');
    spendlight('budgets', 'import', file);
    await expect
      .poll(() => figure(page, 'Budget').getAttribute('data-exact'), { timeout: 20_000 })
      .toBe('9999999.00');
    expect(before).not.toBe('9999999.00');
    expect(await page.evaluate('scrollY')).toBe(300);
    expect(complaints).toEqual([]);
  });

  it('takes a real bill where there is no lake, shows what it holds, and then the overview', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'spendlight-web-'));
    const empty = await realServer(join(folder, 'lake'), { now: NOW, outbox: join(folder, 'outbox') });
    try {
      const page = await open('/', { base: empty.base });
      await page.getByText('No cost data yet.').waitFor();
      expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([]);
      await dropFile(page, 'focus12-aws-generated.csv.gz');
      const totals = page.locator('table.totals [data-exact]').first();
      await totals.waitFor();
      const found = await totals.getAttribute('data-exact');
      expect(found).toMatch(/^-?\d+\.\d{2,}$/);
      await page.getByRole('button', { name: 'Bring it in' }).click();
      await page.locator('.figs .big').first().waitFor({ timeout: 30_000 });
    } finally {
      await empty.end();
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('says that the lake is gone, with code, remedy, request and a way to try again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'spendlight-web-'));
    const copy = join(folder, 'lake');
    await cp(lake, copy, { recursive: true });
    const doomed = await realServer(copy, { now: NOW, outbox });
    try {
      const page = await open('/', { base: doomed.base });
      await page.locator('.figs .big').first().waitFor();
      await rm(copy, { recursive: true });
      await page.goto(`${doomed.base}/?from=2026-10-02&to=2026-10-03`);
      const notice = page.getByRole('alert').first();
      // What was asked before the server looked is broken; what is asked then is told.
      await expect
        .poll(async () => {
          await notice.getByRole('button', { name: 'Try again' }).click();
          return notice.innerText();
        })
        .toMatch(/Code\s+LAKE_GONE.*request/s);
    } finally {
      await doomed.end();
      await rm(folder, { recursive: true, force: true });
    }
  });
});

/** How much of the window moved since the page began, as the browser counts it. */
const SHIFTED = `new Promise((resolve) => {
  let shifted = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) shifted += entry.value;
    resolve(shifted);
  }).observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => resolve(shifted), 500);
})`;

/** The exact amounts behind what is shown. */
const exactly = (page: Page, selector: string): Promise<string[]> =>
  page.locator(selector).evaluateAll((found) => found.map((of) => of.getAttribute('data-exact') ?? ''));

async function downloaded(page: Page, name: string): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name, exact: true }).click(),
  ]);
  return readFile(await download.path(), 'utf8');
}

/** Presses Tab until the thing of this name has the focus. */
async function focusOn(page: Page, name: string): Promise<void> {
  for (let pressed = 0; pressed < 80; pressed++) {
    await page.keyboard.press('Tab');
    const text = String(await page.evaluate('document.activeElement.textContent'));
    if (text.trim().startsWith(name)) return;
  }
  throw new Error(`Tab does not reach ${name}`);
}

/** What a person does who drags a file from a folder onto the page. */
async function dropFile(page: Page, name: string): Promise<void> {
  const bytes = (await readFile(join(BILLS, name))).toString('base64');
  const transfer = await page.evaluateHandle(`(() => {
    const bytes = Uint8Array.from(atob('${bytes}'), (of) => of.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], '${name}'));
    return transfer;
  })()`);
  await page.locator('.drop').dispatchEvent('drop', { dataTransfer: transfer });
}

/** Sum of the CSV that the mail carries. */
async function mailedTotal(): Promise<string> {
  const name = (await readdir(outbox)).find((of) => of.endsWith('.eml')) ?? '';
  const mail = await PostalMime.parse(await readFile(join(outbox, name)), { attachmentEncoding: 'utf8' });
  const csv = String(mail.attachments.find(({ filename }) => filename?.endsWith('.csv'))?.content);
  const [header = '', ...lines] = csv.trim().split('\n');
  const column = header.split(',').indexOf('DailyCost');
  expect(column).toBeGreaterThan(0);
  // DailyCost is the last column: what stands before it may hold commas.
  return exactSum(lines.map((line) => line.slice(line.lastIndexOf(',') + 1)));
}

function exactSum(amounts: readonly string[]): string {
  const scale = 15;
  const units = amounts.reduce((sum, text) => {
    const [whole = '', fraction = ''] = text.replace('-', '').split('.');
    const size = BigInt(whole + fraction.padEnd(scale, '0'));
    return text.startsWith('-') ? sum - size : sum + size;
  }, 0n);
  const digits = units.toString().padStart(scale + 1, '0');
  return `${digits.slice(0, -scale)}.${digits.slice(-scale).replace(/0{1,13}$/, '')}`;
}

function spendlight(...args: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, [MAIN, '--lake', lake, '--now', NOW, ...args], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, LOG_LEVEL: 'ERROR' },
  });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
}
