import { parseArgs } from 'node:util';
import { type Packed, packed, UNPACKED_MAX, ZIP_MAX } from './functions.ts';
import { ARCHITECTURES, type Architecture, FUNCTIONS, type FunctionName } from './names.ts';

/** `npm run package:lambda [-- --arch arm64|x86_64] [--only NAME]`: packs, prints the table, fails where AWS would refuse. */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { arch: { type: 'string' }, only: { type: 'string' } } });
  const architectures = chosen(Object.keys(ARCHITECTURES) as Architecture[], values.arch);
  const names = chosen<FunctionName>(FUNCTIONS, values.only);
  const done: Packed[] = [];
  for (const architecture of architectures) {
    // Compressing is done beside our own thread, for as many at a time as there are processors.
    done.push(...(await Promise.all(names.map((name) => packed(name, architecture)))));
  }
  process.stdout.write(`${table(done)}\n`);
  const tooLarge = done.filter(
    ({ zipBytes, unpackedBytes }) => zipBytes >= ZIP_MAX || unpackedBytes >= UNPACKED_MAX,
  );
  for (const { name, architecture } of tooLarge) {
    process.stderr.write(
      `${name}-${architecture} is too large: a zip is under 50 MB, and under 250 MB unpacked\n`,
    );
  }
  return tooLarge.length === 0 ? 0 : 1;
}

function chosen<T extends string>(all: readonly T[], asked: string | undefined): readonly T[] {
  const found = all.filter((name) => asked === undefined || name === asked);
  if (found.length === 0) throw new Error(`"${asked}" is none of ${all.join(', ')}`);
  return found;
}

function table(rows: readonly Packed[]): string {
  const megabytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1);
  const cells = rows.map(({ name, architecture, zipBytes, unpackedBytes }) => [
    name,
    architecture,
    megabytes(zipBytes),
    megabytes(unpackedBytes),
  ]);
  const all = [['function', 'architecture', 'zip MB', 'unpacked MB'], ...cells];
  return all
    .map(([name = '', architecture = '', zip = '', unpacked = '']) =>
      [name.padEnd(16), architecture.padEnd(12), zip.padStart(7), unpacked.padStart(12)].join('  '),
    )
    .join('\n');
}

process.exitCode = await main();
