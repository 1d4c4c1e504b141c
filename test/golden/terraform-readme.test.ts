// The tables of the module's README are printed from its variables and outputs: `npx vitest run test/golden/terraform-readme.test.ts -u`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { blocks } from '../support/hcl.ts';

const MODULE = join(import.meta.dirname, '../../infra/terraform');
const read = (file: string): string => readFileSync(join(MODULE, file), 'utf8');
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');

const inputs = (): string =>
  [
    '| variable | type | default | what |',
    '|---|---|---|---|',
    ...blocks(read('variables.tf'), 'variable').map(({ name, said }) => {
      const standard = said.default === undefined ? 'required' : `\`${said.default || '""'}\``;
      return `| \`${name}\` | ${said.type} | ${standard} | ${cell(said.description ?? '')} |`;
    }),
  ].join('\n');

const outputs = (): string =>
  [
    '| output | what |',
    '|---|---|',
    ...blocks(read('outputs.tf'), 'output').map(
      ({ name, said }) => `| \`${name}\` | ${cell(said.description ?? '')} |`,
    ),
  ].join('\n');

/** `text` with what stands between the marks of `name` replaced. */
function filled(text: string, name: string, table: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`the README has no marks for ${name}`);
  return `${before}${begin}\n${table}\n${end}${after}`;
}

it('the module’s README lists its variables and outputs as they are', async () => {
  const readme = filled(filled(read('README.md'), 'inputs', inputs()), 'outputs', outputs());
  // A table of nothing would agree with everything.
  expect(readme.match(/^\| `/gm)?.length).toBeGreaterThan(40);
  await expect(readme).toMatchFileSnapshot('../../infra/terraform/README.md');
});
