import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'web/src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: [
      'test/slow/**',
      'test/aws/**',
      'test/iac/**',
      'test/lambda/**',
      'test/trino/**',
      'test/e2e/web/**',
      'node_modules/**',
    ],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    env: { TZ: 'America/St_Johns' },
  },
});
