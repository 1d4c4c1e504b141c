import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { UserError } from '../core/errors/user-error.ts';
import { endingOf } from './failure.ts';
import { type CommonFlags, commandLine, reading, typed } from './program.ts';

/** Runs a command line of one command `look`; tells what was printed, seen and thrown. */
async function entered(...args: readonly string[]) {
  const printed: string[] = [];
  const seen: { flags?: CommonFlags } = {};
  const look = new Command('look').summary('looks').action(() => undefined);
  const nested = new Command('accounts').addCommand(
    new Command('import').argument('<file>').action(() => undefined),
  );
  const read = reading(new Command('archive').addCommand(new Command('list').action(() => undefined)));
  const program = commandLine({
    version: '1.2.3',
    groups: { 'Look:': [look, nested, read] },
    onFlags: (flags) => void Object.assign(seen, { flags }),
    print: (text) => printed.push(text),
  });
  const ending = await typed(program, args).then(
    () => ({ text: undefined, exit: 0 }),
    (error) => endingOf(error, { debug: false }),
  );
  return { printed: printed.join(''), flags: seen.flags, ...ending };
}

describe('command line', () => {
  it.each([[['--lake', 'x', '--json', 'look']], [['look', '--lake', 'x', '--json']]])(
    'takes common options before and after the command: %j',
    async (args) => {
      expect(await entered(...args)).toMatchObject({
        exit: 0,
        flags: { lake: 'x', json: true, engine: 'auto' },
      });
    },
  );

  it.each([[['--as-of', '12', 'archive', 'list']], [['archive', 'list', '--as-of', '12']]])(
    'gives a command that reads the moment: %j',
    async (args) => {
      expect(await entered(...args)).toMatchObject({ exit: 0, flags: { asOf: '12' } });
    },
  );

  it('refuses to do at an earlier moment what changes the lake', async () => {
    expect(await entered('look', '--as-of', '12')).toMatchObject({
      exit: 2,
      flags: undefined,
      text: expect.stringContaining('AS_OF_READS_ONLY'),
    });
  });

  it.each([
    [[], 'Look:'],
    [['--help'], 'Look:'],
    [['help', 'look'], 'Global Options:'],
    [['--version'], 'spendlight 1.2.3'],
  ])('%j explains itself on stdout and is fine', async (args, part) => {
    expect(await entered(...args)).toMatchObject({
      exit: 0,
      text: undefined,
      printed: expect.stringContaining(part),
    });
  });

  it.each([
    [['lok'], 'Did you mean look?'],
    [['look', '--frm'], "Unknown option '--frm'"],
    [['look', '--engine', 'abacus'], 'abacus'],
    [['accounts'], 'A subcommand is missing'],
    [['accounts', 'import'], "Missing required argument 'file'"],
    [['look', '--now', 'yesterday'], '"yesterday" is not a moment'],
    [['archive', 'list', '--version', 'latest'], '"latest" is not the number of a version'],
  ])('%j is wrong use: exit 2, with a reason', async (args, part) => {
    expect(await entered(...args)).toMatchObject({ exit: 2, text: expect.stringContaining(part) });
  });
});

describe('endingOf', () => {
  it('tells a user error in three lines, with its exit code', () => {
    const error = new UserError('REJECTS', {
      what: '3 rows',
      place: { file: 'a.csv', line: 4 },
      remedy: 'Mend them.',
    });
    expect(endingOf(error, { debug: false })).toEqual({
      text: 'spendlight: 3 rows  (REJECTS)\n  in  a.csv, line 4\n  do  Mend them.',
      exit: 1,
    });
  });

  it('tells what nobody foresaw in short, and in full for whoever asks', () => {
    const error = new Error('boom\nsecond line');
    expect(endingOf(error, { debug: false })).toMatchObject({
      exit: 2,
      text: expect.stringMatching(
        /^spendlight: unexpected error: boom {2}\(UNEXPECTED\)\n {2}do .*LOG_LEVEL=DEBUG/,
      ),
    });
    expect(endingOf(error, { debug: true }).text).toContain('program.test.ts');
  });

  it.each([
    ['ENOSPC', 'DISK_FULL'],
    ['EROFS', 'LAKE_READ_ONLY'],
    ['EACCES', 'LAKE_READ_ONLY'],
  ])('knows the disk refusal %s', (code, known) => {
    const error = Object.assign(new Error(code), { code, path: '/lake/x' });
    expect(endingOf(error, { debug: false })).toMatchObject({
      exit: 2,
      text: expect.stringContaining(known),
    });
  });
});
