// The organization as AWS tells it, and what it becomes in a lake.
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CloseAccountCommand,
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  ListRootsCommand,
  MoveAccountCommand,
  OrganizationsClient,
  TagResourceCommand,
} from '@aws-sdk/client-organizations';
import { afterAll, beforeAll, expect, inject, it, onTestFinished } from 'vitest';
import { awsOrganization } from '../../src/adapters/organizations/organizations.ts';
import { AWS } from '../support/aws-settings.ts';
import { focusCsv } from '../support/deliveries.ts';
import { desk } from '../support/program.ts';
import { BENCH, KEYS } from './support/buckets.ts';
import { type Fault, faultProxy, firstOf, type Seen } from './support/fault-proxy.ts';

const emulator = inject('emulator');
const client = new OrganizationsClient({
  endpoint: emulator,
  region: 'us-east-1',
  maxAttempts: 1,
  credentials: BENCH,
});
const MARK = randomUUID().slice(0, 8);
const ids = { root: '', sales: '', web: '', shop: '', old: '', top: '' };

beforeAll(async () => {
  process.env.AWS_ACCESS_KEY_ID = KEYS.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = KEYS.secretAccessKey;
  ids.root = (await client.send(new ListRootsCommand({}))).Roots?.[0]?.Id ?? '';
  const ou = async (ParentId: string, Name: string) =>
    (await client.send(new CreateOrganizationalUnitCommand({ ParentId, Name }))).OrganizationalUnit?.Id ?? '';
  ids.sales = await ou(ids.root, `Sales ${MARK}`);
  ids.web = await ou(ids.sales, 'Web / Shop');
  const made = async (name: string, Tags: { Key: string; Value: string }[] = []) => {
    const request = { AccountName: name, Email: `${randomUUID()}@example.com`, Tags };
    return (await client.send(new CreateAccountCommand(request))).CreateAccountStatus?.AccountId ?? '';
  };
  ids.shop = await made('shop', [
    { Key: 'Team', Value: 'web' },
    { Key: 'CostCenter', Value: '4711' },
  ]);
  ids.old = await made('old');
  ids.top = await made('top');
  const move = (AccountId: string, DestinationParentId: string) =>
    client.send(new MoveAccountCommand({ AccountId, SourceParentId: ids.root, DestinationParentId }));
  await move(ids.shop, ids.web);
  await move(ids.old, ids.sales);
  await client.send(new CloseAccountCommand({ AccountId: ids.old }));
});
afterAll(() => {
  client.destroy();
  delete process.env.AWS_ACCESS_KEY_ID;
  delete process.env.AWS_SECRET_ACCESS_KEY;
});

const reading = async () => {
  const proxy = await faultProxy(emulator);
  onTestFinished(() => proxy.close());
  const pauses = { pause: async () => undefined, random: { id: () => randomUUID() } };
  return { proxy, read: awsOrganization({ aws: AWS, endpoint: proxy.url, ...pauses }) };
};
const asks =
  (action: string) =>
  ({ headers }: Seen): boolean =>
    String(headers['x-amz-target']).endsWith(`.${action}`);

it('reads OUs below OUs, tags, closed accounts and who pays, also on a bad day', async () => {
  const { proxy, read } = await reading();
  proxy.harm = firstOf(4, () => true, { kind: 'answer', status: 400, code: 'TooManyRequestsException' });
  const { id, accounts } = await read();
  expect(id).toMatch(/^o-/);
  const by = (accountId: string) => accounts.find((account) => account.accountId === accountId);
  expect(by(ids.shop)).toEqual({
    accountId: ids.shop,
    name: 'shop',
    ous: [`Sales ${MARK}`, 'Web - Shop'],
    ouId: ids.web,
    payerAccountId: '123456789012',
    status: 'ACTIVE',
    tags: { CostCenter: '4711', Team: 'web' },
  });
  expect(by(ids.old)).toMatchObject({ ous: [`Sales ${MARK}`], ouId: ids.sales, status: 'SUSPENDED' });
  expect(by(ids.top)).toMatchObject({ ous: [], ouId: undefined });
});

it('reads page after page', async () => {
  const { proxy, read } = await reading();
  const page = (accounts: readonly string[], NextToken?: string): Fault => ({
    kind: 'json',
    value: { Accounts: accounts.map((Id) => ({ Id, Name: Id, State: 'ACTIVE' })), NextToken },
  });
  proxy.harm = (seen) => {
    if (asks('ListOrganizationalUnitsForParent')(seen))
      return { kind: 'json', value: { OrganizationalUnits: [] } };
    if (asks('ListTagsForResource')(seen)) return { kind: 'json', value: { Tags: [] } };
    if (!asks('ListAccountsForParent')(seen)) return undefined;
    return JSON.parse(String(seen.body)).NextToken === 'more' ? page(['3']) : page(['1', '2'], 'more');
  };
  expect((await read()).accounts.map(({ accountId }) => accountId)).toEqual(['1', '2', '3']);
});

it.each<[string, Fault, string]>([
  ['denied', { kind: 'answer', status: 400, code: 'AccessDeniedException' }, 'ORGANIZATION_UNREADABLE'],
  [
    'no organization',
    { kind: 'answer', status: 400, code: 'AWSOrganizationsNotInUseException' },
    'ORGANIZATION_UNREADABLE',
  ],
  ['expired keys', { kind: 'answer', status: 400, code: 'ExpiredTokenException' }, 'CREDENTIALS_EXPIRED'],
])('says what to do where it cannot be read: %s', async (_, fault, code) => {
  const { proxy, read } = await reading();
  proxy.harm = () => fault;
  await expect(read()).rejects.toMatchObject({ code, remedy: expect.stringMatching(/\w/) });
});

it('becomes the account map of a lake, effective-dated, by accounts sync', async () => {
  const at = await desk();
  onTestFinished(() => at.clear());
  const env = {
    AWS_ENDPOINT_URL: emulator,
    AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
  };
  const on = (day: string, ...args: readonly string[]) =>
    at.run(['--lake', 'lake', '--now', `${day}T07:00:00Z`, ...args], env);
  const good = async (ended: ReturnType<typeof on>): Promise<string> => {
    const { code, stderr, stdout } = await ended;
    expect(code, stderr).toBe(0);
    return stdout;
  };
  const charge = (day: string) => ({
    SubAccountId: ids.shop,
    ChargePeriodStart: `2026-05-0${day}T00:00:00Z`,
    ChargePeriodEnd: `2026-05-0${Number(day) + 1}T00:00:00Z`,
  });
  await writeFile(join(at.folder, 'bill.csv'), focusCsv([charge('4'), charge('6')]));
  await good(on('2026-05-05', 'ingest', 'bill.csv'));
  expect(await good(on('2026-05-05', 'accounts', 'sync'))).toContain('accounts: version 1');
  expect(await good(on('2026-05-05', 'accounts', 'sync'))).toContain('nothing changed');

  const to = (SourceParentId: string, DestinationParentId: string) =>
    client.send(new MoveAccountCommand({ AccountId: ids.shop, SourceParentId, DestinationParentId }));
  await to(ids.web, ids.root);
  onTestFinished(async () => void (await to(ids.root, ids.web)));
  await client.send(new TagResourceCommand({ ResourceId: ids.shop, Tags: [{ Key: 'Team', Value: 'core' }] }));
  expect(await good(on('2026-05-06', 'accounts', 'sync'))).toContain('accounts: version 2');
  const rows = await good(on('2026-05-07', 'breakdown', '--from', '2026-05-04', '--to', '2026-05-06'));
  expect(rows.trim().split('\n').slice(1)).toEqual([
    `2026-05-04,Sales ${MARK},AWSLambda,${ids.shop},1.00`,
    `2026-05-06,Root,AWSLambda,${ids.shop},1.00`,
  ]);
  expect(
    await at.run(['--lake', 'lake', 'accounts', 'sync'], { ...env, SINGLE_ACCOUNT_MODE: 'true' }),
  ).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('SINGLE_ACCOUNT_MODE'),
  });
});
