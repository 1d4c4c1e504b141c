import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from './failures.ts';

/** A content that has its number and may not be shown yet in the key's own file. */
export interface Showing {
  readonly key: string;
  /** It is shown now. */
  over(): Promise<void>;
}

/** Notes in `folder` which contents are about to be shown, so that who comes after a killed process shows them. */
export const showings = (folder: string) => ({
  async begin(key: string): Promise<Showing> {
    await mkdir(folder, { recursive: true });
    const note = join(folder, randomUUID());
    await writeFile(note, key);
    return { key, over: () => rm(note, { force: true }) };
  },
  /** Those that were begun, here or by others, and are not over. A note that was cut off says nothing: nothing followed it. */
  async left(): Promise<readonly Showing[]> {
    const names = await readdir(folder).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return [];
      throw error;
    });
    const notes = await Promise.all(
      names.map(async (name) => {
        const note = join(folder, name);
        const key = await readFile(note, 'utf8').catch(() => ''); // over by now
        return { key, over: () => rm(note, { force: true }) };
      }),
    );
    return notes.filter(({ key }) => key !== '');
  },
});
