import type { Process } from './process.ts';

/** What `verify` finds wrong with the lake; `deep` adds every sum up again. */
export async function findings(process: Process, depth: 'deep' | 'usual'): Promise<string[]> {
  const { findings: found, wrong } = await process.verify(depth);
  if (wrong > 0 && found.length === 0) return [`verify: ${wrong} wrong`];
  return found.map(({ fault, key, what }) => `verify: ${fault} ${key}: ${what}`);
}
