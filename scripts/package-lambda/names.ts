import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Bundled into dist/scripts/, so the project's root is two folders up. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');

export const FUNCTIONS = ['digest', 'ingest', 'process', 'gap-check', 'slack-forwarder'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

/** AWS's names of the machines, with npm's and Python's for the same. */
export const ARCHITECTURES = {
  arm64: { npm: 'arm64', python: 'aarch64' },
  x86_64: { npm: 'x64', python: 'x86_64' },
} as const;
export type Architecture = keyof typeof ARCHITECTURES;
