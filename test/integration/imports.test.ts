import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { importAccounts, importBudgets, importRates } from '../../src/app/import-files.ts';
import { ingest } from '../../src/app/ingest.ts';
import { workplace } from './workplace.ts';

const bill = (name: string): string => fileURLToPath(new URL(`../fixtures/bills/${name}`, import.meta.url));
const AWS = bill('focus12-aws-generated.csv.gz');

async function file(name: string, text: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'spendlight-import-')), name);
  await writeFile(path, text);
  return path;
}

const MAP = `account_id,account_name,ou_path,valid_from,valid_to
200000000011,Shop,Commercial/Marketing,2026-01-01,2026-05-15
200000000011,Shop,Platform,2026-05-16,
200000000012,Data,Root/Platform,,
200000000013,Root,,,
`;

it('rolls up again with a new account map, and never rewrites lines', async () => {
  const place = await workplace();
  await place.ingest(AWS);
  const linesBefore = await place.ask(`SELECT count(*), min(x_OU), max(x_OU) FROM cost_lines`);
  expect(linesBefore).toEqual([[3000, 'Unmapped', 'Unmapped']]);
  const outcome = await importAccounts(place, await file('accounts.csv', MAP));
  expect(outcome).toMatchObject({ outcome: 'imported', version: 1, rows: 4, rerolled: 1, lakeVersion: 2 });
  const question = (relation: string) =>
    `SELECT x_OU, SubAccountId, min(BillingDate) >= DATE '2026-05-16', count(DISTINCT BillingDate), sum(BilledCost)
       FROM ${relation} WHERE SubAccountId IN ('200000000011', '200000000013', '200000000014')
      GROUP BY 1, 2 ORDER BY 1, 2`;
  const rolled = await place.ask(question('daily_costs'));
  expect(rolled.map((row) => row.slice(0, 3))).toEqual([
    ['Commercial', '200000000011', false],
    ['Platform', '200000000011', true],
    ['Root', '200000000013', false],
    ['Unmapped', '200000000014', false],
  ]);
  expect(await place.ask(question('cost_lines'))).toEqual(rolled);
});

it('makes OUs of as many levels as somebody decides', async () => {
  const place = await workplace();
  await place.ingestAs({ accounts: await file('a.csv', MAP) }, AWS);
  const again = await importAccounts(place, await file('a.csv', MAP), 2);
  expect(again).toMatchObject({ outcome: 'imported', rerolled: 1 });
  for (const relation of ['daily_costs', 'cost_lines']) {
    expect(await place.ask(`SELECT DISTINCT x_OU FROM ${relation} ORDER BY x_OU`)).toEqual([
      ['Commercial/Marketing'],
      ['Platform'],
      ['Root'],
      ['Unmapped'],
    ]);
  }
  expect(await importAccounts(place, await file('a.csv', MAP))).toMatchObject({ outcome: 'unchanged' });
});

it('rolls up again, at the next ingest, when the required tags have changed', async () => {
  const place = await workplace();
  await place.ingest(AWS);
  const before = await place.ask(`SELECT DISTINCT x_TagState FROM daily_costs ORDER BY 1`);
  const stricter = { ...place, settings: { ...place.settings, requiredTagKeys: ['nobody-has-this'] } };
  const request = { paths: [AWS], format: 'auto', allow: { shrink: false }, maxRejects: 0 };
  const report = await ingest(stricter, request);
  expect(report).toMatchObject({ lakeVersion: 2, deliveries: [{ outcome: 'unchanged' }] });
  expect(await place.ask(`SELECT DISTINCT x_TagState FROM daily_costs ORDER BY 1`)).not.toEqual(before);
});

it('knows an account map that says the same', async () => {
  const place = await workplace();
  await place.ingest(AWS);
  await importAccounts(place, await file('accounts.csv', MAP));
  const yaml = `- {account_id: 200000000011, account_name: Shop, ou_path: Commercial/Marketing, valid_to: 2026-05-16}
- {account_id: 200000000011, account_name: Shop, ou_path: Platform, valid_from: 2026-05-16}
- {account_id: 200000000012, account_name: Data, ou_path: Platform}
- {account_id: 200000000013, account_name: Root, ou_path: ""}
`;
  expect(await importAccounts(place, await file('accounts.yaml', yaml))).toMatchObject({
    outcome: 'unchanged',
    version: 1,
    lakeVersion: 2,
  });
});

it('imports accounts before the first load of a new lake', async () => {
  const place = await workplace();
  const accounts = await file('accounts.csv', MAP);
  expect((await place.ingestAs({ accounts }, AWS)).lakeVersion).toBe(2);
  expect(await place.ask(`SELECT DISTINCT x_OU FROM daily_costs ORDER BY 1`)).toEqual([
    ['Commercial'],
    ['Platform'],
    ['Root'],
    ['Unmapped'],
  ]);
});

it('converts by the rate of the day, and leaves amounts without one out', async () => {
  const place = await workplace();
  await place.ingest(bill('azure-ea-actual-real.csv'));
  const sums = `SELECT BillingCurrency, sum(BilledCost), sum(DailyCost) FROM daily_costs GROUP BY 1`;
  expect(await place.ask(sums)).toEqual([['CAD', '1.261369265057260', null]]);
  const rates = 'currency,valid_from,rate\nCAD,2023-09-03,0.5\nCAD,2023-01-01,0.75\nEUR,,1.1\n';
  expect(await importRates(place, await file('rates.csv', rates))).toMatchObject({ rows: 3, rerolled: 1 });
  // 1.26136926505726 × 0.75 = 0.946026948792945, rounded once a rollup row.
  const [[, , daily] = []] = await place.ask(sums);
  expect(Number(daily)).toBeCloseTo(0.946026948792945, 13);
  expect(await place.ask(`SELECT currency, valid_until FROM fx_rates ORDER BY currency, valid_from`)).toEqual(
    [
      ['CAD', '2023-09-03'],
      ['CAD', null],
      ['EUR', null],
    ],
  );
});

it('takes budgets of scopes that the lake knows, by any spelling of a service', async () => {
  const place = await workplace();
  await place.ingestAs({ accounts: await file('a.csv', MAP) }, AWS);
  const budgets = `scope_type,scope,period,amount,currency,owner_email
total,,2026,900000,USD,cfo@example.com
ou,Commercial/Marketing,2026-05,1000.50,USD,
ou,Unmapped,2026-Q2,1,USD,
service,Amazon Elastic Compute Cloud,2026-05,10,USD,
account,200000000014,2026-05,10,USD,
tag:Team,web,2026-05,10,USD,
`.replace('total,,', 'total,all,');
  expect(await importBudgets(place, await file('budgets.csv', budgets))).toMatchObject({
    rows: 6,
    rerolled: 0,
  });
  expect(
    await place.ask(`SELECT scope_type, scope, amount FROM budgets ORDER BY scope_type, scope`),
  ).toContainEqual(['service', 'AmazonEC2', '10.000000000000000']);
});

it('refuses budgets of unknown scopes by name, and those in another currency', async () => {
  const place = await workplace();
  await place.ingest(bill('azure-ea-actual-real.csv'));
  for (const [line, column, what] of [
    ['ou,Sales,2026-05,10,USD', 'scope', 'There is no ou "Sales"'],
    ['service,Teleport,2026-05,10,USD', 'scope', 'There is no service "Teleport"'],
    ['account,1,2026-05,10,USD', 'scope', 'There is no account "1"'],
    ['total,all,2026-05,10,EUR', 'currency', 'the lake reports in USD'],
  ]) {
    const path = await file('budgets.csv', `scope_type,scope,period,amount,currency\n${line}\n`);
    await expect(importBudgets(place, path)).rejects.toMatchObject({
      code: 'BUDGETS_INVALID',
      what: expect.stringContaining(what ?? ''),
      place: { line: 2, column },
    });
  }
});

it('asks for a bill first where nobody knows the currency', async () => {
  const place = await workplace();
  const undecided = { ...place, settings: { ...place.settings, reportingCurrency: undefined } };
  await expect(importAccounts(undecided, await file('a.csv', MAP))).rejects.toMatchObject({
    code: 'LAKE_EMPTY',
  });
});
