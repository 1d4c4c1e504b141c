// A packed function, the module that installs it, and AWS's runtime client: all three agree on how a handler is called.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { HOUSE, LAMBDA_RUNTIME } from './workshop.ts';

const module = (file: string): string => readFileSync(join(HOUSE, 'infra/terraform', file), 'utf8');
const HANDLER = /handler += "(.+)"/.exec(module('modules/function/main.tf'))?.[1] ?? '';
const NODE = /default += "nodejs(\d+)\.x"/.exec(module('variables.tf'))?.[1] ?? '';

const MACHINE = process.arch === 'arm64' ? 'arm64' : 'x86_64';
const FORWARDER = join(HOUSE, 'dist/lambda', `slack-forwarder-${MACHINE}.zip`);

beforeAll(() => {
  execFileSync('npm', ['run', '-s', 'package:lambda', '--', '--only', 'slack-forwarder'], { cwd: HOUSE });
}, 180_000);

/** What the runtime client reports of `events`, one line each. */
function reported(handler: string, ...events: readonly object[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'spendlight-packed-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  execFileSync('python3', ['-m', 'zipfile', '-e', FORWARDER, folder]);
  const api = join(HOUSE, 'test/iac/tools/lambda-runtime-api.mjs');
  const args = [api, folder, handler, ...events.map((event) => JSON.stringify(event))];
  const RIC = join(LAMBDA_RUNTIME, 'aws-lambda-ric/node_modules/aws-lambda-ric/index.mjs');
  const { stdout } = spawnSync(join(LAMBDA_RUNTIME, `node-${NODE}`, 'node'), args, {
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', RIC, SPENDLIGHT_LAKE: 's3://lake/finops' },
    timeout: 60_000,
  });
  return stdout.split('\n').filter((line) => /^\{"(response|error)":/.test(line));
}

it('is found by the handler’s name, and reports what it answers and what it refuses', () => {
  expect(reported(HANDLER, { Records: [] }, { Records: [{ Sns: { Message: 'Good morning' } }] })).toEqual([
    expect.stringContaining('SLACK_WEBHOOK_PARAMETER names no parameter'),
    expect.stringContaining('"errorType":"UserError"'),
  ]);
});

it('is not found by another', () =>
  expect(reported('main.handler', {}).join()).toContain('Runtime.ImportModuleError'));
