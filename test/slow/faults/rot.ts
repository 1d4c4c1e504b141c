import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Chance } from './chance.ts';
import type { Kind } from './kind.ts';
import { asProcess, type Place, type Process } from './process.ts';
import { findings } from './proof.ts';
import { NOW } from './world.ts';

/** What `rebuild` makes again; all else comes from a backup. */
const DERIVED = /^(cost-lines|daily-costs|verdicts|arrivals|restatements|catalog)\//;

/**
 * An object of the lake at rest loses its end, or a bit of it flips: `verify` has to name it, `rebuild` to make it again
 * where it is derived, and a backup has to be enough where it is not.
 */
export const rot: Kind = {
  name: 'damaged lake',
  weight: 3,
  concerns: () => true,
  disturb: ({ operation, place, chance }) =>
    asProcess(place, { now: NOW, others: 'dead' }, async (process) => {
      await operation.act(process, place);
      await process.run();
      const objects = await process.store.list('');
      const key = chance.oneOf(objects.filter(({ bytes }) => bytes > 0)).key;
      const whole = await damaged(join(place.folder, 'lake', key), chance);
      const found = await findings(process, 'usual').catch((error: unknown) => [String(error)]);
      if (!found.some((text) => text.includes(key)))
        throw new Error(`${key} is damaged, verify says: ${found.join('; ') || 'nothing'}`);
      return mended(process, place, key, whole);
    }),
};

async function damaged(path: string, chance: Chance): Promise<Buffer> {
  const whole = await readFile(path);
  if (chance.share() < 0.3) await truncate(path, chance.below(whole.length));
  else {
    const bytes = Buffer.from(whole);
    const at = chance.below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << chance.below(8));
    await writeFile(path, bytes);
  }
  return whole;
}

async function mended(process: Process, { folder }: Place, key: string, whole: Buffer): Promise<string> {
  if (DERIVED.test(key)) {
    const lost = await process.rebuild();
    if (lost.length > 0)
      throw new Error(`rebuild cannot make ${lost.join(', ')} again after ${key} was damaged`);
    return `${key.split('/')[0]}: found, made again`;
  }
  await writeFile(join(folder, 'lake', key), whole);
  return `${key.split('/')[0]}: found, from a backup`;
}
