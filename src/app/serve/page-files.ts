import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LakeState } from '../../lake/catalog-types.ts';
import { ALL } from '../../lake/pin-scope.ts';
import type { Engine } from '../../ports/engine.ts';
import { type PageLayout, pageCosts } from '../../sql/overview/page-costs.ts';
import type { Metric } from '../../sql/schema.ts';

/** Small, so that readers skip what a filter of places or a few days does not ask for. */
const ROW_GROUP_ROWS = 16_384;

export interface PageFilesOf {
  /** Has the whole of `state` pinned. */
  readonly session: Engine;
  readonly state: LakeState;
  readonly layout: PageLayout;
  readonly costMetric: Metric;
  /** Told before each file whether to go on. */
  readonly wanted: () => boolean;
}

/** The files of one version in one layout. */
export interface PageFilesMade {
  readonly uris: readonly string[];
  /** To be called once nobody asks that version any more. */
  readonly release: () => Promise<void>;
}

/**
 * The rollup laid out for pages, as files outside the lake, one a billing month and layout. A month that two versions share
 * is written once. A cache: it may be lost at any time, and no figure depends on it.
 */
export class PageFiles {
  readonly #folder: () => Promise<string>;
  readonly #rowsMin: number;
  /** What is written, by what it is made from; and what each version uses of it. */
  readonly #written = new Map<string, string>();
  readonly #uses = new Set<ReadonlySet<string>>();
  #opened: Promise<string> | undefined;
  #work: Promise<unknown> = Promise.resolve();

  /** Files go to `folder`, a new one; a lake of fewer rollup rows than `rowsMin` is quick without. */
  constructor(folder: () => Promise<string>, rowsMin = 100_000) {
    this.#folder = folder;
    this.#rowsMin = rowsMin;
  }

  /** Writes what is missing, one version after another; undefined where it is not worth it, or not wanted any more. */
  make(of: PageFilesOf): Promise<PageFilesMade | undefined> {
    const made = this.#work.then(() => this.#make(of));
    this.#work = made.catch(() => undefined);
    return made;
  }

  async #make(of: PageFilesOf): Promise<PageFilesMade | undefined> {
    const { state, wanted } = of;
    const rows = state.loads.flatMap(({ rollup }) => rollup.files).reduce((sum, file) => sum + file.rows, 0);
    if (rows < this.#rowsMin) return undefined;
    const use = new Set<string>();
    this.#uses.add(use);
    const release = () => this.#release(use);
    const uris: string[] = [];
    const months = [...new Set(state.loads.map((load) => load.billingPeriod))].sort();
    try {
      for (const billingPeriod of months) {
        if (!wanted()) {
          await release();
          return undefined;
        }
        const content = contentOf(of, billingPeriod);
        use.add(content);
        uris.push(this.#written.get(content) ?? (await this.#write(of, billingPeriod)));
      }
    } catch (error) {
      await release();
      throw error;
    }
    return { uris, release };
  }

  async #write(of: PageFilesOf, billingPeriod: string): Promise<string> {
    this.#opened ??= this.#folder();
    const { session, layout, costMetric } = of;
    const content = contentOf(of, billingPeriod);
    const uri = join(await this.#opened, `${layout}-${billingPeriod}-${content}.parquet`);
    const select = pageCosts({ layout, billingPeriod, costs: ALL.costs, costMetric });
    await session.write(select, uri, { compression: 'snappy', rowGroupRows: ROW_GROUP_ROWS });
    this.#written.set(content, uri);
    return uri;
  }

  async #release(use: ReadonlySet<string>): Promise<void> {
    this.#uses.delete(use);
    for (const [content, uri] of [...this.#written]) {
      if ([...this.#uses].some((other) => other.has(content))) continue;
      this.#written.delete(content);
      await rm(uri, { force: true });
    }
  }
}

/** What a file is made from: the rollups of a month and what is left out of them. */
function contentOf({ state, layout, costMetric }: PageFilesOf, billingPeriod: string): string {
  const { loads, exclusions } = state;
  const made = [
    layout,
    costMetric,
    loads
      .filter((load) => load.billingPeriod === billingPeriod)
      .map(({ source, rollup }) => [source, rollup.files.map(({ sha256 }) => sha256)]),
    exclusions
      .filter((exclusion) => exclusion.billingPeriod === billingPeriod)
      .map(({ source, billingAccountId, subAccountId }) => [source, billingAccountId, subAccountId]),
  ];
  return createHash('sha256').update(JSON.stringify(made)).digest('hex').slice(0, 24);
}
