// docs/deploy-aws.md names commands, options, outputs, variables and functions: each has to exist. Its bill is added up here.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ERRORS } from '../../src/core/errors/user-error.ts';
import { currency, money, rounded, scaled, sum } from '../../src/core/money/money.ts';
import { blocks } from '../support/hcl.ts';
import { type Desk, desk } from '../support/program.ts';

const HOUSE = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(HOUSE, file), 'utf8');
const PAGE = read('docs/deploy-aws.md');
/** Everything on the page that is meant to be typed: blocks, and what stands in backticks. */
const TYPED = [...PAGE.matchAll(/^```sh\n(.*?)^```$/gms), ...PAGE.matchAll(/`([^`\n]+)`/g)].flatMap(
  ([, text = '']) => text.replaceAll('\\\n', ' ').split('\n'),
);
const all = (shape: RegExp): string[] => [
  ...new Set(TYPED.flatMap((line) => [...line.matchAll(shape)].map(([, found = '']) => found))),
];

const variables = blocks(read('infra/terraform/variables.tf'), 'variable');
const byDefault = (name: string): string =>
  variables.find((variable) => variable.name === name)?.said.default ?? '';
const example = read('infra/terraform/examples/basic/main.tf');

describe('docs/deploy-aws.md', () => {
  let at: Desk;
  beforeAll(async () => {
    at = await desk();
    return () => at.clear();
  });

  it('names scripts of package.json', () => {
    const { scripts } = JSON.parse(read('package.json'));
    const named = all(/\bnpm run (?:-s )?([\w:]+)/g);
    expect(named).toContain('package:lambda');
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('names commands and options of the program', async () => {
    const lines = all(/\bspendlight -- ([a-z][^`|]*)/g);
    expect(lines.length).toBeGreaterThan(8);
    for (const line of lines) {
      const [words, options] = [
        line.match(/^[a-z]+( sync| import| get| list)?/)?.[0] ?? '',
        line.match(/--[a-z-]+/g),
      ];
      const help = await at.run([...words.split(' '), '--help']);
      expect(help.code, `${line}\n${help.stderr}`).toBe(0);
      for (const option of options ?? []) expect(help.stdout, line).toContain(option);
    }
  });

  it('names outputs of the example', () => {
    const outputs = blocks(example, 'output').map(({ name }) => name);
    const named = all(/\bout ([a-z_]+)\b/g);
    expect(named).toContain('lake');
    expect(named.filter((name) => !outputs.includes(name))).toEqual([]);
  });

  it('names variables of the module and of the example', () => {
    const known = new Set([...variables, ...blocks(example, 'variable')].map(({ name }) => name));
    expect(all(/\bTF_VAR_(\w+)/g).filter((name) => !known.has(name))).toEqual([]);
    const words = all(/^([a-z]+(?:_[a-z]+)+)(?: = .*)?$/g).filter((word) => !NO_VARIABLES.has(word));
    expect(words).toContain('export_bucket_arns');
    expect(words.filter((word) => !known.has(word))).toEqual([]);
  });

  it('names functions, workgroup, database and data set as they are called by default', () => {
    const [prefix, digest] = [byDefault('function_name_prefix'), byDefault('digest_function_name')];
    const names = [
      digest,
      ...['ingest', 'process', 'gap-check', 'slack-forwarder'].map((name) => `${prefix}-${name}`),
    ];
    const named = all(/(?:--function-name |\/aws\/lambda\/)([\w-]+)/g);
    expect(named).toContain('daily-finops-digest');
    expect(named.filter((name) => !names.includes(name))).toEqual([]);
    expect(all(/--work-group (\S+)/g)).toEqual([byDefault('workgroup_name')]);
    expect(all(/Database=(\w+)/g)).toEqual([byDefault('database_name')]);
    expect(all(/--data-set-id (\S+)/g)).toEqual([
      /dataset += "([^"]+)"/.exec(read('infra/terraform/main.tf'))?.[1],
    ]);
    expect(PAGE).toContain(byDefault('errors_alarm_name'));
  });

  it('names errors that there are, files that there are, and headings of its own', () => {
    const codes = all(/^([A-Z]+(?:_[A-Z]+)+)$/g).filter((code) => !code.startsWith('TF_VAR'));
    expect(codes).toContain('DELIVERY_NOT_READY');
    expect(codes.filter((code) => !(code in ERRORS))).toEqual([]);
    const links = [...PAGE.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link);
    const headings = [...PAGE.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchor(heading));
    for (const link of links.filter((one) => !one.startsWith('https://'))) {
      if (link.startsWith('#')) expect(headings).toContain(link.slice(1));
      else expect(existsSync(join(HOUSE, 'docs', link)), link).toBe(true);
    }
    expect(
      all(/iam\/([\w-]+\.json)/g).filter((file) => !readdirSync(join(HOUSE, 'iam')).includes(file)),
    ).toEqual([]);
  });
});

describe('its bill', () => {
  const rows = [
    ...(PAGE.split('<!-- cost -->')[1]?.split('<!-- end of cost -->')[0] ?? '').matchAll(/^\| (.+) \|$/gm),
  ]
    .map(([, row = '']) => row.split(' | ').map((cell) => cell.trim()))
    .slice(1);
  const usd = currency('USD');
  const plain = (text: string): string => text.replaceAll(/[,*]/g, '');

  it('is quantity times price, line by line, and adds up', () => {
    const charged = rows.slice(0, -1).map(([what = '', quantity = '', price = '', shown]) => {
      const [, count = '', unit] = /^([\d.,]+) (.+)$/.exec(quantity) ?? [];
      const [, each = '', of = '1', per] = /^([\d.]+) \/ (?:([\d,]+) )?(.+)$/.exec(price) ?? [];
      expect(per, what).toBe(unit);
      // Quantities have three decimals at most, so that everything stays whole.
      const thousandths = BigInt(
        plain(count).replace(/^(\d+)(?:\.(\d+))?$/, (_, a, b = '') => a + b.padEnd(3, '0')),
      );
      const amount = scaled(money(each, usd), thousandths, 1000n * BigInt(plain(of)));
      expect(shown, what).toBe(rounded(amount, 2));
      return amount;
    });
    expect(charged.length).toBeGreaterThan(8);
    expect(plain(rows.at(-1)?.at(-1) ?? '')).toBe(rounded(sum(charged, usd), 2));
  });
});

/** Words in backticks that are no variables: columns, keys of answers, names. */
const NO_VARIABLES = new Set(['ou_breakdown']);

const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(' ', '-');
