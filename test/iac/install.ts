import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HOUSE, LAMBDA_RUNTIME, TOOLS } from './workshop.ts';

/** Installs what the checks need, unless an earlier run did. Half an hour is for a slow machine without any cache. */
export default function install(): void {
  for (const [script, folder] of [
    ['iac-tools', TOOLS],
    ['lambda-runtime', LAMBDA_RUNTIME],
  ] as const) {
    execFileSync(join(HOUSE, '.ci', script), [folder], {
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: 1_800_000,
    });
  }
  if (!existsSync(join(TOOLS, 'tofu'))) throw new Error(`.ci/iac-tools left no tofu in ${TOOLS}`);
}
