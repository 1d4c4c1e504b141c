import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { diskStore } from '../../src/adapters/disk/disk-store.ts';
import { openDuckDb } from '../../src/adapters/duckdb/duckdb-engine.ts';
import { ingest } from '../../src/app/ingest.ts';
import type { IngestDoors, IngestRequest } from '../../src/app/ingest-doors.ts';
import { openLake } from '../../src/lake/lake.ts';
import { pinLake } from '../../src/lake/pin.ts';
import { pinHistory } from '../../src/lake/pin-history.ts';
import type { Engine } from '../../src/ports/engine.ts';

/** A lake in a fresh folder, with what a command would give a use case. */
export interface Workplace extends IngestDoors {
  readonly root: string;
  /** Sets the clock, ISO 8601. */
  at(moment: string): void;
  ingest(...paths: readonly string[]): ReturnType<typeof ingest>;
  ingestAs(request: Partial<IngestRequest>, ...paths: readonly string[]): ReturnType<typeof ingest>;
  /** Rows of a question over the lake as it is now. */
  ask(text: string): Promise<readonly (readonly unknown[])[]>;
}

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };
const NO_PROGRESS = { step: () => undefined, end: () => undefined };

/** `root`: the folder of another workplace, to stand for a second process on the same lake. */
export async function workplace(root?: string): Promise<Workplace> {
  const engine: Engine = await openDuckDb({ memoryLimit: '1GB' });
  onTestFinished(() => engine.close());
  const folder = root ?? (await mkdtemp(join(tmpdir(), 'spendlight-ingest-')));
  let now = Date.parse('2026-11-19T07:00:00Z');
  let ids = 0;
  const mark = `${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
  const doors: IngestDoors = {
    engine,
    store: diskStore(folder),
    clock: { now: () => now, monotonic: () => performance.now() },
    random: { id: () => `${mark}-${++ids}` },
    progress: NO_PROGRESS,
    log: SILENT,
    settings: {
      costMetric: 'BilledCost',
      reportingCurrency: 'USD',
      requiredTagKeys: ['Environment', 'Owner'],
    },
    scratch: await mkdtemp(join(tmpdir(), 'spendlight-scratch-')),
  };
  const ingestAs: Workplace['ingestAs'] = (request, ...paths) =>
    ingest(doors, { paths, format: 'auto', allow: { shrink: false }, maxRejects: 0, ...request });
  return {
    ...doors,
    root: folder,
    at(moment) {
      now = Date.parse(moment);
    },
    ingest: (...paths) => ingestAs({}, ...paths),
    ingestAs,
    async ask(text) {
      const asked = await openDuckDb();
      try {
        const lake = await openLake(doors.store);
        const head = await lake.head();
        await pinLake(asked, lake, head);
        await pinHistory(asked, lake, head);
        return (await asked.ask(text)).rows;
      } finally {
        await asked.close();
      }
    },
  };
}
