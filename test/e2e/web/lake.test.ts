import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { NOW } from '../../api/served.ts';
import { realServer } from '../../support/real-server.ts';
import { drawn, figure, webPlace } from './place.ts';

const BILLS = join(import.meta.dirname, '../../fixtures/bills');
const web = webPlace();

describe('the lake below the page', () => {
  it('shows a new version by itself, without a jump', async () => {
    const page = await web.open();
    await drawn(page);
    const before = await figure(page, 'Budget').getAttribute('data-exact');
    await page.evaluate('scrollTo(0, 300)');
    const file = join(dirname(web.lake), 'budgets.csv');
    await writeFile(file, 'scope_type,scope,period,amount,currency\ntotal,,2026-11,9999999.00,USD\n');
    web.spendlight('budgets', 'import', file);
    await expect
      .poll(() => figure(page, 'Budget').getAttribute('data-exact'), { timeout: 20_000 })
      .toBe('9999999.00');
    expect(before).not.toBe('9999999.00');
    expect(await page.evaluate('scrollY')).toBe(300);
    expect(web.complaints).toEqual([]);
  });

  it('takes a real bill where there is no lake, shows what it holds, and then the overview', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'spendlight-web-'));
    const empty = await realServer(join(folder, 'lake'), { now: NOW, outbox: join(folder, 'outbox') });
    try {
      const page = await web.open('/', { base: empty.base });
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
    await cp(web.lake, copy, { recursive: true });
    const doomed = await realServer(copy, { now: NOW, outbox: web.outbox });
    try {
      const page = await web.open('/', { base: doomed.base });
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
