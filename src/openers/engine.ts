import type { Settings } from '../config.ts';
import type { Engine } from '../ports/engine.ts';
import { machine } from './machine.ts';
import { s3For } from './store.ts';

export interface EngineOf {
  /** A folder for what does not fit into memory. */
  readonly tempDirectory: string;
  /** What it may take: SPENDLIGHT_MEMORY_LIMIT by default. */
  readonly memoryLimit?: string;
  /** All processors by default. */
  readonly threads?: number;
}

/** The embedded engine. A lake on S3 costs nothing before the engine meets an `s3://` address. */
export async function openEngine(settings: Settings, of: EngineOf): Promise<Engine> {
  const { openDuckDb } = await import('../adapters/duckdb/duckdb-engine.ts');
  const remote = {
    extensions: settings.duckdbExtensions,
    clock: machine.clock,
    access: async () => (await s3For(settings)).access,
  };
  return openDuckDb({ memoryLimit: settings.memoryLimit, ...of, remote });
}
