// docs/disaster-recovery.md, executed: each failure is made, then the page is followed by the letter.
import { execFile } from 'node:child_process';
import { appendFile, chmod, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo, Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { NOVEMBER } from '../support/november.ts';
import { sectionsOf, type Typed } from '../support/playbook.ts';
import { type Desk, desk, MAIN } from '../support/program.ts';

const PAGE = await readFile(new URL('../../docs/disaster-recovery.md', import.meta.url), 'utf8');

const SECTIONS = sectionsOf(PAGE, 'failure');

/** Where the lake is broken: a desk on which its owner works. */
interface Workshop {
  readonly at: Desk;
  /** Runs a line as the page has it. */
  sh(line: string, env?: Readonly<Record<string, string>>): Promise<Ran>;
  /** What the mail server does with the next mails. */
  mail: 'takes' | 'refuses' | 'hangs up';
  /** The present, UTC. */
  now: string;
}
interface Ran {
  readonly code: number;
  readonly said: string;
}

const lake = (work: Workshop, key = ''): string => join(work.at.folder, 'lake', key);
const harm = (path: string): Promise<void> => appendFile(path, '!');

/** The first file below a folder of the lake. */
async function fileIn(work: Workshop, folder: string): Promise<string> {
  const entries = await readdir(lake(work, folder), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.sort()[0] ?? '';
}

/** The lake as it stood before the delivery of 19 November. */
const dayBefore = async (work: Workshop): Promise<void> => {
  await rm(lake(work), { recursive: true });
  await cp(join(work.at.folder, 'day-before'), lake(work), { recursive: true });
};
const delivered = (work: Workshop) => work.sh('spendlight ingest exports/2026-11-19.csv --source aws');

/** How each failure comes about. */
const FAILURES: Readonly<Record<string, (work: Workshop) => Promise<unknown>>> = {
  async 'run-missing'(work) {
    await dayBefore(work);
    await delivered(work);
    work.now = '2026-11-19T09:30:00Z'; // a run is missed two hours after it was due
  },
  async 'disk-full'(work) {
    await dayBefore(work);
    const left = lake(work, 'cost-lines/billing_period=2026-11/source=aws/load=killed/part-00000.parquet');
    await mkdir(dirname(left), { recursive: true });
    await writeFile(left, 'PAR1 half a file');
  },
  async 'mail-refused'(work) {
    await dayBefore(work);
    await delivered(work);
    work.mail = 'refuses';
    expect((await work.sh('spendlight run')).code).toBe(1);
    work.mail = 'takes';
  },
  async 'mail-unknown'(work) {
    await dayBefore(work);
    await delivered(work);
    work.mail = 'hangs up';
    expect((await work.sh('spendlight run')).code).toBe(1);
    work.mail = 'takes';
  },
  async 'data-late'(work) {
    await dayBefore(work);
    work.now = '2026-11-21T10:00:00Z';
  },
  'archive-lost': (work) =>
    rm(lake(work, 'ou-breakdowns-csv/year=2026/month=11/day=05'), { recursive: true }),
  async 'archive-damaged'(work) {
    await harm(await fileIn(work, 'mails'));
    await harm(lake(work, 'ou-breakdowns-csv/year=2026/month=11/day=05/ou_breakdown.csv'));
  },
  async 'derived-damaged'(work) {
    for (const folder of ['cost-lines', 'daily-costs', 'verdicts']) await harm(await fileIn(work, folder));
    for (const folder of ['arrivals', 'restatements']) await rm(lake(work, folder), { recursive: true });
  },
  async 'catalog-lost'(work) {
    await rm(lake(work, 'catalog'), { recursive: true });
    await rm(lake(work, 'lake.json'));
    await writeFile(lake(work, 'lake.json'), '{"format":1,');
  },
  'raw-damaged': async (work) => harm(await fileIn(work, 'raw')),
  'ledger-damaged': async (work) => harm(await fileIn(work, 'ledger/entries')),
  'state-lost': (work) => rm(lake(work, 'state'), { recursive: true }),
  'lake-lost': (work) => rm(lake(work), { recursive: true }),
  async 'two-machines'(work) {
    await dayBefore(work);
    const both = await Promise.all([delivered(work), delivered(work)]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
  },
  async 'clock-jump'(work) {
    const today = work.now;
    work.now = '2031-03-01T07:00:00Z';
    await work.sh('spendlight run');
    await work.sh('spendlight prune');
    work.now = today;
  },
  async 'wrong-delivery'(work) {
    await work.sh('spendlight ingest exports/wrong.csv --source aws --allow-shrink');
    await work.sh('spendlight run');
    work.now = '2026-11-19T09:00:00Z';
  },
  async 'wrong-accounts'(work) {
    await work.sh('spendlight accounts import accounts-wrong.csv');
    await work.sh('spendlight run');
  },
};

const BREAKDOWN = 'spendlight breakdown --from 2026-11-01 --to 2026-11-18';

let template: Desk;
let undisturbed: string;
const server = { behaves: (): Workshop['mail'] => 'takes', port: 0 };

beforeAll(async () => {
  const smtp = await mailServer();
  template = await desk();
  for (const [name, text] of Object.entries(NOVEMBER)) {
    await mkdir(dirname(join(template.folder, name)), { recursive: true });
    await writeFile(join(template.folder, name), text);
  }
  const spendlight = join(template.folder, 'bin', 'spendlight');
  await mkdir(dirname(spendlight));
  await writeFile(spendlight, `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" --now "$NOW" "$@"\n`);
  await chmod(spendlight, 0o755);
  const work = workshop(template);
  const fine = async (line: string): Promise<string> => {
    const { code, said } = await work.sh(line);
    expect(code, said).toBe(0);
    return said;
  };
  work.now = '2026-11-18T07:00:00Z';
  await fine('spendlight ingest exports/2026-11-18.csv --source aws --accounts accounts.csv');
  await fine('spendlight run');
  await cp(lake(work), join(template.folder, 'day-before'), { recursive: true });
  work.now = '2026-11-19T07:00:00Z';
  await fine('spendlight ingest exports/2026-11-19.csv --source aws');
  await fine('spendlight run');
  await cp(lake(work), join(template.folder, 'backup'), { recursive: true });
  undisturbed = await fine(BREAKDOWN);
  return async () => {
    await template.clear();
    await smtp();
  };
});

function workshop(at: Desk): Workshop {
  const work: Workshop = {
    at,
    mail: 'takes',
    now: '2026-11-19T07:30:00Z',
    sh: (line) =>
      new Promise((resolve) => {
        const env = {
          PATH: `${join(template.folder, 'bin')}:${process.env.PATH ?? ''}`,
          NOW: work.now,
          TMPDIR: join(at.folder, '.tmp'),
          LOG_LEVEL: 'ERROR',
          SMTP_URL: `smtp://127.0.0.1:${server.port}`,
          DIGEST_RECIPIENTS_FINOPS: 'finops@example.com',
          MAIL_FROM: 'spendlight@example.com',
        };
        execFile('sh', ['-c', line], { cwd: at.folder, env, timeout: 60_000 }, (error, stdout, stderr) =>
          resolve({
            code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1,
            said: stdout === '' ? stderr : stdout,
          }),
        );
      }),
  };
  server.behaves = () => work.mail;
  return work;
}

/** A mail server that does as the workshop says. Gives what ends it. */
async function mailServer(): Promise<() => Promise<void>> {
  const sockets = new Map<number, Socket>();
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      stream.resume().on('end', () => {
        if (server.behaves() === 'hangs up') sockets.get(session.remotePort)?.destroy();
        else if (server.behaves() === 'takes') done();
        else done(Object.assign(new Error('Quota exceeded'), { responseCode: 552 }));
      });
    },
  });
  smtp.server.on('connection', (socket: Socket) => sockets.set(socket.remotePort ?? 0, socket));
  smtp.on('error', () => undefined);
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  server.port = (smtp.server.address() as AddressInfo).port;
  return () => new Promise((resolve) => smtp.close(() => resolve()));
}

let work: Workshop;
beforeEach(async () => {
  const at = await desk();
  await cp(template.folder, at.folder, { recursive: true });
  work = workshop(at);
  return () => at.clear();
});

it('the page knows each failure that is tried here, and no other', () =>
  expect(SECTIONS.map(({ failure }) => failure).sort()).toEqual(Object.keys(FAILURES).sort()));

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
    await FAILURES[failure]?.(work);
    await typed(blocks.notice);
    await typed(blocks.mend);
    await typed(blocks.check);
    const { code, said } = await work.sh('spendlight verify');
    expect(code, said).toBe(0);
    expect((await work.sh(BREAKDOWN)).said).toBe(undisturbed);
  },
);
