import { mkdir, readFile, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { systemClock, systemPause } from '../../../src/adapters/clock/clock.ts';
import { UserError } from '../../../src/core/errors/user-error.ts';
import type { Clock, Pause } from '../../../src/ports/clock.ts';
import type { Chance } from './chance.ts';
import { started, stillRuns, usualMs } from './child.ts';
import { type Code, Faults } from './faulty.ts';
import type { Case, Kind } from './kind.ts';
import { asProcess } from './process.ts';
import { rot } from './rot.ts';
import { NOW } from './world.ts';

const all = (): boolean => true;

/** What a user or a program would hear. Errors that are ours fail the case. */
const heard = (error: unknown): string => {
  if (error instanceof UserError) return error.code;
  if (
    error instanceof Error &&
    /\b(EIO|ENOENT|EACCES|ENOSPC|EFBIG)\b|Input\/output error/.test(error.message)
  )
    return 'system error';
  throw error;
};

/** The operation in this process, with calls that fail; what it ended with. */
const attempt = ({ operation, place }: Case, of: Partial<Parameters<typeof asProcess>[1]>): Promise<string> =>
  asProcess(place, { now: NOW, others: 'dead', ...of }, (process) => operation.act(process, place)).then(
    () => 'done',
    heard,
  );

/** The store and the engine's writer fail at some call. */
const storeFault = (code: Code): Kind => ({
  name: code,
  weight: 2,
  concerns: all,
  async disturb(of) {
    const { chance, operation } = of;
    const at = chance.below(operation.calls);
    const lasts = chance.oneOf(['once', 'on'] as const);
    const faults = new Faults({ code, at, lasts, when: chance.oneOf(['before', 'after'] as const) });
    const end = await attempt(of, { faults });
    return faults.struck === 0 ? 'struck nothing' : `${lasts === 'on' ? 'stays' : 'once'}: ${end}`;
  },
});

const killed: Kind = {
  name: 'SIGKILL',
  weight: 5,
  concerns: all,
  async disturb({ world, operation, place, chance }) {
    const ms = (await usualMs(world, operation)) * (0.2 + 0.85 * chance.share());
    const child = await started(place, operation);
    const runs = await stillRuns(child, ms);
    if (runs) child.process.kill('SIGKILL');
    const { code } = await child.ended;
    return code === null ? 'killed' : 'had ended';
  },
};

/** The system refuses to let any file grow beyond a size: real short writes, of the engine too. */
const fileSize: Kind = {
  name: 'full for large files',
  weight: 1,
  concerns: all,
  async disturb({ operation, place, chance }) {
    const { code } = await (await started(place, operation, 1 + chance.below(80))).ended;
    return code === null ? 'ended by the system' : `exit ${code}`;
  },
};

/** A process that stood still while another took its turn over, and then goes on. */
const paused: Kind = {
  name: 'paused, lease ran out',
  weight: 1,
  concerns: all,
  async disturb(of) {
    const { world, operation, place, chance } = of;
    const ms = (await usualMs(world, operation)) * (0.3 + 0.7 * chance.share());
    const child = await started(place, operation);
    if (!(await stillRuns(child, ms))) return 'had ended';
    child.process.kill('SIGSTOP');
    // Who stood still for less than a second may believe that its turn is its own: a real term is thirty.
    const [other] = await Promise.all([attempt(of, { ...hurried(), others: 'alive' }), wait(1_200)]);
    child.process.kill('SIGCONT');
    const { code } = await child.ended;
    return `other ${other}, it exit ${code}`;
  },
};

/** The clock of somebody for whom thirty seconds of waiting pass in no time. */
function hurried(): { readonly clock: Clock; readonly pause: Pause } {
  let ahead = 0;
  return {
    clock: { now: () => Date.parse(NOW), monotonic: () => systemClock.monotonic() + ahead },
    async pause(ms, until) {
      if (ms > 1_000) return systemPause(ms, until); // the beat of its own turn
      ahead += ms * 160;
      await wait(1);
    },
  };
}

const twoWriters: Kind = {
  name: 'two writers',
  weight: 2,
  concerns: all,
  async disturb(of) {
    const both = await Promise.all([attempt(of, { others: 'alive' }), attempt(of, { others: 'alive' })]);
    return [...both].sort().join(' and ');
  },
};

const HOUR_MS = 3_600_000;

/** The machine's date jumps, back or ahead, at some call; of a daily run within its day. */
const clockJump: Kind = {
  name: 'clock jump',
  weight: 1,
  concerns: all,
  async disturb(of) {
    const { chance, operation } = of;
    const at = chance.below(operation.calls);
    const hours = operation.name === 'run' ? chance.below(12) - 6 : chance.below(24 * 800) - 24 * 400;
    let jumped = 0;
    const faults = new Faults(undefined, (call) => {
      if (call === at) jumped = hours * HOUR_MS + chance.below(HOUR_MS);
      return Promise.resolve();
    });
    const clock = { now: () => Date.parse(NOW) + jumped, monotonic: systemClock.monotonic };
    return `${hours < 0 ? 'back' : 'ahead'}: ${await attempt(of, { faults, clock })}`;
  },
};

/** A source file is cut, or a bit of it flips, before it is read or while it is; then the whole file comes again. */
const source: Kind = {
  name: 'damaged source',
  weight: 3,
  concerns: ({ name }) => ['ingest', 'restate', 'watch'].includes(name),
  async disturb(of) {
    const { chance, operation, place } = of;
    const sources = await Promise.all((await operation.sources(place)).map(kept));
    const { file, whole, atime, mtime } = chance.oneOf(sources);
    const at = chance.below(Math.ceil(operation.calls / 2));
    // A flipped digit of an event is another event, and nobody can know: text is only cut.
    const isCut = file.endsWith('.jsonl') || chance.share() < 0.5;
    const bytes = isCut ? whole.subarray(0, chance.below(whole.length)) : flipped(whole, chance);
    const isSilent = chance.share() < 0.5;
    const damage = async (): Promise<void> => {
      await writeFile(file, bytes, { flag: 'r+' }).catch(() => undefined); // put away by now
      if (isCut) await cut(file, bytes.length);
      if (isSilent) await utimes(file, atime, mtime).catch(() => undefined);
    };
    const faults = new Faults(undefined, (call) => (call === at ? damage() : Promise.resolve()));
    const end = await attempt(of, { faults });
    // The whole delivery comes again: what was put away with the damaged file, too.
    for (const each of sources) await bringAgain(each);
    return `${isCut ? 'cut' : 'bit flipped'}: ${end}`;
  },
};

/** A source file as it came. */
async function kept(file: string) {
  const { atime, mtime } = await stat(file);
  return { file, whole: await readFile(file), atime, mtime };
}

async function bringAgain({ file, whole, atime, mtime }: Awaited<ReturnType<typeof kept>>): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, whole);
  await utimes(file, atime, mtime);
}

async function cut(file: string, bytes: number): Promise<void> {
  await truncate(file, bytes).catch(() => undefined);
}

function flipped(whole: Buffer, chance: Chance): Buffer {
  const bytes = Buffer.from(whole);
  const at = chance.below(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << chance.below(8));
  return bytes;
}

export const KINDS: readonly Kind[] = [
  killed,
  storeFault('ENOSPC'),
  storeFault('EIO'),
  storeFault('EACCES'),
  fileSize,
  source,
  clockJump,
  twoWriters,
  paused,
  rot,
];
