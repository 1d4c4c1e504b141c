import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** The infrastructure by real checkers: a suite of its own, for it builds OpenTofu from source. */
export default defineConfig({
  cacheDir: '../../node_modules/.vite',
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts'],
    globalSetup: [join(import.meta.dirname, 'install.ts')],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    fileParallelism: false,
  },
});
