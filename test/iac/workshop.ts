import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ARCHITECTURES, FUNCTIONS } from '../../scripts/package-lambda/names.ts';

export const HOUSE = join(import.meta.dirname, '../..');
/** Where the checkers are kept between runs; SPENDLIGHT_IAC_TOOLS may name another folder. */
export const TOOLS = process.env.SPENDLIGHT_IAC_TOOLS ?? join(HOUSE, 'node_modules/.cache/iac-tools');
/** The same for AWS's runtime client, which test:lambda keeps there, too. */
export const LAMBDA_RUNTIME =
  process.env.SPENDLIGHT_LAMBDA_RUNTIME ?? join(HOUSE, 'node_modules/.cache/lambda-runtime');
const CHECKS = join(HOUSE, 'test/iac/tools');
/** As `npm run package:lambda` names them. */
const PACKAGES = FUNCTIONS.flatMap((name) =>
  Object.keys(ARCHITECTURES).map((architecture) => `${name}-${architecture}.zip`),
);

/** What a checker said, and whether it was content. */
export interface Said {
  readonly fine: boolean;
  readonly text: string;
}

/** A copy of infra/ and iam/ in which things may be broken, initialised, with packages that stand for the real ones. */
export interface Workshop {
  readonly folder: string;
  /** Replaces text in one of its files. @throws Error where it does not stand there exactly once */
  plant(file: string, from: string, to: string): void;
  validate(): Said;
  format(): Said;
  test(): Said;
  /** Applies the example, and gives its state as JSON. */
  apply(): Said;
  /** Whether a plan after `apply` has nothing to do. */
  planAgain(): Said;
  /** Values of the example's plan against the models of the AWS APIs. */
  values(): Said;
  /** The policies of the applied example. */
  policies(): Said;
  lint(): Said;
  security(): Said;
}

/** Made once: what every workshop is copied from, already initialised. */
let pattern: string | undefined;

export function workshop(): Workshop {
  pattern ??= initialised();
  const folder = mkdtempSync(join(tmpdir(), 'spendlight-iac-'));
  cpSync(pattern, folder, { recursive: true, verbatimSymlinks: true });
  const module = join(folder, 'infra/terraform');
  const example = join(module, 'examples/basic');
  const tofu = (at: string, ...args: readonly string[]): Said => run('tofu', [`-chdir=${at}`, ...args]);
  const shown = (what: string, ...args: readonly string[]): string => {
    const said = tofu(example, 'show', '-json', ...args);
    const file = join(folder, what);
    writeFileSync(file, said.text);
    return file;
  };
  return {
    folder,
    plant(file, from, to) {
      const path = join(folder, file);
      const text = readFileSync(path, 'utf8');
      if (text.split(from).length !== 2) throw new Error(`"${from}" does not stand once in ${file}`);
      writeFileSync(
        path,
        text.replace(from, () => to),
      );
    },
    validate: () => tofu(example, 'validate', '-no-color'),
    format: () => tofu(module, 'fmt', '-check', '-recursive', '-diff', '-no-color'),
    test: () => tofu(module, 'test', '-no-color'),
    apply: () => tofu(example, 'apply', '-auto-approve', '-no-color', '-input=false'),
    planAgain: () => tofu(example, 'plan', '-detailed-exitcode', '-no-color', '-input=false'),
    values() {
      const planned = tofu(example, 'plan', '-out=planned', '-no-color', '-input=false');
      if (!planned.fine) return planned;
      return run('checks/bin/python', [join(CHECKS, 'plan_values.py'), shown('plan.json', 'planned')]);
    },
    policies: () => run('checks/bin/python', [join(CHECKS, 'iam_policies.py'), shown('state.json')]),
    lint: () => run('tflint', [`--chdir=${module}`, '--recursive', '--no-color']),
    security() {
      const planned = tofu(example, 'plan', '-out=planned', '-no-color', '-input=false');
      if (!planned.fine) return planned;
      return run('checkov/bin/checkov', [
        '-f',
        shown('plan.json', 'planned'),
        '--config-file',
        join(HOUSE, 'infra/checkov.yaml'),
      ]);
    },
  };
}

function initialised(): string {
  const folder = mkdtempSync(join(tmpdir(), 'spendlight-iac-'));
  for (const part of ['infra', 'iam']) cpSync(join(HOUSE, part), join(folder, part), { recursive: true });
  const packages = join(folder, 'packages');
  const inTests = join(folder, 'infra/terraform/tests/packages');
  for (const place of [packages, inTests]) {
    mkdirSync(place, { recursive: true });
    for (const name of PACKAGES)
      writeFileSync(join(place, name), 'stands for a zip: nothing here unpacks it');
  }
  for (const at of ['infra/terraform', 'infra/terraform/examples/basic']) {
    const said = run('tofu', [`-chdir=${join(folder, at)}`, 'init', '-input=false', '-no-color']);
    if (!said.fine) throw new Error(said.text);
  }
  return folder;
}

/** Runs one of the tools; what it prints on both streams, in the order it came. */
function run(tool: string, args: readonly string[]): Said {
  const done = spawnSync(join(TOOLS, tool), args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: {
      ...process.env,
      TF_CLI_CONFIG_FILE: join(TOOLS, 'tofurc'),
      TF_IN_AUTOMATION: '1',
      CHECKPOINT_DISABLE: '1',
      TF_VAR_packages_dir: '../../../../packages',
      TF_VAR_sender: 'finops@example.com',
      TF_VAR_recipients: '["finops@example.com"]',
    },
  });
  if (done.error !== undefined) throw done.error;
  return {
    fine: done.status === 0,
    text: args.includes('show') ? done.stdout : `${done.stdout}${done.stderr}`,
  };
}

/** Shell scripts, by shellcheck. */
export const shellcheck = (files: readonly string[]): Said => run('checks/bin/shellcheck', files);
/** Workflows, by actionlint: what the service would refuse or do otherwise than meant. */
export const actionlint = (files: readonly string[]): Said => run('actionlint', ['-no-color', ...files]);
/** Workflows, by zizmor: what a stranger could make of them. */
export const zizmor = (files: readonly string[]): Said =>
  run('checks/bin/zizmor', ['--offline', '--no-progress', '--color=never', ...files]);
