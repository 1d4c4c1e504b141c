import { createWriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeStream } from 'node:stream/web';
import { UserError } from '../../core/errors/user-error.ts';
import { exactText, type Money } from '../../core/money/money.ts';
import type { BillFacts } from '../../delivery/peek/facts.ts';
import { safeFileName } from '../../lake/keys.ts';
import { openLakeIfAny } from '../../lake/lake.ts';
import type { Turn } from '../../lake/lease.ts';
import type { Clock, Log, Progress, Random } from '../../ports/clock.ts';
import type { Engine } from '../../ports/engine.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import { ingest } from '../ingest.ts';
import type { LakeSettings } from '../lake-settings.ts';
import { peek } from '../peek.ts';

export interface FirstRunOf {
  readonly store: ObjectStore;
  readonly turn: Turn;
  readonly openEngine: () => Promise<Engine>;
  /** A new empty folder outside the lake. */
  readonly scratch: () => Promise<string>;
  readonly settings: LakeSettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Called once costs are in the lake. */
  readonly brought: () => Promise<unknown>;
}

interface Upload {
  readonly name: string;
  readonly path: string;
}

/** How far an ingest is. */
export interface Job {
  readonly job: string;
  readonly state: 'running' | 'done' | 'failed';
  readonly step: string;
  readonly done: number;
  readonly total: number;
  readonly note: string;
  readonly lakeVersion: number | null;
  readonly lines: number | null;
  readonly problem: { readonly code: string; readonly detail: string; readonly remedy: string } | null;
}

/** A file larger than this is for the command line. */
const FILE_BYTES_MAX = 2 * 1024 ** 3;
/** Files that wait at one time. */
const UPLOADS_MAX = 5;

/** Takes a dropped bill while the lake is empty: looks at it, and brings it in when it is told to. */
export class FirstRun {
  readonly #of: FirstRunOf;
  readonly #uploads = new Map<string, Upload>();
  readonly #jobs = new Map<string, Job>();

  constructor(of: FirstRunOf) {
    this.#of = of;
  }

  /** Keeps the file and says what it holds. @throws UserError `LAKE_IN_USE`, `BODY_TOO_LARGE`, those of peek */
  async peek(name: string, body: ReadableStream<Uint8Array> | null) {
    await this.#onlyIfEmpty();
    if (this.#uploads.size >= UPLOADS_MAX) throw tooMany();
    const upload = this.#of.random.id();
    const folder = await this.#of.scratch();
    const path = join(folder, safeFileName(name));
    const bytes = await taken(body, path);
    const engine = await this.#of.openEngine();
    try {
      const staged = join(folder, 'staged');
      await mkdir(staged);
      const { bills } = await peek(engine, { paths: [path], format: 'auto', scratch: staged });
      this.#uploads.set(upload, { name, path });
      return { upload, name, bytes, ...looked(bills) };
    } finally {
      await engine.close();
    }
  }

  /** Begins to bring a file in that was looked at. @throws UserError `NOT_FOUND`, `LAKE_IN_USE` */
  async ingest(upload: string): Promise<Job> {
    await this.#onlyIfEmpty();
    const found = this.#uploads.get(upload);
    if (found === undefined) throw unknown('file');
    if ([...this.#jobs.values()].some(({ state }) => state === 'running')) throw running();
    this.#uploads.delete(upload);
    const job: Job = {
      job: this.#of.random.id(),
      state: 'running',
      step: 'ingest',
      done: 0,
      total: 0,
      note: '',
      lakeVersion: null,
      lines: null,
      problem: null,
    };
    this.#jobs.set(job.job, job);
    void this.#bring(job.job, found);
    return job;
  }

  /** @throws UserError `NOT_FOUND` */
  job(id: string): Job {
    const job = this.#jobs.get(id);
    if (job === undefined) throw unknown('ingest');
    return job;
  }

  async #bring(id: string, { path }: Upload): Promise<void> {
    const { store, turn, clock, random, log, settings } = this.#of;
    try {
      const engine = await this.#of.openEngine();
      const progress: Progress = {
        step: (step, done, total, note) => this.#note(id, { step, done, total, note: note ?? '' }),
        end: () => undefined,
      };
      try {
        const tools = {
          engine,
          clock,
          random,
          log,
          settings,
          progress,
          scratch: await this.#of.scratch(),
        };
        const request = { paths: [path], format: 'auto', allow: { shrink: false }, maxRejects: 0 };
        const report = await turn(store, 'serve', (held) => ingest({ ...tools, store: held }, request));
        const [refused] = report.refused;
        if (refused !== undefined) throw refused.error;
        this.#note(id, { lakeVersion: report.lakeVersion, step: 'pin' });
      } finally {
        await engine.close();
      }
      await this.#of.brought();
      this.#note(id, { state: 'done' });
    } catch (error) {
      const known = error instanceof UserError;
      if (!known)
        log.error('first_run.failed', { problem: error instanceof Error ? error.stack : String(error) });
      this.#note(id, {
        state: 'failed',
        problem: known
          ? { code: error.code, detail: error.what, remedy: error.remedy }
          : {
              code: 'INTERNAL',
              detail: 'The file could not be brought in.',
              remedy: 'Look at the log of the server.',
            },
      });
    }
  }

  #note(id: string, news: Partial<Job>): void {
    const job = this.#jobs.get(id);
    if (job !== undefined) this.#jobs.set(id, { ...job, ...news });
  }

  async #onlyIfEmpty(): Promise<void> {
    const lake = await openLakeIfAny(this.#of.store);
    if (lake === undefined || (await lake.head()).loads.length === 0) return;
    throw new UserError('LAKE_IN_USE', {
      what: 'The lake holds costs already',
      remedy: 'Bring further bills in with "spendlight ingest <files>".',
    });
  }
}

/** Writes the body to `path` as it comes; gives its size. */
async function taken(body: ReadableStream<Uint8Array> | null, path: string): Promise<number> {
  if (body === null) throw noFile();
  let bytes = 0;
  const counted = async function* (chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      bytes += chunk.byteLength;
      if (bytes > FILE_BYTES_MAX) throw tooLarge();
      yield chunk;
    }
  };
  await pipeline(Readable.fromWeb(body as NodeStream<Uint8Array>), counted, createWriteStream(path));
  const { size } = await stat(path);
  if (size === 0) throw noFile();
  return size;
}

/** What the page shows of a bill before it is brought in. */
function looked(bills: readonly BillFacts[]) {
  const [bill] = bills;
  if (bill === undefined) throw noFile();
  const rejects = bill.findings.find(({ kind }) => kind === 'rejects');
  const money = (amount: Money): string => exactText(amount);
  return {
    format: bill.label,
    source: bill.source,
    lines: bill.lines,
    firstDay: bill.firstDay ?? null,
    lastDay: bill.lastDay ?? null,
    accounts: Math.max(0, ...bill.totals.map(({ accounts }) => accounts.length)),
    services: Math.max(0, ...bill.totals.map(({ services }) => services.length)),
    totals: bill.totals.map(({ currency, total }) => ({
      currency,
      metric: 'BilledCost',
      amount: money(total),
    })),
    categories: bill.totals.flatMap(({ currency, categories }) =>
      categories.map(({ name, lines, amount }) => ({
        currency,
        category: name ?? '',
        lines,
        amount: money(amount),
      })),
    ),
    rejects: rejects?.count ?? 0,
    notes: bill.findings.map(({ what }) => what),
  };
}

const noFile = (): UserError =>
  new UserError('FILE_EMPTY', { what: 'The file has no bytes', remedy: 'Send a cost export as the body.' });
const tooLarge = (): UserError =>
  new UserError('BODY_TOO_LARGE', {
    what: 'The file is larger than 2 GiB',
    remedy: 'Bring it in with "spendlight ingest <file>".',
  });
const tooMany = (): UserError =>
  new UserError('LAKE_IN_USE', {
    what: `${UPLOADS_MAX} files wait already`,
    remedy: 'Bring one of them in, or start the server again.',
  });
const running = (): UserError =>
  new UserError('LAKE_IN_USE', { what: 'A file is being brought in', remedy: 'Wait until it is done.' });
const unknown = (what: string): UserError =>
  new UserError('NOT_FOUND', { what: `There is no such ${what}`, remedy: 'Drop the file again.' });
