// What is in the zips, for this machine and the other one.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ARCHITECTURE, FUNCTIONS, type FunctionName, ROOT, zipOf } from './support/packages.ts';

/** ELF's numbers of the machines. */
const MACHINES = { arm64: 183, x86_64: 62 } as const;
const NPM_NAMES = { arm64: 'arm64', x86_64: 'x64' } as const;
const MB = 1024 * 1024;
/** Amazon Linux 2023, which Node 22 and 24 run on, has these. */
const GLIBC = 34;
const GLIBCXX = 29;

interface Entry {
  readonly name: string;
  readonly size: number;
  /** Of native files: the machine in its ELF header, and the newest versions of C libraries that it asks for. */
  readonly native?: { readonly machine: number; readonly glibc: number; readonly glibcxx: number };
  /** Of the licences. */
  readonly text?: string;
}

const READ = `
import json, re, sys, zipfile
def native(b):
    assert b[:4] == b'\\x7fELF'
    newest = lambda name: max([0, *(int(v) for v in re.findall(name + rb'(\\d+)', b))])
    return {'machine': int.from_bytes(b[18:20], 'little'),
            'glibc': newest(rb'GLIBC_2\\.'), 'glibcxx': newest(rb'GLIBCXX_3\\.4\\.')}
with zipfile.ZipFile(sys.argv[1]) as z:
    print(json.dumps([{'name': i.filename, 'size': i.file_size,
        **({'native': native(z.read(i))} if i.filename.endswith(('.node', '.so', '.duckdb_extension')) else {}),
        **({'text': z.read(i).decode()} if i.filename == 'NOTICES.txt' else {})} for i in z.infolist()]))
`;

/** The content of a zip, read by another implementation than wrote it, which checks the sums of what it reads. */
const entriesOf = (file: string): readonly Entry[] =>
  JSON.parse(execFileSync('python3', ['-c', READ, file], { encoding: 'utf8', maxBuffer: 16 * MB }));

describe.each(['arm64', 'x86_64'] as const)('for %s', (architecture) => {
  it.each(FUNCTIONS)('%s fits, and every native part is for that machine', (name) => {
    const file = zipOf(name, architecture);
    expect(statSync(file).size).toBeLessThan(50 * MB);
    const entries = entriesOf(file);
    expect(entries.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(250 * MB);
    expect(entries.map((entry) => entry.name)).toContain('index.mjs');
    const natives = entries.filter(({ native }) => native !== undefined);
    for (const { name: path, native } of natives) {
      expect(native?.machine, path).toBe(MACHINES[architecture]);
      expect(native?.glibc, path).toBeLessThanOrEqual(GLIBC);
      expect(native?.glibcxx, path).toBeLessThanOrEqual(GLIBCXX);
    }
    const npm = NPM_NAMES[architecture];
    const duckdb = `node_modules/@duckdb/node-bindings-linux-${npm}`;
    const engine = [
      'duckdb-extensions/httpfs.duckdb_extension',
      `${duckdb}/duckdb.node`,
      `${duckdb}/libduckdb.so`,
    ];
    const pictures = [`node_modules/@resvg/resvg-js-linux-${npm}-gnu/resvgjs.linux-${npm}-gnu.node`];
    const expected: Readonly<Record<FunctionName, readonly string[]>> = {
      digest: [...engine, ...pictures],
      ingest: engine,
      process: engine,
      'gap-check': engine,
      'slack-forwarder': [],
    };
    expect(natives.map(({ name: path }) => path).sort()).toEqual([...expected[name]].sort());
    const notices = entries.find((entry) => entry.name === 'NOTICES.txt')?.text ?? '';
    expect(notices).toMatch(/^Spendlight\n\n-+\nMIT License/);
    expect(notices.includes('@duckdb/node-bindings'), 'the engine’s licence').toBe(natives.length > 0);
  });
});

it('is small where nothing is asked of the lake', () =>
  expect(statSync(zipOf('slack-forwarder')).size).toBeLessThan(2 * MB));

it('comes out the same, whenever and wherever it is packed', () => {
  const file = zipOf('slack-forwarder');
  const packedIn = (TZ: string): string => {
    const pack = ['run', '-s', 'package:lambda', '--', '--only', 'slack-forwarder', '--arch', ARCHITECTURE];
    rmSync(file);
    execFileSync('npm', pack, { cwd: ROOT, env: { ...process.env, TZ } });
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  };
  expect(packedIn('Asia/Kathmandu')).toBe(packedIn('America/Anchorage'));
});
