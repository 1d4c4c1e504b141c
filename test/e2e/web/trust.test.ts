import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { Explanation } from '../../../src/api/schemas/explain.ts';
import type { Choices, Overview } from '../../../src/api/schemas/overview.ts';
import type {
  Archive,
  Calendar,
  DayHistory,
  Periods,
  Restatements,
} from '../../../src/api/schemas/pipeline.ts';
import { exactly, figure, focusOn, webPlace } from './place.ts';

const web = webPlace();

const loaded = async (page: Page): Promise<void> => {
  for (const table of ['.runs', '.periods', '.cal', '.arch']) await page.locator(table).waitFor();
  await page.locator('[aria-label^="Loading"]').first().waitFor({ state: 'detached' });
};
const section = (page: Page, title: string) =>
  page.locator('section', { has: page.locator('h2', { hasText: title }) });
const axe = async (page: Page): Promise<string[]> =>
  (await new AxeBuilder({ page }).analyze()).violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`,
  );

describe('Pipeline & Archive', () => {
  it('shows the periods, restatements and archived days of the API, to the last digit', async () => {
    const page = await web.open('/pipeline');
    await loaded(page);
    const { periods } = await web.api<Periods>('/api/v1/periods');
    expect(await exactly(page, '.periods tbody td:nth-child(3) [data-exact]')).toEqual(
      periods.flatMap(({ totals }) => totals.map(({ billed }) => billed)),
    );
    const { commits } = await web.api<Restatements>('/api/v1/restatements?limit=50');
    expect(await exactly(page, '.rest tbody td:last-child [data-exact]')).toEqual(
      commits.map(({ change }) => change),
    );
    const { days } = await web.api<Archive>('/api/v1/archive?limit=10');
    expect(await exactly(page, '.arch tbody td:nth-child(2) [data-exact]')).toEqual(
      days.map(({ versions }) => versions.at(-1)?.total),
    );
    expect(web.complaints).toEqual([]);
  });

  it('draws completeness, says the same in a table, and names what mends it', async () => {
    const page = await web.open('/pipeline');
    await loaded(page);
    const { counts, rows } = await web.api<Calendar>('/api/v1/calendar');
    expect(await page.locator('.cal').first().getAttribute('aria-label')).toContain(
      `${counts.present} account days present`,
    );
    await section(page, 'Completeness').getByRole('button', { name: 'Table' }).click();
    await expect.poll(() => section(page, 'Completeness').locator('tbody tr').count()).toBe(rows.length);
    const commands = rows.flatMap(({ stretches }) => stretches.flatMap(({ mend }) => mend ?? []));
    const shown = await section(page, 'Completeness').locator('.cmd code').allInnerTexts();
    expect(shown.every((text) => commands.includes(text))).toBe(true);
  });

  it('opens a run, a period and an archived day by the keyboard, and gives its CSV', async () => {
    const page = await web.open('/pipeline');
    await loaded(page);
    await focusOn(page, '21 Nov · Daily');
    await page.keyboard.press('Enter');
    await section(page, 'Runs').locator('.inner').waitFor();
    await focusOn(page, 'November 2026');
    await page.keyboard.press('Enter');
    await section(page, 'Billing periods').locator('.inner').waitFor();
    const { days } = await web.api<Archive>('/api/v1/archive?limit=1');
    const day = days[0]?.date ?? '';
    const csv = await (await fetch(`${web.server.base}/api/v1/archive/${day}/ou_breakdown.csv`)).text();
    expect(csv.trim().split('\n')).toHaveLength(1 + (days[0]?.versions.at(-1)?.rows ?? Number.NaN));
    const parquet = await fetch(`${web.server.base}/api/v1/archive/${day}/ou_breakdown.parquet`);
    expect(
      Buffer.from(await parquet.arrayBuffer())
        .subarray(0, 4)
        .toString(),
    ).toBe('PAR1');
    expect((await fetch(`${web.server.base}/api/v1/archive/2031-01-01/ou_breakdown.csv`)).status).toBe(404);
  });

  it('tells what a day was, what it is and why, by a click on what changed, and by its link', async () => {
    const page = await web.open('/pipeline');
    await page.locator('.rest tbody button').first().click();
    await page.waitForURL(/day=\d{4}-\d{2}-\d{2}/);
    const day = new URL(page.url()).searchParams.get('day');
    const { now, steps } = await web.api<DayHistory>(`/api/v1/day-history?day=${day}`);
    const told = page.getByTestId('day-history');
    expect(await told.locator('[data-exact]').getAttribute('data-exact')).toBe(now);
    expect(await exactly(page, '.hist tbody td:nth-child(4) [data-exact]')).toEqual(
      steps.map(({ after }) => after),
    );
    await page.goto(page.url());
    await told.waitFor();
  });

  it('shows by itself what a new account map changed, without a jump', async () => {
    const page = await web.open('/pipeline');
    await loaded(page);
    const { accounts } = await web.api<Choices>('/api/v1/choices');
    const file = join(dirname(web.lake), 'accounts.csv');
    await writeFile(file, `account_id,account_name,ou_path\n${accounts[0]?.id},moved,Elsewhere\n`);
    await page.evaluate('scrollTo(0, 200)');
    web.spendlight('accounts', 'import', file);
    const because = section(page, 'Restatements').getByText('a new account map').first();
    await because.waitFor({ timeout: 20_000 });
    expect(await page.evaluate('scrollY')).toBe(200);
    expect(web.complaints).toEqual([]);
  });

  it.each([
    [390, 'light'],
    [1440, 'dark'],
  ] as const)(
    'is accessible, quiet and not wider than its window at %i px, %s',
    async (width, colorScheme) => {
      const page = await web.open('/pipeline', { viewport: { width, height: 900 }, colorScheme });
      await loaded(page);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      expect(await axe(page)).toEqual([]);
      expect(web.complaints).toEqual([]);
    },
  );
});

describe('as of an earlier moment', () => {
  it('shows what was known then on every page, says so, and leads back', async () => {
    const { about } = await web.api<Overview>('/api/v1/overview');
    const version = String(about.lakeVersion - 2);
    const earlier = await web.api<Overview>(`/api/v1/overview?asOf=${version}`);
    const page = await web.open();
    await page.getByRole('button', { name: /^Now/ }).click();
    await page.getByLabel('or lake version').fill(version);
    await page.getByRole('button', { name: 'Show as known then' }).click();
    await page.waitForURL((url) => url.searchParams.get('asOf') === version);
    const banner = page.locator('.asof');
    await banner.getByText(`lake version ${version}`).waitFor();
    await expect
      .poll(() => figure(page, /Month to date|Period/).getAttribute('data-exact'))
      .toBe(earlier.month?.toDate ?? earlier.total.amount);
    expect(await axe(page)).toEqual([]);
    await page.getByRole('link', { name: 'Pipeline' }).click();
    await page.waitForURL((url) => url.pathname === '/pipeline' && url.searchParams.get('asOf') === version);
    await banner.getByText(`lake version ${version}`).waitFor();
    await banner.getByRole('button', { name: 'Back to now' }).click();
    await banner.waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.has('asOf')).toBe(false);
    expect(web.complaints).toEqual([]);
  });

  it('says why a version that never was cannot be shown', async () => {
    const page = await web.open('/?asOf=999999');
    expect(await page.getByRole('alert').first().innerText()).toMatch(/VERSION_UNKNOWN/);
  });
});

describe('what stands behind a figure', () => {
  it('is one click away, equals the figure and the API, and is closed by Escape', async () => {
    const page = await web.open();
    const shown = await figure(page, 'Month to date').getAttribute('data-exact');
    await page.getByRole('button', { name: 'Prove it: Month to date' }).click();
    await page.waitForURL(/prove=mtd/);
    const drawer = page.getByRole('dialog');
    await drawer.locator('.big').waitFor();
    const { value, rows, charges } = await web.api<Explanation>('/api/v1/explain?figure=mtd');
    expect([await drawer.locator('.big').getAttribute('data-exact'), value]).toEqual([shown, shown]);
    expect(rows.ties).toBe(true);
    await drawer.getByText('Ties', { exact: true }).waitFor();
    expect(await exactly(page, '.drawer tbody tr:nth-child(-n+5) td:nth-child(3) [data-exact]')).toEqual(
      expect.arrayContaining(charges.map(({ amount }) => amount)),
    );
    expect(await axe(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.has('prove')).toBe(false);
    expect(web.complaints).toEqual([]);
  });
});
