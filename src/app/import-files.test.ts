import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAccountMap } from './import-accounts.ts';
import { readBudgetFile } from './import-budgets.ts';
import { readRateFile } from './import-rates.ts';

async function file(name: string, text: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'spendlight-table-')), name);
  await writeFile(path, text);
  return path;
}

describe('an account map', () => {
  const read = async (text: string, name = 'accounts.csv') =>
    (await readAccountMap(await file(name, text))).rows;

  it('keeps leading zeros, quotes, commas, other letters, and tags as they are spelled', async () => {
    const text =
      '\uFEFFACCOUNT_ID,account_name,ou_path,tag:Team\r\n012345678901,"Łódź, ""漢字""",/Root/A/B/,web\r\n';
    expect(await read(text)).toEqual([
      {
        accountId: '012345678901',
        accountName: 'Łódź, "漢字"',
        ouPath: 'A/B',
        ouId: undefined,
        payerAccountId: undefined,
        status: undefined,
        validFrom: undefined,
        validUntil: undefined,
        tags: { Team: 'web' },
      },
    ]);
  });

  it('reads YAML the same way, numbers as they are written', async () => {
    const text =
      'accounts:\n  - account_id: 012345678901\n    ou_path: A/B\n    valid_to: 2026-05-31\n    tags: {Team: web}\n';
    expect(await read(text, 'accounts.yml')).toMatchObject([
      { accountId: '012345678901', ouPath: 'A/B', validUntil: '2026-06-01', tags: { Team: 'web' } },
    ]);
  });

  it('lets the first interval hold from the beginning, in any order of lines', async () => {
    const rows = await read(
      'account_id,ou_path,valid_from,valid_to\n1,B,2026-03-01,\n1,A,2026-01-01,2026-02-28\n',
    );
    expect(rows.map(({ ouPath, validFrom, validUntil }) => [ouPath, validFrom, validUntil])).toEqual([
      ['A', undefined, '2026-03-01'],
      ['B', '2026-03-01', undefined],
    ]);
  });

  it.each([
    ['1,A,2026-01-01,2026-03-02\n1,B,2026-03-01,\n', 3, 'an interval that ends a day too late'],
    ['1,A,,\n2,A,,\n1,B,,\n', 4, 'an account that is there twice'],
    ['1,A,2026-01-01,\n1,B,2026-03-01,\n', 3, 'an interval without an end before another'],
    ['1,A,2026-01-01,2025-12-31\n', 2, 'an interval that ends before it begins'],
    ['1,A,2026-02-30,\n', 2, 'a day that is none'],
    [',A,,\n', 2, 'no id'],
    ['1,A//B,,\n', 2, 'an OU without a name'],
    ['1,A\n', 2, 'a line that is too short'],
    ['1,A,,\n2,"B,,\n', 3, 'a quote that is not closed'],
  ])('refuses %j in line %i: %s', async (lines, line) => {
    const path = await file('accounts.csv', `account_id,ou_path,valid_from,valid_to\n${lines}`);
    await expect(readAccountMap(path)).rejects.toMatchObject({
      code: 'ACCOUNTS_INVALID',
      place: { file: path, line },
    });
  });

  it.each([
    ['', undefined],
    ['account_id,ou\n', 'ou'],
    ['account_id\n', 'ou_path'],
    ['account_id,ou_path,account_id\n', 'account_id'],
    ['account_id,ou_path\n', undefined],
  ])('refuses the file %j', async (text, column) => {
    const path = await file('accounts.csv', text);
    await expect(readAccountMap(path)).rejects.toMatchObject({ code: 'ACCOUNTS_INVALID', place: { column } });
  });

  it('refuses YAML that is no list, and names a file that is not there', async () => {
    await expect(read('just text', 'a.yaml')).rejects.toMatchObject({ code: 'ACCOUNTS_INVALID' });
    await expect(read('- [1, 2', 'a.yaml')).rejects.toMatchObject({ code: 'ACCOUNTS_INVALID' });
    await expect(readAccountMap('/nowhere/accounts.csv')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});

describe('budgets', () => {
  const HEADER = 'scope_type,scope,period,amount,currency,valid_from,owner_email\n';

  it('takes a revision of the same period from a later day', async () => {
    const path = await file(
      'b.csv',
      `${HEADER}ou,A,2026-11,1,USD,,\nou,A,2026-11,2,USD,2026-11-10,a@example.com\n`,
    );
    expect((await readBudgetFile(path)).decided.rows).toHaveLength(2);
  });

  it.each([
    ['ou,A,2026-11,1,USD,,\nou,a,2026-11,2,USD,,', 3, 'the same month twice'],
    ['ou,A,2026-11,1,USD,,\nou,A,2026-Q4,2,USD,,', 3, 'a month and its quarter'],
    ['total,,2026-Q1,1,USD,,\ntotal,,2026,2,USD,,', 3, 'a quarter and its year'],
    ['team,A,2026-11,1,USD,,', 2, 'a scope type that is none'],
    ['ou,A,2026-13,1,USD,,', 2, 'a month that is none'],
    ['ou,A,2026-11,"1,5",USD,,', 2, 'an amount with a comma'],
    ['ou,,2026-11,1,USD,,', 2, 'no scope'],
    ['ou,A,2026-11,1,USD,,nobody', 2, 'an address that is none'],
  ])('refuses %j in line %i: %s', async (lines, line) => {
    const path = await file('b.csv', `${HEADER}${lines}\n`);
    await expect(readBudgetFile(path)).rejects.toMatchObject({ code: 'BUDGETS_INVALID', place: { line } });
  });
});

describe('rates', () => {
  it.each([
    ['EUR,0,', 2],
    ['EUR,1e3,', 2],
    ['EUR,1.1234567890123,', 2],
    ['USD,1,', 2],
    ['EUR,1,2026-01-01\nEUR,2,2026-01-01', 3],
    [',1,', 2],
  ])('refuses %j in line %i', async (lines, line) => {
    const path = await file('r.csv', `currency,rate,valid_from\n${lines}\n`);
    await expect(readRateFile(path, 'USD')).rejects.toMatchObject({ code: 'RATES_INVALID', place: { line } });
  });
});
