import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** The page in a real browser: a suite of its own, for it needs the built page and a Chromium. */
export default defineConfig({
  cacheDir: '../../node_modules/.vite',
  test: {
    root: join(import.meta.dirname, '../..'),
    include: ['test/e2e/web/**/*.test.ts'],
    globalSetup: ['test/e2e/web/setup.ts'],
    // Browsers of several files at a time would only wait for each other.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // A page on a busy machine takes its time; what never comes still fails.
    expect: { poll: { timeout: 10_000 } },
    env: { TZ: 'America/St_Johns' },
  },
});
