import { defineConfig } from 'vitest/config';

/** Against an AWS emulator over HTTP, which this suite starts and ends itself. */
export default defineConfig({
  cacheDir: '../../node_modules/.vite',
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts'],
    globalSetup: ['support/emulator.ts'],
    testTimeout: 180_000,
    hookTimeout: 120_000,
    env: { TZ: 'America/St_Johns', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  },
});
