import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { TestProject } from 'vitest/node';
import { demoLake } from '../../api/served.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A lake with its daily run done, and its outbox beside it; to be copied. */
    readonly demoLake: string;
  }
}

/** Makes the demo lake once for all files. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const lake = await demoLake();
  project.provide('demoLake', lake);
  return () => rm(dirname(lake), { recursive: true, force: true });
}
