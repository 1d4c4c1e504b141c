// Who the program is on S3, and what it says where that is nobody, or nobody any more.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { focusCsv } from '../support/deliveries.ts';
import { KEYS } from './support/buckets.ts';
import type { Fault, Seen } from './support/fault-proxy.ts';
import { good, lakeOn } from './support/lake-desk.ts';
import { RANGE } from './support/two-months.ts';

describe('who we are', () => {
  it('is the role, for the store and for the engine', async () => {
    const other = '999988887777';
    const role = `arn:aws:iam::${other}:role/FinOps`;
    const { run, proxy, bucket } = await lakeOn({
      env: { AWS_ROLE_ARN: role, ASSUME_ROLE_EXTERNAL_ID: 'us-and-them' },
    });
    // The bucket is not one of that account's: who comes as the role does not find it.
    expect(await run('status')).toMatchObject({ code: 2, stderr: expect.stringContaining(bucket) });
    expect(proxy.seen.filter(({ headers }) => String(headers.authorization).includes('/sts/'))).not.toEqual(
      [],
    );
    const key = ({ headers }: Seen): string =>
      /Credential=([^/]+)/.exec(String(headers.authorization))?.[1] ?? '';
    const onS3 = proxy.seen.filter(({ path }) => path.startsWith(`/${bucket}`));
    expect(onS3.map(key)).not.toContain(KEYS.accessKeyId);
  });

  it.each<[string, Record<string, string>, string]>([
    [
      'keys that nobody gave',
      { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_EC2_METADATA_DISABLED: 'true' },
      'CREDENTIALS_MISSING',
    ],
    [
      'a role without anybody to assume it',
      {
        AWS_ACCESS_KEY_ID: '',
        AWS_SECRET_ACCESS_KEY: '',
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/FinOps',
      },
      'AssumeRole pre-flight failed: no base credentials',
    ],
    [
      'two roles',
      {
        AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/One',
        ASSUME_ROLE_ARN: 'arn:aws:iam::123456789012:role/Other',
      },
      'name two different roles',
    ],
    ['no extension', { SPENDLIGHT_DUCKDB_EXTENSIONS: '' }, 'ENGINE_EXTENSION_MISSING'],
  ])('is asked for with exit 2: %s', async (_, env, said) => {
    const { run, own } = await lakeOn({ env });
    await writeFile(join(own.folder, 'bill.csv'), focusCsv([{}]));
    expect(await run('ingest', 'bill.csv')).toMatchObject({ code: 2, stderr: expect.stringContaining(said) });
  });

  it.each<[string, Fault, string]>([
    ['denied', { kind: 'answer', status: 403, code: 'AccessDenied' }, 'STORE_DENIED'],
    ['expired', { kind: 'answer', status: 400, code: 'ExpiredToken' }, 'CREDENTIALS_EXPIRED'],
  ])('may have changed since: %s', async (_, fault, code) => {
    const { run, proxy, own } = await lakeOn();
    await writeFile(join(own.folder, 'bill.csv'), focusCsv([{}]));
    good(await run('ingest', 'bill.csv'));
    proxy.harm = () => fault;
    for (const command of [['status'], ['run'], ['query', 'SELECT 1'], ['breakdown', ...RANGE]])
      expect(await run(...command)).toMatchObject({ code: 2, stderr: expect.stringContaining(code) });
  });
});
