import { describe, expect, it } from 'vitest';
import type { Overview } from '../../../src/api/schemas/overview.ts';
import { drawn, figure, webPlace } from './place.ts';

const web = webPlace();

describe('filters', () => {
  it('filters by a click, tells it in the address, goes back, and shows the same by its link', async () => {
    const page = await web.open();
    const whole = await figure(page, 'Month to date').getAttribute('data-exact');
    const ou = page.locator('.ou tbody tr').first().getByRole('button');
    const name = await ou.innerText();
    await ou.click();
    await page.waitForURL((url) => url.searchParams.get('ou') === name);
    const filtered = await web.api<Overview>(`/api/v1/overview?ou=${encodeURIComponent(name)}`);
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
    const page = await web.open();
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
    const page = await web.open();
    await page.getByRole('button', { name: /^Period/ }).click();
    await page.getByRole('button', { name: 'Last 7 days' }).click();
    await page.waitForURL(/from=2026-11-13&to=2026-11-19/);
    await page.getByRole('button', { name: /^vs / }).click();
    await page.getByRole('menuitem', { name: 'As many days just before' }).click();
    await page.waitForURL(/compare=previous/);
    const { total } = await web.api<Overview>(
      '/api/v1/overview?from=2026-11-13&to=2026-11-19&compare=previous',
    );
    await expect.poll(() => figure(page, 'Period').getAttribute('data-exact')).toBe(total.amount);
  });

  it('filters by region and tag state, and takes a filter away where it is shown', async () => {
    const page = await web.open();
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByLabel('Tags').selectOption('missing');
    await page.waitForURL(/tag=missing/);
    await page.keyboard.press('Escape');
    const { month } = await web.api<Overview>('/api/v1/overview?tag=missing');
    await expect.poll(() => figure(page, 'Month to date').getAttribute('data-exact')).toBe(month?.toDate);
    await page.getByRole('button', { name: 'Remove filter tag missing' }).click();
    await page.waitForURL((url) => !url.searchParams.has('tag'));
  });

  it('asks for the days that a drag over the chart spans, and for all of them again by a double click', async () => {
    const page = await web.open();
    await drawn(page);
    const box = await page.locator('.chart [data-theme]').boundingBox();
    const [x, y] = [box?.x ?? Number.NaN, (box?.y ?? Number.NaN) + 90];
    await page.mouse.move(x + 712, y);
    await page.mouse.down();
    await page.mouse.move(x + 792, y, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL(/from=2026-11-0\d&to=2026-11-0\d/);
    const { searchParams } = new URL(page.url());
    expect(String(searchParams.get('from')) < String(searchParams.get('to'))).toBe(true);
    await page.mouse.dblclick(x + 800, y);
    await page.waitForURL((url) => !url.searchParams.has('from'));
  });

  it('tells what it does not understand in an address, and what to do', async () => {
    const page = await web.open('/?from=yesterday');
    const notice = page.getByRole('alert').first();
    expect(await notice.innerText()).toMatch(/REQUEST_INVALID.*request/s);
    expect(await notice.getByRole('button', { name: 'Try again' }).isVisible()).toBe(true);
  });
});
