// What a plug pulled at any moment leaves behind: after one more run the lake, its archive and the mail are those of a
// run that nobody disturbed. KILL_SEED chooses other moments.
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { known } from '../../src/core/errors/invariant.ts';
import { type Desk, desk, type Ended } from '../support/program.ts';
import { writeSimulatedExport } from '../support/simulated-export.ts';

const NOW = '2026-11-19T07:05:00Z';
const SEED = Number(process.env.KILL_SEED ?? 1);
const KILLS = { ingest: 20, run: 20, mailed: 10 };
const DIGEST = '2026-11-19/SIMULATED-daily/finops';

/** Uniform in [0, 1), the same for the same seed (mulberry32). */
function chances(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const next = chances(SEED);
/** One random moment in each of `count` equal parts of the process's life, as a share of it: all of it is visited. */
const moments = (count: number): number[] =>
  Array.from({ length: count }, (_, i) => Number(((i + next()) / count).toFixed(3)));

/** What a lake and its outbox show to the outside. */
interface Outcome {
  /** The CSV of the whole time by `breakdown`. */
  readonly breakdown: string;
  /** The archived CSVs, by key. */
  readonly archive: ReadonlyMap<string, string>;
}

let home: string;
let undisturbed: Outcome;
let usual: { ingest: number; run: number };
const seen = new Map<string, number>();

const ingestArgs = (): string[] => [
  ...['--lake', 'lake', '--now', NOW, 'ingest', join(home, 'export')],
  ...['--accounts', join(home, 'accounts.csv')],
];
const RUN_ARGS = ['--lake', 'lake', '--now', NOW, 'run'];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'spendlight-kill-'));
  const lines = await writeSimulatedExport(home, { days: 40, accounts: 8, linesPerDay: 80, now: NOW });
  const calm = await desk(home);
  const ingested = await done(calm, ingestArgs());
  await cp(join(calm.folder, 'lake'), join(home, 'ingested'), { recursive: true });
  const ran = await done(calm, RUN_ARGS);
  undisturbed = await outcomeOf(calm);
  usual = { ingest: ingested.ms, run: ran.ms };
  expect(undisturbed.archive.size).toBeGreaterThan(40);
  say(
    `KILL_SEED=${SEED}; ${lines} lines; undisturbed: ingest ${usual.ingest.toFixed(0)} ms, run ${usual.run.toFixed(0)} ms`,
  );
});

afterAll(async () => {
  say([...seen].map(([where, count]) => `  ${String(count).padStart(3)}  ${where}`).join('\n'));
  await rm(home, { recursive: true, force: true });
});

describe('killed while it ingests', () => {
  it.each(moments(KILLS.ingest))('at %s of its life', async (share) => {
    const at = await freshDesk();
    await killed(at, ingestArgs(), { share, of: usual.ingest });
    count('ingest', await versions(at), await versionsIn(join(home, 'ingested')));
    await done(at, ingestArgs());
    await done(at, RUN_ARGS);
    expect(await outcomeOf(at)).toEqual(undisturbed);
    expect(await readdir(join(at.folder, 'outbox'))).toEqual(['2026-11-19_SIMULATED-daily_finops.eml']);
  });
});

describe('killed while it does the daily run', () => {
  it.each(moments(KILLS.run))('at %s of its life', async (share) => {
    const at = await freshDesk('ingested');
    await killed(at, RUN_ARGS, { share, of: usual.run });
    seenAt('run', await progressOf(at));
    await done(at, RUN_ARGS);
    expect(await outcomeOf(at)).toEqual(undisturbed);
    expect(await readdir(join(at.folder, 'outbox'))).toEqual(['2026-11-19_SIMULATED-daily_finops.eml']);
  });
});

describe('killed while it mails by SMTP', () => {
  it.each(moments(KILLS.mailed - 2))('at %s of its life', async (share) => {
    const server = await mailServer();
    const at = await freshDesk('ingested');
    await killed(at, RUN_ARGS, { share, of: usual.run, server });
    seenAt('run by SMTP', await progressOf(at));
    await mailedOnceOrAlarmed(at, server, await at.run(RUN_ARGS, server.env));
  });

  it.each(['before the server answers', 'after the server has answered'] as const)('%s', async (when) => {
    const server = await mailServer(when === 'before the server answers');
    const at = await freshDesk('ingested');
    const end = await at.runKilled(RUN_ARGS, { ms: 60_000, killed: server.hasMail, env: server.env });
    expect(end.code).toBeNull();
    seenAt('run by SMTP', `${when}: ${await progressOf(at)}`);
    await mailedOnceOrAlarmed(at, server, await at.run(RUN_ARGS, server.env));
  });
});

/** At most one mail; where nobody can know of one, the outbox and the exit code say so. */
async function mailedOnceOrAlarmed(at: Desk, server: MailServer, end: Ended): Promise<void> {
  expect(await outcomeOf(at)).toEqual(undisturbed);
  expect(server.mails()).toBeLessThanOrEqual(1);
  const outbox = await readdir(join(at.folder, 'outbox')).catch(() => []);
  if (end.code === 0) {
    expect(server.mails()).toBe(1);
    expect(outbox).toEqual([]);
  } else {
    expect(end).toMatchObject({ code: 1, stdout: expect.stringContaining('MAIL_OUTCOME_UNKNOWN') });
    expect(outbox).toEqual(['2026-11-19_failure_mail-outcome-unknown.eml']);
  }
}

async function freshDesk(lake?: string): Promise<Desk> {
  const at = await desk(home);
  onTestFinished(() => at.clear());
  if (lake !== undefined) await cp(join(home, lake), join(at.folder, 'lake'), { recursive: true });
  return at;
}

/** Kills a process for certain: one that was quicker than usual is tried again, a little earlier, on the lake as it was. */
async function killed(
  at: Desk,
  args: readonly string[],
  { share, of, server }: { share: number; of: number; server?: MailServer },
): Promise<void> {
  const lake = join(at.folder, 'lake');
  const before = join(at.folder, '.before');
  await cp(lake, before, { recursive: true }).catch(() => undefined);
  for (let ms = share * of; ; ms *= 0.85) {
    const end = await at.runKilled(args, { ms, env: server?.env });
    if (end.code === null) return;
    server?.forget();
    await rm(lake, { recursive: true, force: true });
    await rm(join(at.folder, 'outbox'), { recursive: true, force: true });
    await cp(before, lake, { recursive: true }).catch(() => undefined);
  }
}

async function done(at: Desk, args: readonly string[]): Promise<Ended> {
  const end = await at.run(args);
  expect(end.code, end.stderr + end.stdout).toBe(0);
  return end;
}

async function outcomeOf(at: Desk): Promise<Outcome> {
  const range = ['--from', '2026-10-01', '--to', '2026-11-19'];
  const { stdout } = await done(at, ['--lake', 'lake', '--now', NOW, 'breakdown', ...range]);
  const root = join(at.folder, 'lake', 'ou-breakdowns-csv');
  const keys = (await readdir(root, { recursive: true })).filter((key) => key.endsWith('.csv')).sort();
  const texts = await Promise.all(keys.map((key) => readFile(join(root, key), 'utf8')));
  return { breakdown: stdout, archive: new Map(keys.map((key, i) => [key, known(texts[i], key)])) };
}

const versions = (at: Desk): Promise<number> => versionsIn(join(at.folder, 'lake'));
const versionsIn = async (lake: string): Promise<number> =>
  (await readdir(join(lake, 'catalog')).catch(() => [])).filter((name) => /^\d{12}\.json$/.test(name)).length;

/** The last step of the daily run that left a trace. */
async function progressOf(at: Desk): Promise<string> {
  const names = await readdir(join(at.folder, 'lake'), { recursive: true });
  const ledger = join(at.folder, 'lake', 'ledger', 'entries');
  const entries = await Promise.all(
    names
      .filter((name) => /^ledger\/entries\/\d+\.json$/.test(name))
      .map((name) => readFile(join(ledger, name.slice('ledger/entries/'.length)), 'utf8')),
  );
  const has = (kind: string): boolean => entries.some((entry) => entry.includes(`"${kind}"`));
  const runs = names.filter((name) => /^ledger\/runs\/.*json$/.test(name));
  const records = await Promise.all(runs.map((name) => readFile(join(at.folder, 'lake', name), 'utf8')));
  const steps: readonly (readonly [string, boolean])[] = [
    ['after the run had ended', records.some((record) => !record.includes('"outcome":"running"'))],
    ['after the ledger knew the digest', has('digest')],
    ['after the receipt', names.some((name) => name.includes('receipt-'))],
    ['after the attempt to send', names.some((name) => name.includes('attempt-'))],
    ['after the mail was kept', names.some((name) => /^mails\/.*eml$/.test(name))],
    ['after the archive', has('archive.written')],
    ['after the archive was promised', has('archive.planned')],
    ['after the verdicts', (await versions(at)) > (await versionsIn(join(home, 'ingested')))],
  ];
  return (
    steps.find(([, left]) => left)?.[0] ?? (records.length > 0 ? 'before the verdicts' : 'before its record')
  );
}

function count(what: string, commits: number, all: number): void {
  seenAt(
    what,
    commits === 0 ? 'before the first commit' : commits < all ? 'between commits' : 'after the last commit',
  );
}

function seenAt(what: string, where: string): void {
  const label = `${what}: ${where}`;
  seen.set(label, (seen.get(label) ?? 0) + 1);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

interface MailServer {
  readonly env: Readonly<Record<string, string>>;
  /** Resolves when the server has a whole message, before or after it answered. */
  readonly hasMail: Promise<void>;
  /** Digests that were taken. */
  mails(): number;
  forget(): void;
}

/** A mail server on loopback; a `silent` one takes messages and never answers them. */
async function mailServer(silent = false): Promise<MailServer> {
  const taken: string[] = [];
  let tell: () => void = () => undefined;
  const hasMail = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, answer) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        taken.push(Buffer.concat(parts).toString('utf8'));
        if (!silent) answer();
        tell();
      });
    },
  });
  server.on('error', () => undefined); // clients that are killed hang up
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const { port } = server.server.address() as AddressInfo;
  return {
    env: { SMTP_URL: `smtp://127.0.0.1:${port}`, DIGEST_RECIPIENTS_FINOPS: 'finops@example.com' },
    hasMail,
    forget: () => void taken.splice(0),
    mails: () => taken.filter((mail) => mail.includes(`X-Spendlight-Digest: ${DIGEST}`)).length,
  };
}
