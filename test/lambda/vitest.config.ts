import { defineConfig } from 'vitest/config';

/** The packed functions, as AWS runs them: a suite of its own, for it packs them and gets AWS's runtime client. */
export default defineConfig({
  cacheDir: '../../node_modules/.vite',
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts'],
    globalSetup: ['support/packages.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    fileParallelism: false,
    // Emulator and runtime are other people's processes: what they lose once is tried once more, and the report says so.
    retry: 1,
    env: { TZ: 'America/St_Johns', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  },
});
