import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { UserError } from '../../core/errors/user-error.ts';
import { DONE, FAILED, type Landed } from './landed.ts';

/** Names what is about to be moved, so that a delivery of several files is never left half-way. */
const JOURNAL = '.spendlight-moving.json';

interface Move {
  readonly from: string;
  readonly to: string;
  readonly bytes: number;
  readonly modified: number;
}

/**
 * Moves the files of a delivery below `done/`, or below `failed/` with the reason beside each, as one: who is killed in
 * between goes on with `moveOn`.
 */
export async function putAway(folder: string, files: readonly Landed[], why?: UserError): Promise<void> {
  const moves: Move[] = [];
  for (const { path, bytes, modified } of files) {
    const to = await freeName(join(folder, why === undefined ? DONE : FAILED, relative(folder, path)));
    if (why !== undefined) await tellWhy(to, why);
    moves.push({ from: path, to, bytes, modified });
  }
  const journal = join(folder, JOURNAL);
  await writeFile(`${journal}.tmp`, JSON.stringify(moves), { flush: true });
  await rename(`${journal}.tmp`, journal);
  await moveOn(folder);
}

/** Finishes the moves that were begun. A file that is not what it was stays: it is another one by now. */
export async function moveOn(folder: string): Promise<void> {
  const journal = join(folder, JOURNAL);
  const text = await readFile(journal, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  for (const { from, to, bytes, modified } of JSON.parse(text) as Move[]) {
    const info = await stat(from).catch(() => undefined);
    if (info === undefined || info.size !== bytes || info.mtimeMs !== modified) continue;
    await mkdir(dirname(to), { recursive: true });
    await rename(from, to);
  }
  await rm(journal, { force: true });
}

/** Says why a file that stays where it is could not be ingested. */
export const tellWhyKept = (folder: string, path: string, why: UserError): Promise<void> =>
  tellWhy(join(folder, FAILED, relative(folder, path)), why);

/** The reason beside a file, for people and for programs. */
async function tellWhy(path: string, { code, what, place, remedy }: UserError): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(
    `${path}.reason.json`,
    `${JSON.stringify({ code, what, where: place, do: remedy }, null, 2)}\n`,
  );
}

/** The name itself, or the first `name-2`, `name-3` … that nothing has. */
async function freeName(path: string): Promise<string> {
  for (let number = 1; ; number++) {
    const name = number === 1 ? path : path.replace(/([^/\\]+?)((\.[A-Za-z0-9]+){0,2})$/, `$1-${number}$2`);
    if ((await stat(name).catch(() => undefined)) === undefined) return name;
  }
}
