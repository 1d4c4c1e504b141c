import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { known } from '../../src/core/errors/invariant.ts';
import type { BenchData } from '../data/prepare.ts';
import { type Case, inTurns, median } from '../harness/measure.ts';
import type { Figure } from '../harness/report.ts';
import { asked, DEMO_NOW, demoLake, ended, p95, started, startedSilent } from './serve.ts';

const LINES = 10_000;
const DELIVERIES = 20;
/** For so long nothing lands, to see what watching itself costs. */
const IDLE_MS = 10_000;

/** A server, a page that listens, and a watcher on one lake: files of events land, one after another; `lake`. */
export const watchCase: Case = async (stopwatch, [from = '']) => {
  const place = await mkdtemp(join(tmpdir(), 'spendlight-bench-watch-'));
  const [lake, folder] = [join(place, 'lake'), join(place, 'landing')];
  await cp(from, lake, { recursive: true });
  await mkdir(folder);
  const server = await started(['--lake', lake, '--now', DEMO_NOW, 'serve', '--port', '0']);
  const watcher = startedSilent(['--lake', lake, '--now', DEMO_NOW, 'watch', folder]);
  const page = new OpenPage(server.base);
  await page.open();
  const times: number[] = [];
  await stopwatch(async () => {
    for (let delivery = 0; delivery <= DELIVERIES; delivery++) {
      const path = join(folder, `events-${delivery}.jsonl`);
      await writeFile(`${path}.part`, eventsOf(delivery));
      const before = page.version;
      await rename(`${path}.part`, path);
      const began = performance.now();
      await page.newerThan(before);
      await asked(server.base, 'overview');
      if (delivery > 0) times.push(performance.now() - began); // the first one starts the watcher, too
    }
  });
  const before = watcher.cpuSeconds();
  await wait(IDLE_MS);
  const idle = ((watcher.cpuSeconds() - before) * 1000) / IDLE_MS;
  page.close();
  await Promise.all([ended(server), ended(watcher)]);
  await rm(place, { recursive: true });
  return { p50: median(times), p95: p95(times), idle };
};

/** A page as the browser keeps it: it is told of versions. */
class OpenPage {
  readonly #base: string;
  readonly #gone = new AbortController();
  #tell: () => void = () => undefined;
  version = 0;

  constructor(base: string) {
    this.#base = base;
  }

  async open(): Promise<void> {
    const { body } = await fetch(`${this.#base}/api/v1/events`, { signal: this.#gone.signal });
    void this.#listen(known(body, 'a stream')).catch(() => undefined);
    await this.newerThan(0);
  }

  async newerThan(version: number): Promise<void> {
    while (this.version <= version) {
      await new Promise<void>((resolve) => {
        this.#tell = resolve;
      });
    }
  }

  close(): void {
    this.#gone.abort();
  }

  async #listen(body: ReadableStream<Uint8Array>): Promise<void> {
    for await (const bytes of body) {
      const told = [
        ...Buffer.from(bytes)
          .toString('utf8')
          .matchAll(/"lakeVersion":(\d+)/g),
      ].at(-1)?.[1];
      if (told === undefined) continue;
      this.version = Number(told);
      this.#tell();
    }
  }
}

function eventsOf(delivery: number): string {
  const lines = Array.from({ length: LINES }, (_, i) =>
    JSON.stringify({
      event_id: `bench-${delivery}-${i}`,
      event_time: '2026-11-20T10:05:00Z',
      account_id: `77777777770${i % 9}`,
      service: ['AmazonS3', 'AmazonEC2', 'AWSLambda'][i % 3],
      region: 'eu-central-1',
      usage_type: `EUC1-Usage-${i % 50}`,
      resource_id: `thing-${i % 500}`,
      usage_amount: i,
      unblended_cost: `0.00${i}`,
      currency: 'USD',
      usage_start: '2026-11-20T09:00:00Z',
      usage_end: '2026-11-20T10:00:00Z',
      tags: { Environment: 'prod', Owner: 'bench' },
      simulated: true,
    }),
  );
  return `${lines.join('\n')}\n`;
}

/** From a file that is whole to the figures on the open page. */
export async function watchFigures(data: BenchData, times: number): Promise<Figure[]> {
  const runs = await inTurns(times, [{ label: 'watch', name: 'watch', args: [await demoLake(data)] }]);
  const all = known(runs.get('watch'), 'watch');
  const of = (fact: string): number => median(all.map(({ facts }) => Number(facts[fact])));
  return [
    {
      figure: 'watch: file complete to figures on the open page, 10,000 events, p95',
      bar: 3,
      stretch: 2,
      measured: of('p95') / 1000,
      unit: 's',
      detail: `into the demo lake, ${DELIVERIES} deliveries; p50 ${(of('p50') / 1000).toFixed(2)} s; idle, watching takes ${(of('idle') * 100).toFixed(1)} % of a core`,
    },
  ];
}
