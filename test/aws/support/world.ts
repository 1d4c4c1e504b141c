// An account in which a lake is kept, and a record of what everybody calls there.
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject } from 'vitest';
import { type Desk, desk, type Ended } from '../../support/program.ts';
import { type Account, account } from './account.ts';
import { ACCOUNT, REGION } from './calls.ts';
import { fakeQuickSight } from './fake-quicksight.ts';
import { type FunctionName, type Functions, functions } from './function.ts';
import { environmentOf, type Identity } from './identities.ts';
import { callsIn } from './least-privilege.ts';
import { type RecordedCall, recorder } from './recorder.ts';

export interface World {
  readonly account: Account;
  readonly desk: Desk;
  /** Address of somebody who takes whatever he is told, such as a webhook of Slack. */
  readonly taker: string;
  /** What was called so far. */
  calls(): readonly RecordedCall[];
  /** What Terraform gives a function, and what a person has who works with the same lake. */
  environment(who: Identity): Record<string, string>;
  /** What the handler of a function answers. */
  invoke(name: FunctionName, event: object, env?: Readonly<Record<string, string>>): Promise<unknown>;
  /** Runs a command that has to end with `code`, 0 unless told. */
  run(who: Identity, args: string | readonly string[], more?: RunMore): Promise<Ended>;
  close(): Promise<void>;
}

interface RunMore {
  readonly env?: Readonly<Record<string, string>>;
  /** `any`: what comes of it is not asked, only what it calls. */
  readonly code?: number | 'any';
}

let built: Promise<Functions> | undefined;

export async function world(): Promise<World> {
  const emulator = inject('emulator');
  const folder = await mkdtemp(join(tmpdir(), 'spendlight-calls-'));
  const file = join(folder, 'calls.jsonl');
  const spice = await fakeQuickSight(() => Date.now());
  const taker = await takesAll();
  const cut = firstOverwrite();
  // What the emulator does not have is answered by others, behind the recorder.
  const recording = await recorder((url, { method, key }) => {
    if (method === 'PUT' && cut(url, key)) return undefined;
    if (url.startsWith('/accounts/')) return spice.url;
    return url.startsWith('/2015-03-31/functions/') ? taker.url : emulator;
  }, file);
  const [made, own] = [await account(emulator, { isVerified: false }), await desk()];
  built ??= functions();
  const handlers = await built;
  const { words } = made;
  const environment = (who: Identity): Record<string, string> => ({
    ...environmentOf(who),
    AWS_ENDPOINT_URL: recording.url,
    SPENDLIGHT_DUCKDB_EXTENSIONS: inject('extensions'),
    SPENDLIGHT_LAKE: made.lake,
    ARCHIVE_BUCKET: words.bucket,
    EXPORT_LOCATIONS: `s3://${words.export_bucket}/`,
    SES_ENABLED: 'true',
    SES_SENDER_EMAIL: words.sender,
    SES_CONFIGURATION_SET: words.configuration_set,
    DIGEST_RECIPIENTS_FINOPS: 'finops@example.com',
    ALERT_TOPIC_ARN: `arn:aws:sns:${REGION}:${ACCOUNT}:${words.topic}`,
    GLUE_DATABASE: words.database,
    ATHENA_WORKGROUP: words.workgroup,
    QUICKSIGHT_DATASET_ID: words.dataset,
    DIGEST_FUNCTION: words.digest_function,
    SLACK_WEBHOOK_PARAMETER: words.slack_parameter,
  });
  return {
    account: made,
    desk: own,
    taker: taker.url,
    calls: () => callsIn(file),
    environment,
    invoke: (name, event, env = {}) => handlers.invoke(name, event, { ...environment(name), ...env }),
    async run(who, args, { env = {}, code = 0 } = {}) {
      const ended = await own.run(typeof args === 'string' ? args.split(' ') : args, {
        ...environment(who),
        ...env,
      });
      expect(ended.code, `${who}: spendlight ${args}\n${ended.stdout}${ended.stderr}`).toBe(
        code === 'any' ? ended.code : code,
      );
      return ended;
    },
    async close() {
      made.close();
      await recording.close();
      await spice.close();
      await taker.close();
      await own.clear();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * True of the first attempt of each identity to write over an object: what was cut off has to look among the versions
 * whether it was carried out.
 */
function firstOverwrite(): (url: string, key: string) => boolean {
  const [written, hit] = [new Set<string>(), new Set<string>()];
  return (url, key) => {
    const isAgain = written.has(url);
    written.add(url);
    if (!isAgain || hit.has(key) || !url.includes('.json')) return false;
    hit.add(key);
    return true;
  };
}

/** Removes what the worlds shared. */
export async function closeWorlds(): Promise<void> {
  await (await built)?.clear();
  built = undefined;
}

/** Answers everything with 202: Lambda to an event that it shall look at later, and others who only have to be told. */
async function takesAll(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((incoming, answer) => {
    incoming.resume().on('end', () => answer.writeHead(202).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
