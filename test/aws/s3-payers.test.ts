// Several payers in one lake: exports in buckets of other accounts, each read as the role that its account gives.
import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, inject, it, onTestFinished } from 'vitest';
import { focusCsv } from '../support/deliveries.ts';
import { BENCH, clientOf, freshBucket, KEYS } from './support/buckets.ts';
import { callOf, signedBy } from './support/calls.ts';
import type { Seen } from './support/fault-proxy.ts';
import { good, lakeOn, upload } from './support/lake-desk.ts';

const CENTRAL = 'arn:aws:iam::123456789012:role/FinOpsCentral';
const memberOf = (account: string): string => `arn:aws:iam::${account}:role/FinOpsMemberReadOnly`;

/** A client of another account: the emulator gives whoever acts in an account that account's buckets, and no others. */
async function clientIn(account: string): Promise<S3Client> {
  const sts = new STSClient({ endpoint: inject('emulator'), region: 'us-east-1', credentials: BENCH });
  const which = { RoleArn: memberOf(account), RoleSessionName: 'setting-up' };
  const { Credentials: keys } = await sts.send(new AssumeRoleCommand(which));
  sts.destroy();
  const client = clientOf(inject('emulator'), undefined, {
    accessKeyId: keys?.AccessKeyId ?? '',
    secretAccessKey: keys?.SecretAccessKey ?? '',
    ...(keys?.SessionToken === undefined ? {} : { sessionToken: keys.SessionToken }),
  });
  onTestFinished(() => client.destroy());
  return client;
}

/** An export of one line of November, as it lies below `payer/`. */
function exportOf(payer: string, bucket: string, cost: string, accounts: readonly [string, string]) {
  const line = {
    BillingPeriodStart: '2026-11-01T00:00:00Z',
    BillingPeriodEnd: '2026-12-01T00:00:00Z',
    ChargePeriodStart: '2026-11-17T00:00:00Z',
    ChargePeriodEnd: '2026-11-18T00:00:00Z',
    BilledCost: cost,
    EffectiveCost: cost,
  };
  const [billing, account] = accounts;
  const data = `${payer}/data/BILLING_PERIOD=2026-11/${payer}-00001.csv`;
  const manifest = {
    exportName: payer,
    executionTime: '2026-11-18T01:00:00Z',
    dataFiles: [`s3://${bucket}/${data}`],
  };
  return [
    [data, focusCsv([line]).replaceAll('012345678901', billing).replaceAll('210987654321', account)],
    [`${payer}/metadata/BILLING_PERIOD=2026-11/${payer}-Manifest.json`, JSON.stringify(manifest)],
  ] as const;
}

/** The bucket of a payer in an account of its own. */
async function payerIn(account: string, cost: string, accounts: readonly [string, string]): Promise<string> {
  const client = await clientIn(account);
  const bucket = `exports-${randomUUID()}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  for (const [Key, Body] of exportOf(`payer-${account}`, bucket, cost, accounts))
    await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  return bucket;
}

/** Who asked for which role, with what was said beside it. */
const assumptions = (seen: readonly Seen[]) =>
  seen.flatMap(({ method, path, headers, body }) => {
    const form = new URLSearchParams(body.toString());
    if (form.get('Action') !== 'AssumeRole') return [];
    const { resources } = callOf('sts', { method, url: path, headers, body: body.toString() });
    const [role] = resources;
    const by = signedBy(headers)?.key === KEYS.accessKeyId ? 'own keys' : 'a role';
    return [{ role, by, externalId: form.get('ExternalId'), session: form.get('RoleSessionName') }];
  });

it('reads the exports of each payer as the role of its account, and writes the lake as itself', async () => {
  const [one, two] = ['111122223333', '444455556666'];
  const ownBucket = await freshBucket(inject('emulator'), { versioned: false });
  for (const [key, text] of exportOf('own-payer', ownBucket, '1', ['012345678901', '210987654321']))
    await upload(ownBucket, key, text);
  const bucketOne = await payerIn(one, '20', ['111122223333', '111100000001']);
  const bucketTwo = await payerIn(two, '300', ['444455556666', '444400000001']);
  const { run, proxy, store } = await lakeOn({
    env: {
      CENTRAL_ROLE_ARN: CENTRAL,
      CENTRAL_ROLE_EXTERNAL_ID: 'central-id',
      AWS_ROLE_SESSION_NAME: 'nightly',
      SOURCE_ROLES: `s3://${bucketOne}=${memberOf(one)},s3://${bucketTwo}/payer-${two}=${memberOf(two)}`,
      SOURCE_ROLE_EXTERNAL_ID: 'member-id',
    },
  });
  const addresses = [`s3://${ownBucket}`, `s3://${bucketOne}`, `s3://${bucketTwo}/payer-${two}`];
  good(await run('ingest', ...addresses));
  const total = 'SELECT sum(BilledCost) AS total FROM cost_lines';
  expect(JSON.parse(good(await run('--json', 'query', total)).stdout)).toEqual([
    { total: '321.000000000000000' },
  ]);
  expect(good(await run('status')).stdout).toMatch(
    /own-payer[\s\S]*payer-111122223333[\s\S]*payer-444455556666/,
  );

  const roles = assumptions(proxy.seen);
  const session = 'nightly';
  expect(roles).toContainEqual({ role: CENTRAL, by: 'own keys', externalId: 'central-id', session });
  for (const account of [one, two])
    expect(roles).toContainEqual({ role: memberOf(account), by: 'a role', externalId: 'member-id', session });
  expect(roles.filter(({ role, by }) => (role === CENTRAL) !== (by === 'own keys'))).toEqual([]);

  // The lake is written as ourselves: the central role has no right there.
  const onLake = proxy.seen.filter(({ path }) => path.includes('/finops/') || path.includes('prefix=finops'));
  expect([...new Set(onLake.map(({ headers }) => signedBy(headers)?.key))]).toEqual([KEYS.accessKeyId]);

  // What the lake's own role may read is copied by S3; what only a member's role may read goes through this machine.
  const raw = proxy.seen.filter(({ method, path }) => method === 'PUT' && /\/raw\/.*\.csv/.test(path));
  const copied = raw.filter(({ headers }) => headers['x-amz-copy-source'] !== undefined);
  expect(copied.map(({ path }) => /raw\/([^/]+)\//.exec(path)?.[1])).toEqual(['own-payer']);
  expect(raw).toHaveLength(3);
  expect((await store.list('raw/')).filter(({ key }) => key.endsWith('.csv'))).toHaveLength(3);
  good(await run('verify', '--deep'));

  // The organization is read as the central role, too.
  await run('accounts', 'sync');
  const asked = proxy.seen.filter(({ headers }) => String(headers['x-amz-target']).includes('Organizations'));
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.map(({ headers }) => signedBy(headers)?.key)).not.toContain(KEYS.accessKeyId);
  expect(good(await run('ingest', ...addresses)).stdout).toContain('nothing changed');
});

it('does not find the export of another account without its role', async () => {
  const account = '111122223333';
  const bucket = await payerIn(account, '20', ['111122223333', '111100000001']);
  const { run } = await lakeOn();
  expect(await run('ingest', `s3://${bucket}`)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(bucket),
  });
});

it('says which role cannot be assumed, and which setting its trust policy may want', async () => {
  const role = memberOf('111122223333');
  const { run, proxy } = await lakeOn({ env: { SOURCE_ROLES: `s3://exports-of-b=${role}` } });
  proxy.harm = ({ body }) =>
    body.includes('Action=AssumeRole')
      ? {
          kind: 'answer',
          status: 403,
          code: 'AccessDenied',
          message: 'is not authorized to perform: sts:AssumeRole',
        }
      : undefined;
  const { code, stderr } = await run('ingest', 's3://exports-of-b/focus');
  expect(code).toBe(2);
  expect(stderr).toContain(`The role ${role} cannot be assumed`);
  expect(stderr).toContain('SOURCE_ROLE_EXTERNAL_ID');
});
