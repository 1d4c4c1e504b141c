import { defineConfig } from 'vitest/config';

const common = {
  root: import.meta.dirname,
  testTimeout: 180_000,
  hookTimeout: 120_000,
  env: { TZ: 'America/St_Johns', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
};
/** Looks at what all others have called. */
const LAST = 'all-calls.test.ts';

/** Against an AWS emulator over HTTP, which this suite starts and ends itself, once for both groups. */
export default defineConfig({
  cacheDir: '../../node_modules/.vite',
  test: {
    root: import.meta.dirname,
    globalSetup: ['support/emulator.ts'],
    projects: [
      {
        test: {
          ...common,
          name: 'aws',
          include: ['*.test.ts'],
          exclude: [LAST],
          sequence: { groupOrder: 1 },
        },
      },
      { test: { ...common, name: 'calls', include: [LAST], sequence: { groupOrder: 2 } } },
    ],
  },
});
