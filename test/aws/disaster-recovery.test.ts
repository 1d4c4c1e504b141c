// The AWS part of docs/disaster-recovery.md, executed with AWS's own command line: each failure is made, then the page is
// followed by the letter. One lake goes through all of them: after each it is as if nothing had happened.
import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DeleteBucketCommand, DeleteObjectsCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { DeleteEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { beforeAll, expect, inject, it } from 'vitest';
import { NOVEMBER } from '../support/november.ts';
import { sectionsOf, type Typed } from '../support/playbook.ts';
import { MAIN } from '../support/program.ts';
import { type Account, account } from './support/account.ts';
import { BENCH, clientOf, freshBucket, storeIn } from './support/buckets.ts';
import type { Fault } from './support/fault-proxy.ts';
import { type LakeDesk, lakeDesk } from './support/lake-desk.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGE = await readFile(join(ROOT, 'docs/disaster-recovery.md'), 'utf8');
const SECTIONS = sectionsOf(PAGE, 'aws-failure');
/** The AWS command line is fetched at the first time. */
const SETTING_UP_MS = 300_000;
const BREAKDOWN = 'spendlight breakdown --from 2026-11-01 --to 2026-11-18';
const CSV = 'ou-breakdowns-csv/year=2026/month=11/day=05/ou_breakdown.csv';

/** Where the lake is broken. */
interface Workshop {
  readonly at: LakeDesk;
  readonly env: Record<string, string>;
  /** The present, UTC. */
  now: string;
  /** Runs a line as the page has it. */
  sh(line: string): Promise<{ readonly code: number; readonly said: string }>;
}
let work: Workshop;
let undisturbed = '';

/** Refuses every call to S3 until somebody makes a call of `until`, as a person would who mends the cause. */
function refusedUntil(fault: Fault, until: string): void {
  const { proxy } = work.at;
  proxy.harm = ({ headers, body }) => {
    const isOther = /\/(sts|kms)\/aws4_request/.test(String(headers.authorization));
    if (isOther && `${String(headers['x-amz-target'])} ${body.toString()}`.includes(until))
      proxy.harm = () => undefined;
    return isOther ? undefined : fault;
  };
}

/** How each failure comes about. */
const FAILURES: Readonly<Record<string, () => unknown>> = {
  async 'run-failed'() {
    await fine('spendlight ingest exports/2026-11-19.csv --source aws');
    work.now = '2026-11-19T09:30:00Z';
  },
  async 'mail-refused'() {
    const ses = new SESv2Client({ endpoint: inject('emulator'), region: 'us-east-1', credentials: BENCH });
    await ses.send(new DeleteEmailIdentityCommand({ EmailIdentity: work.env.SES_SENDER_EMAIL }));
    ses.destroy();
    work.now = '2026-11-20T07:30:00Z';
    expect((await work.sh('spendlight run')).code).toBe(1);
    await backedUp(); // the night's; the digest that is sent at last is another mail
  },
  async 'partition-missing'() {
    await fine(
      'aws glue delete-partition --database-name "$GLUE_DATABASE" --table-name ou_breakdown --partition-values 2026 11 5',
    );
  },
  async 'object-overwritten'() {
    work.env.KEY = `lake/${CSV}`;
    await storeAt().put(CSV, new TextEncoder().encode('somebody else was here'));
  },
  'prefix-deleted': () => fine('aws s3 rm --recursive --only-show-errors "s3://$BUCKET/lake/state/"'),
  'key-disabled': () =>
    refusedUntil({ kind: 'answer', status: 400, code: 'KMS.DisabledException' }, 'EnableKey'),
  'role-expired': () =>
    refusedUntil({ kind: 'answer', status: 400, code: 'ExpiredToken' }, 'GetCallerIdentity'),
  async 'bucket-lost'() {
    await backedUp();
    const [client, Bucket] = [clientOf(inject('emulator')), work.env.BUCKET ?? ''];
    const { Versions = [], DeleteMarkers = [] } = await client.send(
      new ListObjectVersionsCommand({ Bucket }),
    );
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
    await client.send(new DeleteBucketCommand({ Bucket }));
    client.destroy();
  },
};

const storeAt = () => storeIn(inject('emulator'), work.env.BUCKET ?? '', { prefix: 'lake' });
const backedUp = () => fine('aws s3 sync --only-show-errors "s3://$BUCKET/lake" "s3://$BACKUP/lake"');

async function fine(line: string): Promise<string> {
  const { code, said } = await work.sh(line);
  expect(code, `${line}\n${said}`).toBe(0);
  return said;
}

beforeAll(async () => {
  const own = await account(inject('emulator'));
  work = await workshop(own);
  work.env.KMS_KEY = await fine('aws kms create-key --query KeyMetadata.KeyId --output text');
  await fine('spendlight ingest exports/2026-11-18.csv --source aws --accounts accounts.csv');
  await fine('spendlight run');
  await backedUp();
  work.now = '2026-11-19T07:00:00Z';
  return async () => {
    own.close();
    await work.at.clear();
  };
}, SETTING_UP_MS);

async function workshop({ words, lake }: Account): Promise<Workshop> {
  const at = await lakeDesk();
  const { folder } = at.own;
  for (const [name, text] of Object.entries(NOVEMBER)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  await mkdir(join(folder, 'bin'));
  const command = async (name: string, does: string): Promise<void> => {
    await writeFile(join(folder, 'bin', name), `#!/bin/sh\n${does} "$@"\n`);
    await chmod(join(folder, 'bin', name), 0o755);
  };
  await command('spendlight', `exec "${process.execPath}" "${MAIN}" --now "$NOW"`);
  const tools = process.env.AWS_EMULATOR_DIR ?? join(ROOT, 'node_modules/.cache/aws-emulator');
  const { stdout } = await promisify(execFile)(join(ROOT, '.ci/aws-cli'), [tools]);
  // An administrator's hands: Spendlight's operator may remove no version and enable no key.
  await command('aws', `AWS_ACCESS_KEY_ID=${BENCH.accessKeyId} exec "${stdout.trim()}/aws"`);
  const env = {
    ...at.env,
    PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
    HOME: folder,
    TMPDIR: join(folder, '.tmp'),
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    LOG_LEVEL: 'ERROR',
    BUCKET: words.bucket,
    BACKUP: await freshBucket(inject('emulator')),
    SPENDLIGHT_LAKE: lake,
    GLUE_DATABASE: words.database,
    SES_ENABLED: 'true',
    SES_SENDER_EMAIL: words.sender,
    DIGEST_RECIPIENTS_FINOPS: 'finops@example.com',
  };
  const made: Workshop = {
    at,
    env,
    now: '2026-11-18T07:00:00Z',
    sh: (line) =>
      new Promise((resolve) => {
        const how = { cwd: folder, env: { ...made.env, NOW: made.now }, timeout: 120_000 };
        execFile('sh', ['-c', line], how, (error, out, err) => {
          const code = typeof error?.code === 'number' ? error.code : error === null ? 0 : -1;
          resolve({ code, said: (out === '' ? err : out).trim() });
        });
      }),
  };
  return made;
}

it('the page knows each failure that is tried here, and no other', () =>
  expect(SECTIONS.map(({ failure }) => failure)).toEqual(Object.keys(FAILURES)));

it.each(SECTIONS.map((section) => [section.failure, section] as const))(
  '%s: is noticed, mended and checked as the page says',
  async (failure, { blocks }) => {
    const typed = async (lines: readonly Typed[]): Promise<void> => {
      expect(lines).not.toEqual([]);
      for (const { line, exit } of lines) {
        const { code, said } = await work.sh(line);
        expect(code, `${line}\n${said}`).toBe(exit);
      }
    };
    await FAILURES[failure]?.();
    await typed(blocks.notice);
    await typed(blocks.mend);
    await typed(blocks.check);
    if (!blocks.check.some(({ line }) => line.startsWith('spendlight verify')))
      await fine('spendlight verify');
    const breakdown = await fine(BREAKDOWN);
    if (undisturbed === '') undisturbed = breakdown;
    expect(breakdown).toBe(undisturbed);
  },
);
