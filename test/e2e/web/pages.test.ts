import { AxeBuilder } from '@axe-core/playwright';
import { describe, expect, it } from 'vitest';
import type { Overview } from '../../../src/api/schemas/overview.ts';
import { webPlace } from './place.ts';

const web = webPlace();

describe('other pages', () => {
  it('shows health, without a complaint of the browser or of axe', async () => {
    const page = await web.open('/health');
    await page.getByRole('heading', { name: 'Store, engine, versions' }).waitFor();
    await page.getByText('Lake version').waitFor();
    expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([]);
    expect(web.complaints).toEqual([]);
  });

  it('shows the mail of the demo in a frame that can do nothing', async () => {
    const page = await web.open('/outbox');
    const frame = page.frameLocator('iframe');
    await frame.getByText('Spendlight').first().waitFor();
    const { sentence } = await web.api<Overview>('/api/v1/overview');
    const words = (await frame.locator('body').innerText()).replaceAll(/\s+/g, ' ').replaceAll('\u2011', '-');
    expect(words).toContain(sentence[0]?.replaceAll(/\s+/g, ' '));
  });

  it('says that an address leads nowhere', async () => {
    const page = await web.open('/nowhere');
    await page.getByText('There is no page at this address.').waitFor();
  });
});
