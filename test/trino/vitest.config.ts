import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** On a real Trino: a suite of its own, for it needs Java, Maven and a download. */
export default defineConfig({
  cacheDir: '../../node_modules/.vite',
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts'],
    globalSetup: [join(import.meta.dirname, 'support/start.ts')],
    testTimeout: 900_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    env: { TZ: 'America/St_Johns', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  },
});
