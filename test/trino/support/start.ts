import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

const HOUSE = join(import.meta.dirname, '../../..');
/** Where the server is kept between runs; SPENDLIGHT_TRINO may name another folder. */
const TOOLS = process.env.SPENDLIGHT_TRINO ?? join(HOUSE, 'node_modules/.cache/trino');
const PORT = 8480;

/** Starts Trino over a fresh folder, and stops it. The first start fetches 821 MB from Maven Central. */
export default function start(project: TestProject): () => void {
  const data = mkdtempSync(join(tmpdir(), 'spendlight-trino-'));
  const pid = execFileSync(join(HOUSE, '.ci/trino-up'), [TOOLS, data, String(PORT)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 1_200_000,
  });
  project.provide('trino', { server: `http://127.0.0.1:${PORT}`, data });
  return () => {
    process.kill(Number(pid));
    rmSync(data, { recursive: true, force: true });
  };
}
