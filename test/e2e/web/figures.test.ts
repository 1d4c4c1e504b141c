import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import PostalMime from 'postal-mime';
import { getDocumentProxy } from 'unpdf';
import { describe, expect, it } from 'vitest';
import type { Lights, Shares } from '../../../src/api/schemas/blocks.ts';
import type { Overview } from '../../../src/api/schemas/overview.ts';
import { exactly, figure, webPlace } from './place.ts';

const web = webPlace();

describe('the same number everywhere', () => {
  it('shows on the page what the API, the CSV and the mail say, to the last digit', async () => {
    const page = await web.open();
    const overview = await web.api<Overview>('/api/v1/overview');
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
    expect(web.complaints).toEqual([]);
  });

  it('shows on the page what the executives read on paper, to the last digit', async () => {
    const page = await web.open();
    await page.locator('.ou tbody tr').first().waitFor();
    const { sentence } = await web.api<Overview>('/api/v1/overview');
    const paper = await paperText();
    for (const said of sentence) expect(paper).toContain(flat(said));
    for (const name of ['Month to date', 'Forecast', 'Budget'])
      expect(paper.split(' ')).toContain(await figure(page, name).innerText());
    const ous = await page.locator('.ou tbody tr').allInnerTexts();
    expect(ous.length).toBeGreaterThan(2);
    for (const [ou, toDate] of ous.map(cellsOf)) expect(paper).toMatch(new RegExp(`${ou}.*? ${toDate} `));
  });

  it('has in the table of OUs the rows of the API, and in its CSV the same amounts', async () => {
    const page = await web.open();
    const { rows } = await web.api<Lights>('/api/v1/lights');
    await page.locator('.ou tbody tr').first().waitFor();
    const shown = await exactly(page, '.ou tbody td.amt [data-exact]');
    expect(shown).toEqual(rows.map(({ monthToDate }) => monthToDate));
    const csv = await downloaded(page, 'CSV of OUs');
    expect(shown.every((amount) => csv.includes(amount))).toBe(true);
    expect(csv.trim().split('\n').length).toBeGreaterThan(rows.length);
  });

  it('has every service of the API once all are asked for, and they add up to the total', async () => {
    const page = await web.open();
    const { rows, total } = await web.api<Shares>('/api/v1/shares?by=service&limit=500');
    const services = page.locator('section', { has: page.locator('h2', { hasText: 'Services' }) });
    await services.getByRole('button', { name: /^All / }).click();
    await expect.poll(() => services.locator('tbody tr').count()).toBe(rows.length);
    const amounts = await exactly(page, 'section:has(h2:text("Services")) tbody td.amt [data-exact]');
    expect(amounts).toEqual(rows.map(({ amount }) => amount));
    expect(await services.locator('tfoot td.amt [data-exact]').getAttribute('data-exact')).toBe(total.amount);
  });
});

async function downloaded(page: Page, name: string): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name, exact: true }).click(),
  ]);
  return readFile(await download.path(), 'utf8');
}

/** Sum of the CSV that the mail carries. */
async function mailedTotal(): Promise<string> {
  const name = (await readdir(web.outbox)).find((of) => of.endsWith('.eml')) ?? '';
  const mail = await PostalMime.parse(await readFile(join(web.outbox, name)), { attachmentEncoding: 'utf8' });
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

/** The text of the executives' page of the same day, as a reader would select it. */
async function paperText(): Promise<string> {
  const file = join(dirname(web.lake), 'snapshot.pdf');
  web.spendlight('snapshot', '--out', file);
  const document = await getDocumentProxy(new Uint8Array(await readFile(file)));
  const content = await (await document.getPage(1)).getTextContent();
  const items: readonly { readonly str?: string; readonly hasEOL?: boolean }[] = content.items;
  return flat(items.map(({ str = '', hasEOL }) => str + (hasEOL ? ' ' : '')).join(''));
}

const flat = (text: string): string => text.replaceAll(/\s+/g, ' ').replaceAll('\u2011', '-');

/** The OU's name, without the count of its accounts, and its month to date. */
const cellsOf = (row: string): [string, string] => {
  const [name = '', toDate = ''] = row.split('\t').map((cell) => cell.trim());
  return [name.replace(/\s\d+$/, ''), toDate];
};
