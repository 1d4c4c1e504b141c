import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { actionlint, HOUSE, type Said, shellcheck, zizmor } from './workshop.ts';

/** Every file of the project, committed or not. */
const FILES = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: HOUSE,
  encoding: 'utf8',
})
  .split('\0')
  .filter((file) => file !== '');
/** Scripts tell what they are by their first line, with or without an ending. */
const SCRIPTS = FILES.filter(
  (file) =>
    file.endsWith('.sh') ||
    (!/\.[a-z]+$/.test(file) && /^#!.*\b(ba)?sh\b/.test(firstLine(join(HOUSE, file)))),
).map((file) => join(HOUSE, file));
/** Of these there are none yet; whoever adds one finds it checked. */
const WORKFLOWS = FILES.filter((file) => /^\.github\/(workflows|actions)\/.*\.ya?ml$/.test(file)).map(
  (file) => join(HOUSE, file),
);

function firstLine(path: string): string {
  try {
    return readFileSync(path, 'utf8').split('\n', 1)[0] ?? '';
  } catch {
    return ''; // removed, and not yet committed
  }
}

/** Fails with what the checker said. */
const fine = ({ fine: isFine, text }: Said): void => expect(isFine, text).toBe(true);

describe('scripts and workflows', () => {
  it('has scripts without the usual mistakes', () => {
    expect(SCRIPTS.map((file) => file.slice(HOUSE.length + 1))).toEqual(
      expect.arrayContaining(['.ci/run', '.ci/iac-tools', '.ci/lambda-runtime', '.ci/trino-up']),
    );
    fine(shellcheck(SCRIPTS));
  });
  it('has workflows without mistakes, as far as it has workflows', () => {
    if (WORKFLOWS.length === 0) {
      expect(FILES.some((file) => file.startsWith('.github/'))).toBe(false);
      return;
    }
    fine(actionlint(WORKFLOWS));
    fine(zizmor(WORKFLOWS));
  });
});

const WORKFLOW = `name: report
on: push
permissions: {}
jobs:
  report:
    runs-on: ubuntu-24.04
    steps:
      - run: echo "$TITLE"
        env:
          TITLE: \${{ github.event.head_commit.message }}
`;

describe('a planted mistake is caught by name', () => {
  const planted = (file: string, text: string): string => {
    const folder = mkdtempSync(join(tmpdir(), 'spendlight-planted-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    mkdirSync(join(folder, '.github/workflows'), { recursive: true });
    const path = join(folder, file);
    writeFileSync(path, text);
    return path;
  };
  it.each([
    ['a word that the shell splits', shellcheck, 'clean', '#!/bin/sh\nrm -rf $1\n', 'SC2086'],
    [
      'a job that nobody named',
      actionlint,
      '.github/workflows/report.yml',
      WORKFLOW.replace('    steps', '    needs: build\n    steps'),
      'needs job "build" which does not exist',
    ],
    [
      'a title that becomes a command',
      zizmor,
      '.github/workflows/report.yml',
      WORKFLOW.replace('$TITLE', `\${{ github.event.head_commit.message }}`),
      'template-injection',
    ],
  ])('%s', (_, check, file, text, says) => {
    const said = check([planted(file, text)]);
    expect(said.fine, said.text).toBe(false);
    expect(said.text).toContain(says);
  });
  it('and a workflow without one is fine', () => {
    const file = planted('.github/workflows/report.yml', WORKFLOW);
    fine(actionlint([file]));
    fine(zizmor([file]));
  });
});
