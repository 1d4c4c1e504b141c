import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dailyLake } from '../../../test/support/daily-lake.ts';
import { openDuckDb } from '../../adapters/duckdb/duckdb-engine.ts';
import type { Engine } from '../../ports/engine.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openDuckDb({ memoryLimit: '1GB', threads: 2 });
});
afterAll(() => engine.close());

/** The lines of the block that tells what became of the last digest's month, without rules and double spaces. */
function bridge(text: string | undefined): string[] {
  const [, after = ''] = (text ?? '').split(/^.*(?:Since the digest of|What became of).*$/m);
  const [block = ''] = after.split('\n\n');
  return block
    .split('\n')
    .map((line) => line.replaceAll(/\s+/g, ' ').trim())
    .filter((line) => /[^─\s]/.test(line));
}

describe('the bridge of a digest', () => {
  it('is not there in the first one; then it leads from the last month to date to this one, exactly', async () => {
    const at = await dailyLake(engine);
    await at.deliver('2026-11-17T06:00:00Z', 'one', { 15: ['100', '5'], 16: ['100', '5'] });
    const first = await at.run('2026-11-17T07:00:00Z');
    expect(first.digest.text).not.toContain('Since the digest');

    await at.deliver('2026-11-18T05:00:00Z', 'one', {
      15: ['101.5', '5'],
      16: ['102', '4.25'],
      17: ['100', '5'],
    });
    await at.deliver('2026-11-18T06:00:00Z', 'two', { 16: ['40'], 17: ['1'] });
    const second = await at.run('2026-11-18T07:00:00Z');
    expect(bridge(second.digest.text)).toEqual([
      'November to Mon 16 Nov, as told then 210.00',
      'New: Tue 17 Nov +106.00',
      'AWSLambda two-0 · Unmapped +40.00',
      'Nov 16, arrived late',
      'AWSLambda one-0 · Unmapped +3.50',
      'Nov 15–16, delivered again',
      'AWSLambda one-1 · Unmapped −0.75',
      'Nov 16, delivered again',
      'November to Tue 17 Nov now 358.75',
    ]);
    expect((await at.run('2026-11-19T05:00:00Z')).digest.text?.split('\n')).toContainEqual(
      expect.stringMatching(/^Since the digest of 18 Nov/),
    );
  });

  it('names what went from one OU to another, though the sum is the same', async () => {
    const at = await dailyLake(engine);
    await at.deliver('2026-11-17T06:00:00Z', 'one', { 16: ['100', '5'] });
    await at.run('2026-11-17T07:00:00Z');
    await at.accounts('2026-11-17T08:00:00Z', 'account_id,ou_path\none-0,Platform\n');
    expect(bridge((await at.run('2026-11-18T07:00:00Z')).digest.text)).toEqual([
      'November to Mon 16 Nov, as told then 105.00',
      'AWSLambda one-0 · Platform +100.00',
      'Nov 16, account map changed',
      'AWSLambda one-0 · Unmapped −100.00',
      'Nov 16, account map changed',
      'November to Mon 16 Nov now 105.00',
    ]);
  });

  it('says where nothing but new days came, and names the month that is over', async () => {
    const at = await dailyLake(engine);
    await at.deliver('2026-11-30T06:00:00Z', 'one', { 28: ['100'], 29: ['10'] });
    await at.run('2026-11-30T07:00:00Z');
    await at.deliver('2026-12-02T05:00:00Z', 'one', { 28: ['100'], 29: ['10'], 30: ['7'] });
    await at.deliver('2026-12-02T06:00:00Z', 'one', { '2026-12-01': ['3'] });
    const { digest } = await at.run('2026-12-02T07:00:00Z');
    expect(digest.headline).toBe('2026-12-01');
    expect(digest.text).toContain('What became of November since the digest of 30 Nov');
    expect(bridge(digest.text)).toEqual([
      'November to Sun 29 Nov, as told then 110.00',
      'New: Mon 30 Nov +7.00',
      'No earlier day has changed 0.00',
      'November to Mon 30 Nov now 117.00',
    ]);
  });
});
