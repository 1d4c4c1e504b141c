// The program as a person runs it: real processes, real files. What single rooms promise is tested beside them.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { focusCsv } from '../support/deliveries.ts';
import { type Desk, desk } from '../support/program.ts';
import { writeSimulatedExport } from '../support/simulated-export.ts';

const NOW = '2026-11-19T07:05:00Z';
const COMMON = ['--lake', 'lake', '--now', NOW];
const HEAD = 'BillingDate,OU,Service,LinkedAccount,DailyCost';

/** A day of November for an account; the rest of the line as `more` says. */
const charge = (day: string, account: string, cost: string, more: Readonly<Record<string, string>> = {}) => ({
  BillingPeriodStart: '2026-11-01T00:00:00Z',
  BillingPeriodEnd: '2026-12-01T00:00:00Z',
  ChargePeriodStart: `2026-11-${day}T00:00:00Z`,
  ChargePeriodEnd: `2026-11-${Number(day) + 1}T00:00:00Z`,
  SubAccountId: account,
  BilledCost: cost,
  EffectiveCost: cost,
  ...more,
});

/** Two days of three accounts. The 18th sums to 10.5 + 0.000000000000001 + 3 − 0.25 = 13.250000000000001. */
const BILL = focusCsv([
  charge('17', '000000000017', '100'),
  charge('18', '000000000017', '10.5'),
  charge('18', '000000000017', '0.000000000000001'),
  charge('18', '210987654321', '3', { ServiceName: '=cmd()|calc' }),
  charge('18', '333333333333', '-0.25', { ServiceName: '漢字, "quoted"' }),
  charge('18', '444444444444', '0', { ListCost: '0', ContractedCost: '0' }),
]);
const ACCOUNTS =
  'account_id,account_name,ou_path\n000000000017,shop,Commercial/Web\n210987654321,=cmd(),"R&D, 研究"\n';
const CSV_OF_18 = [
  HEAD,
  '2026-11-18,Commercial,AWSLambda,000000000017,10.500000000000001',
  `2026-11-18,"R&D, 研究",'=cmd()|calc,210987654321,3.00`,
  '2026-11-18,Unmapped,"漢字, ""quoted""",333333333333,-0.25',
  '',
].join('\n');

async function freshDesk(files: Readonly<Record<string, string>> = {}): Promise<Desk> {
  const at = await desk();
  onTestFinished(() => at.clear());
  for (const [name, text] of Object.entries(files)) await writeFile(join(at.folder, name), text);
  return at;
}

const outbox = (at: Desk): Promise<string[]> => readdir(join(at.folder, 'outbox')).catch(() => []);

describe('from a bill to a mail', () => {
  let at: Desk;
  const run = (...args: readonly string[]) => at.run([...COMMON, ...args]);
  beforeAll(async () => {
    at = await desk();
    const budgets = 'scope_type,scope,period,amount,currency\nou,Commercial,2026-11,500,USD\n';
    for (const [name, text] of Object.entries({
      'bill.csv': BILL,
      'accounts.csv': ACCOUNTS,
      'budgets.csv': budgets,
    }))
      await writeFile(join(at.folder, name), text);
    return () => at.clear();
  });

  it('walks the way of the README', async () => {
    expect(await run('peek', 'bill.csv')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('113.25'),
    });
    const ingested = await run('--json', 'ingest', 'bill.csv', '--accounts', 'accounts.csv');
    expect(ingested.code, ingested.stderr).toBe(0);
    expect(JSON.parse(ingested.stdout)).toMatchObject({
      periods: [
        {
          billingPeriod: '2026-11',
          lines: { read: 6, loaded: 6, rejected: 0 },
          totals: { USD: { Usage: { BilledCost: '113.250000000000001' } } },
        },
      ],
    });
    expect(await run('budgets', 'import', 'budgets.csv')).toMatchObject({ code: 0 });
    const first = await run('--json', 'run');
    expect(first.code, first.stderr).toBe(0);
    expect(JSON.parse(first.stdout)).toMatchObject({
      runDate: '2026-11-19',
      completeTo: '2026-11-18',
      archived: ['2026-11-17', '2026-11-18'],
      digest: { state: 'to nobody', already: false },
      problems: [],
    });
    expect(await run('status')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('complete to 2026-11-18'),
    });
    const again = await run('run');
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('by an earlier run') });
    expect(await outbox(at)).toEqual(['2026-11-19_daily_finops.eml']);
  });

  it('shows one breakdown everywhere, to the last digit', async () => {
    const said = await run('breakdown', '--from', '2026-11-18', '--to', '2026-11-18');
    expect(said.stdout).toBe(CSV_OF_18);
    const day = join('ou-breakdowns-csv', 'year=2026', 'month=11', 'day=18', 'ou_breakdown.csv');
    expect(await readFile(join(at.folder, 'lake', day), 'utf8')).toBe(CSV_OF_18);
    const mail = await PostalMime.parse(
      await readFile(join(at.folder, 'outbox', '2026-11-19_daily_finops.eml')),
    );
    const csv = mail.attachments.find(({ filename }) => filename?.endsWith('.csv'));
    expect(Buffer.from(csv?.content as ArrayBuffer).toString('utf8')).toBe(CSV_OF_18);
    expect(mail.text).toMatch(/Total, as in the CSV +13\.25 /); // the mail rounds once, for people
    const sums = await run(
      ...[
        '--json',
        'query',
        "SELECT sum(DailyCost) AS total FROM ou_breakdown WHERE BillingDate = DATE '2026-11-18'",
      ],
    );
    expect(JSON.parse(sums.stdout)).toEqual([{ total: '13.250000000000001' }]);
  });

  it('tells of months, of days, and of what could go', async () => {
    const periods = await run('--json', 'periods');
    expect(periods).toMatchObject({ code: 0 });
    expect(JSON.parse(periods.stdout)).toMatchObject({
      periods: [
        { period: '2026-11', state: 'open', totals: [{ currency: 'USD', billed: '113.250000000000001' }] },
      ],
    });
    const calendar = await run('calendar', '--from', '2026-11-16', '--to', '2026-11-18');
    expect(calendar).toMatchObject({ code: 0, stdout: expect.stringContaining('4 present') });
    expect(calendar.stdout).toMatch(/^000000000017 +shop +bill +\.\+\+$/m);
    const prune = await run('prune', '--dry-run');
    expect(prune).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing is to be removed.') });
  });

  it('keeps lines that cost nothing, and leaves them out of the rollup', async () => {
    const count = async (relation: string) =>
      JSON.parse(
        (
          await run(
            '--json',
            'query',
            `SELECT count(*) AS n FROM ${relation} WHERE SubAccountId = '444444444444'`,
          )
        ).stdout,
      );
    expect([await count('cost_lines'), await count('daily_costs')]).toEqual([[{ n: 1 }], [{ n: 0 }]]);
  });

  it('refuses to change anything by a query', async () => {
    expect(await run('query', 'DROP TABLE cost_lines')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('QUERY_INVALID'),
    });
  });
});

describe('what is not fine', () => {
  it('says that there is no lake, and makes none', async () => {
    const at = await freshDesk();
    for (const command of [
      ['run'],
      ['status'],
      ['query', 'SELECT 1'],
      ['breakdown', '--from', '2026-11-01', '--to', '2026-11-01'],
    ])
      expect(await at.run([...COMMON, ...command])).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('LAKE_EMPTY'),
      });
    expect(await readdir(at.folder)).not.toContain('lake');
  });

  it('names a currency without a rate, everywhere, and ends with 1', async () => {
    const krona = charge('18', '210987654321', '7', { BillingCurrency: 'SEK' });
    const at = await freshDesk({ 'bill.csv': focusCsv([charge('18', '000000000017', '1'), krona]) });
    await at.run([...COMMON, 'ingest', 'bill.csv'], { REPORTING_CURRENCY: 'USD' });
    const end = await at.run([...COMMON, 'run']);
    expect(end).toMatchObject({ code: 1, stdout: expect.stringContaining('RATE_MISSING') });
    const mail = await PostalMime.parse(
      await readFile(join(at.folder, 'outbox', '2026-11-19_daily_finops.eml')),
    );
    expect(mail.text).toContain('SEK');
    expect((await at.run([...COMMON, 'status', '--check'])).code).toBe(1);
  });

  it('tells through the outbox that the mail server does not answer', async () => {
    const at = await freshDesk({ 'bill.csv': BILL });
    await at.run([...COMMON, 'ingest', 'bill.csv']);
    const end = await at.run([...COMMON, 'run'], {
      SMTP_URL: 'smtp://127.0.0.1:1',
      DIGEST_RECIPIENTS_FINOPS: 'finops@example.com',
    });
    expect(end).toMatchObject({ code: 1, stdout: expect.stringContaining('MAIL_NOT_SENT') });
    expect(await outbox(at)).toEqual(['2026-11-19_failure_mail-not-sent.eml']);
  });

  it.each([
    ['is a file', 'bill.csv', /LAKE_NOT_A_FOLDER/],
    ['cannot be written', '/sys/spendlight', /LAKE_READ_ONLY/],
  ])('says what is wrong with a lake that %s', async (_, lake, code) => {
    const at = await freshDesk({ 'bill.csv': BILL });
    const end = await at.run(['--lake', lake, 'ingest', 'bill.csv']);
    expect(end).toMatchObject({ code: 2, stderr: expect.stringMatching(code) });
    expect(end.stderr).toContain('\n  do  ');
  });

  it('leaves a lake of a newer format alone', async () => {
    const at = await freshDesk({ 'bill.csv': BILL });
    await at.run([...COMMON, 'ingest', 'bill.csv']);
    const identity = join(at.folder, 'lake', 'lake.json');
    await writeFile(identity, (await readFile(identity, 'utf8')).replace('"format":1', '"format":999'));
    for (const command of [['run'], ['ingest', 'bill.csv'], ['status']])
      expect(await at.run([...COMMON, ...command])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('LAKE_NEWER_FORMAT'),
      });
  });

  it('refuses real costs in a simulated lake, and the reverse', async () => {
    const at = await freshDesk({ 'bill.csv': BILL });
    await writeSimulatedExport(at.folder, { days: 2, accounts: 4, linesPerDay: 40, now: NOW });
    const ingest = (lake: string, bill: string) => at.run(['--lake', lake, '--now', NOW, 'ingest', bill]);
    for (const [lake, first, second] of [
      ['real', 'bill.csv', 'export'],
      ['simulated', 'export', 'bill.csv'],
    ] as const) {
      expect((await ingest(lake, first)).code).toBe(0);
      expect(await ingest(lake, second)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('SIMULATED_AND_REAL'),
      });
    }
  });

  it('knows wrong use', async () => {
    const at = await freshDesk();
    expect(await at.run(['runn'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Did you mean run?'),
    });
    expect(await at.run(['run'], { LOG_LEVEL: 'LOUD' })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('SETTING_INVALID'),
    });
    expect(await at.run(['--help'])).toMatchObject({ code: 0, stdout: expect.stringContaining('ingest') });
  });
});

describe('two processes at once', () => {
  it('bring in two months, and each counts once', async () => {
    const october = focusCsv([
      {
        ...charge('18', '000000000017', '5'),
        BillingPeriodStart: '2026-10-01T00:00:00Z',
        BillingPeriodEnd: '2026-11-01T00:00:00Z',
        ChargePeriodStart: '2026-10-18T00:00:00Z',
        ChargePeriodEnd: '2026-10-19T00:00:00Z',
      },
    ]);
    const at = await freshDesk({ 'november.csv': BILL, 'october.csv': october });
    const bring = (file: string) => at.run([...COMMON, 'ingest', file, '--source', 'aws']);
    const ends = await Promise.all([bring('november.csv'), bring('october.csv'), bring('november.csv')]);
    expect(
      ends.map(({ code }) => code),
      ends.map(({ stderr }) => stderr).join(),
    ).toEqual([0, 0, 0]);
    const { stdout } = await at.run([
      ...COMMON,
      '--json',
      'query',
      'SELECT sum(BilledCost) AS total, count(*) AS n FROM cost_lines',
    ]);
    expect(JSON.parse(stdout)).toEqual([{ total: '118.250000000000001', n: 7 }]);
  });

  it('do the daily run of one day, and mail once', async () => {
    const at = await freshDesk({ 'bill.csv': BILL });
    await at.run([...COMMON, 'ingest', 'bill.csv']);
    const ends = await Promise.all([at.run([...COMMON, 'run']), at.run([...COMMON, 'run'])]);
    expect(
      ends.map(({ code }) => code),
      ends.map(({ stderr }) => stderr).join(),
    ).toEqual([0, 0]);
    expect(await outbox(at)).toEqual(['2026-11-19_daily_finops.eml']);
  });
});
