// An account in which every role does its work once, with keys of its own.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject } from 'vitest';
import { focusCsv } from '../../support/deliveries.ts';
import { type Desk, desk, type Ended } from '../../support/program.ts';
import { realServer } from '../../support/real-server.ts';
import { type Account, account } from './account.ts';
import { ACCOUNT, REGION } from './calls.ts';
import { type FaultProxy, faultProxy } from './fault-proxy.ts';
import { type FunctionName, type Functions, functions } from './function.ts';
import { environmentOf, type Identity } from './identities.ts';
import { callsIn } from './least-privilege.ts';
import { type RecordedCall, type Recorder, recorder } from './recorder.ts';

export interface World {
  readonly account: Account;
  /** What the roles have called so far. */
  calls(): readonly RecordedCall[];
  everybodyWorks(): Promise<void>;
  close(): Promise<void>;
}

const DAYS = ['10', '11', '12', '13', '14', '15', '16', '17'];

/** A bill of eight days of November 2026; `cost` is what each day costs. */
const bill = (cost: string): string =>
  focusCsv(
    DAYS.map((day) => ({
      BillingPeriodStart: '2026-11-01T00:00:00Z',
      BillingPeriodEnd: '2026-12-01T00:00:00Z',
      ChargePeriodStart: `2026-11-${day}T00:00:00Z`,
      ChargePeriodEnd: `2026-11-${String(Number(day) + 1)}T00:00:00Z`,
      BilledCost: cost,
      EffectiveCost: cost,
    })),
  );

export async function world(): Promise<World> {
  const emulator = inject('emulator');
  const folder = await mkdtemp(join(tmpdir(), 'spendlight-calls-'));
  const file = join(folder, 'calls.jsonl');
  // What the emulator does not have is answered behind the recorder.
  const proxy = await faultProxy(emulator);
  const recording = await recorder(proxy.url, file);
  const made = await account(emulator);
  const own = await desk();
  const handlers = await functions();
  const roles = new Roles(made, own, { proxy, recording, handlers });
  return {
    account: made,
    calls: () => callsIn(file),
    everybodyWorks: () => roles.all(),
    async close() {
      made.close();
      await recording.close();
      await proxy.close();
      await own.clear();
      await handlers.clear();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** How the roles reach AWS, and what they run. */
interface Way {
  readonly proxy: FaultProxy;
  readonly recording: Recorder;
  readonly handlers: Functions;
}

class Roles {
  readonly #account: Account;
  readonly #desk: Desk;
  readonly #way: Way;

  constructor(account: Account, own: Desk, way: Way) {
    this.#account = account;
    this.#desk = own;
    this.#way = way;
  }

  /** In the order in which they do on a day. */
  async all(): Promise<void> {
    await this.#ingest();
    await this.#digest();
    await this.#gapCheck();
    await this.#operator();
    await this.#dashboard();
  }

  #environment(who: Identity): Record<string, string> {
    return {
      ...environmentOf(who),
      AWS_ENDPOINT_URL: this.#way.recording.url,
      SPENDLIGHT_DUCKDB_EXTENSIONS: inject('extensions'),
      SPENDLIGHT_LAKE: this.#account.lake,
      SES_ENABLED: 'true',
      SES_SENDER_EMAIL: this.#account.words.sender,
      SES_CONFIGURATION_SET: this.#account.words.configuration_set,
      DIGEST_RECIPIENTS_FINOPS: 'finops@example.com',
      GLUE_DATABASE: this.#account.words.database,
      ATHENA_WORKGROUP: this.#account.words.workgroup,
      ALERT_TOPIC_ARN: `arn:aws:sns:${REGION}:${ACCOUNT}:${this.#account.words.topic}`,
    };
  }

  /** What Lambda gives the function on 18 November at `time`, UTC. */
  #invoke(name: FunctionName, event: object): Promise<unknown> {
    return this.#way.handlers.invoke(name, event, this.#environment(name));
  }

  async #run(who: Identity, now: string, ...args: readonly string[]): Promise<Ended> {
    return this.#desk.run(['--now', `2026-11-${now}:00Z`, ...args], this.#environment(who));
  }

  async #well(who: Identity, now: string, ...args: readonly string[]): Promise<Ended> {
    const ended = await this.#run(who, now, ...args);
    expect(ended.code, `${who}: spendlight ${args.join(' ')}\n${ended.stderr}`).toBe(0);
    return ended;
  }

  async #ingest(): Promise<void> {
    const { words, put } = this.#account;
    await put(words.export_bucket, 'focus/bill.csv', bill('1'));
    await this.#well('ingest', '18T06:00', 'ingest', `s3://${words.export_bucket}/focus`);
    await this.#well('ingest', '18T06:05', 'accounts', 'sync');
  }

  async #digest(): Promise<void> {
    const run = await this.#invoke('digest', { time: '2026-11-18T07:00:00Z' });
    expect(run, JSON.stringify(run)).toMatchObject({ status: 'fine', mail: 'sent' });
    await this.#invoke('digest', { rerun_date: '2026-11-12' });
  }

  async #gapCheck(): Promise<void> {
    await this.#well('gap-check', '18T10:00', 'gaps');
  }

  async #operator(): Promise<void> {
    await writeFile(join(this.#desk.folder, 'bill.csv'), bill('2'));
    await this.#well('operator', '18T11:00', 'ingest', 'bill.csv');
    await this.#well('operator', '18T11:10', 'run');
    await this.#well('operator', '18T11:20', 'verify');
    await this.#well('operator', '18T11:30', 'prune');
    await this.#well('operator', '18T11:40', '--as-of', '2026-11-18T08:00:00Z', 'archive', 'list');
  }

  async #dashboard(): Promise<void> {
    const env = this.#environment('dashboard');
    const outbox = join(this.#desk.folder, 'outbox');
    const server = await realServer(this.#account.lake, { now: '2026-11-18T12:00:00Z', outbox, env });
    for (const page of ['overview', 'trend', 'lines?from=2026-11-10&to=2026-11-12'])
      expect((await fetch(`${server.base}/api/v1/${page}`)).status, page).toBe(200);
    await server.end();
  }
}
