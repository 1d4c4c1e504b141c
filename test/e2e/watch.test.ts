import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { desk } from '../support/program.ts';

const MAIN = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));
const COMMON = ['--lake', 'lake', '--now', '2026-11-21T07:00:00Z'];

it('watches a folder that the demo feeds, tells what failed, and ends when it is told to', async () => {
  const at = await desk();
  onTestFinished(() => at.clear());
  const demo = ['demo', '--events', 'landing', '--days', '2', '--accounts', '3', '--lines-per-day', '8'];
  expect(await at.run([...COMMON, ...demo])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('in 2 files'),
  });
  const again = await at.run([...COMMON, ...demo]);
  expect(again.stdout).toContain('2 were there already');
  const watch = spawn(process.execPath, [MAIN, ...COMMON, 'watch', 'landing'], {
    cwd: at.folder,
    env: { PATH: process.env.PATH ?? '' },
  });
  onTestFinished(() => void watch.kill('SIGKILL'));
  let said = '';
  watch.stdout.setEncoding('utf8').on('data', (part: string) => (said += part));
  let told = '';
  await new Promise<void>((resolve) => {
    watch.stderr.setEncoding('utf8').on('data', (part: string) => {
      told += part;
      if ((told.match(/arrival\.ingested/g) ?? []).length === 2) resolve();
    });
    watch.once('close', () => resolve()); // too early: what it said is compared below
  });
  watch.kill('SIGTERM');
  expect(await once(watch, 'close')).toEqual([0, null]);
  expect(said).toBe('Ingested 2, in the lake before 0, failed 0, waiting 0; lake version 2.\n');
  expect(await readdir(join(at.folder, 'landing', 'done'))).toEqual([
    'events-2026-11-19.jsonl',
    'events-2026-11-20.jsonl',
  ]);
  await writeFile(join(at.folder, 'landing', 'again.jsonl.part'), '');
  expect(await at.run([...COMMON, 'watch', 'landing', '--once', '--json'])).toMatchObject({ code: 0 });
});
