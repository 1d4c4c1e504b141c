import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { describe, expect, it } from 'vitest';
import { drawn, focusOn, webPlace } from './place.ts';

const BUILT = join(import.meta.dirname, '../../../dist/web');
const web = webPlace();

describe('looks', () => {
  it('keeps theme and density, also for the next visit', async () => {
    const page = await web.open();
    await page.getByRole('button', { name: 'View' }).click();
    await page.getByLabel('Dark').click();
    await page.getByLabel('Comfortable').click();
    const root = page.locator('html');
    await expect.poll(() => root.getAttribute('data-theme')).toBe('dark');
    await expect
      .poll(() => web.api('/api/v1/preferences'))
      .toMatchObject({ theme: 'dark', density: 'comfortable' });
    await web.leave();
    const next = await web.open();
    await expect.poll(() => next.locator('html').getAttribute('data-theme')).toBe('dark');
    await expect.poll(() => next.locator('html').getAttribute('data-density')).toBe('comfortable');
    await next.getByRole('button', { name: 'View' }).click();
    await next.getByLabel('System').click();
    await next.getByLabel('Dense').click();
    await expect
      .poll(() => web.api('/api/v1/preferences'))
      .toMatchObject({ theme: 'auto', density: 'dense' });
  });

  it.each([
    [390, 'light'],
    [1440, 'light'],
    [1440, 'dark'],
    [2560, 'light'],
  ] as const)(
    'is accessible, quiet and not wider than its window at %i px, %s',
    async (width, colorScheme) => {
      const page = await web.open('/', { viewport: { width, height: 900 }, colorScheme });
      await drawn(page);
      await page.locator('.proof b').first().waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`),
      ).toEqual([]);
      expect(web.complaints).toEqual([]);
    },
  );

  it('ends the first screen of 1,440 × 900 with the total of the OUs', async () => {
    const page = await web.open();
    await page.locator('.ou tfoot').waitFor();
    const box = await page.locator('.ou tfoot').boundingBox();
    expect((box?.y ?? Number.NaN) + (box?.height ?? 0)).toBeLessThanOrEqual(900);
  });

  it.each([390, 1440])('does not jump while it loads at %i px', async (width) => {
    const page = await web.open('/', { viewport: { width, height: 900 } });
    await drawn(page);
    await page.locator('.ou tfoot').waitFor();
    expect(await page.evaluate(SHIFTED)).toBeLessThan(0.05);
  });

  it('can be used by the keyboard alone', async () => {
    const page = await web.open();
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
  const page = await (await fetch(web.server.base)).text();
  const scripts = [...page.matchAll(/(?:src|href)="([^"]+\.js)"/g)].map(([, path]) => path);
  expect(scripts.length).toBeGreaterThan(0);
  const bytes = await Promise.all(scripts.map(async (path) => (await stat(join(BUILT, `${path}.gz`))).size));
  expect(bytes.reduce((sum, of) => sum + of)).toBeLessThanOrEqual(230_000);
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
