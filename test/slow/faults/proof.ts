import { asProcess, type Place, type Process } from './process.ts';
import { NOW } from './world.ts';

/** What `verify` finds wrong with the lake of a place. */
export const proofOf = (place: Place, depth: 'deep' | 'usual'): Promise<string[]> =>
  asProcess(place, { now: NOW }, (process) => findings(process, depth));

export async function findings(process: Process, depth: 'deep' | 'usual'): Promise<string[]> {
  const { findings: found, wrong } = await process.verify(depth);
  if (wrong > 0 && found.length === 0) return [`verify: ${wrong} wrong`];
  return found.map(({ fault, key, what }) => `verify: ${fault} ${key}: ${what}`);
}
