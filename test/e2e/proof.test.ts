// The proof as a person asks for it: real processes on a simulated organisation.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Desk, desk } from '../support/program.ts';

const COMMON = ['--lake', 'lake', '--now', '2026-11-19T07:05:00Z'];

describe('a demo that ran once', () => {
  let at: Desk;
  const run = (...args: readonly string[]) => at.run([...COMMON, ...args]);

  beforeAll(async () => {
    at = await desk();
    const made = [
      await run('demo', '--days', '40', '--accounts', '8', '--lines-per-day', '60'),
      await run('run'),
    ];
    expect(made.map(({ code, stderr }) => (code === 0 ? '' : stderr))).toEqual(['', '']);
  });
  afterAll(() => at.clear());

  it('is proved down to its lines, and says so', async () => {
    const { code, stdout } = await run('verify', '--deep');
    expect(stdout).toContain('Nothing is wrong; every sum was added up again.');
    expect(code).toBe(0);
    const head = /^head ([0-9a-f]{64})$/m.exec(stdout)?.[1];
    expect((await run('verify', '--anchor', String(head).slice(0, 16))).code).toBe(0);
    expect((await run('verify', '--anchor', 'feedface')).code).toBe(1);
  });

  it('explains its month to date, and an invoice that says the same', async () => {
    const { code, stdout } = await run('explain', 'mtd', '--json');
    const mtd = JSON.parse(stdout);
    expect([code, mtd.rows.ties, mtd.value === mtd.rows.rollupSum]).toEqual([0, true, true]);
    const day = await run('explain', 'day', '2026-11-10', '--service', 'AmazonS3', '--lines');
    expect([day.code, day.stdout.includes('they tie')]).toEqual([0, true]);

    const { stdout: all } = await run(
      ...[
        'query',
        '--format',
        'csv',
        "SELECT sum(BilledCost) FROM cost_lines WHERE BillingPeriodStart = TIMESTAMP '2026-10-01 00:00:00'",
      ],
    );
    const total = Number(all.split('\n')[1]).toFixed(2);
    await writeFile(join(at.folder, 'invoice.csv'), `amount,currency\n${total},USD\n`);
    expect((await run('reconcile', '--against', 'invoice.csv', '--period', '2026-10')).code).toBe(0);
    await writeFile(join(at.folder, 'invoice.csv'), `amount,currency\n${Number(total) + 7},USD\n`);
    const other = await run('reconcile', '--against', 'invoice.csv', '--period', '2026-10');
    expect([other.code, /unexplained +(6\.99|7\.00)/.test(other.stdout)]).toEqual([1, true]);
  });

  it('names a file in which one bit is another', async () => {
    const key = 'ou-breakdowns-csv/year=2026/month=11/day=10/ou_breakdown.csv';
    const path = join(at.folder, 'lake', key);
    const bytes = await readFile(path);
    bytes[70] = (bytes[70] ?? 0) ^ 1;
    await writeFile(path, bytes);
    const { code, stdout } = await run('verify');
    expect([code, stdout.includes(`First wrong: ${key}  (altered)`)]).toEqual([1, true]);
  });
});
