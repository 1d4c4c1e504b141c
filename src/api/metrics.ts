import type { Gauge } from '../app/vitals.ts';

/** Upper ends of the buckets of durations, in seconds. */
const BUCKETS = [0.005, 0.015, 0.05, 0.15, 0.5, 1.5, 5] as const;

export interface Answered {
  /** The route's pattern, never the path as it came: a scanner must not make a metric of each of its tries. */
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly seconds: number;
  readonly cache: string | undefined;
}

interface Series {
  count: number;
  sum: number;
  readonly buckets: number[];
}

/** What the server has done, as Prometheus reads it. */
export class Metrics {
  readonly #requests = new Map<string, number>();
  readonly #durations = new Map<string, Series>();
  readonly #cache = new Map<string, number>();

  note({ route, method, status, seconds, cache }: Answered): void {
    add(this.#requests, labels({ route, method, status: String(status) }));
    if (cache !== undefined) add(this.#cache, labels({ result: cache }));
    const series = this.#durations.get(route) ?? { count: 0, sum: 0, buckets: BUCKETS.map(() => 0) };
    series.count++;
    series.sum += seconds;
    for (const [i, end] of BUCKETS.entries())
      if (seconds <= end) series.buckets[i] = (series.buckets[i] ?? 0) + 1;
    this.#durations.set(route, series);
  }

  /** Prometheus' text format 0.0.4. `gauges`: by name, as of now. */
  text(gauges: Readonly<Record<string, Gauge>>): string {
    return [
      ...family('spendlight_http_requests_total', 'counter', 'Requests answered.', this.#requests),
      ...family(
        'spendlight_answers_total',
        'counter',
        'Cost questions by how they were answered.',
        this.#cache,
      ),
      '# HELP spendlight_http_request_duration_seconds From the request to its answer’s headers.',
      '# TYPE spendlight_http_request_duration_seconds histogram',
      ...[...this.#durations].flatMap(([route, series]) => histogram(route, series)),
      ...Object.entries(gauges).flatMap(([name, { help, values }]) => [
        `# HELP ${name} ${help}`,
        `# TYPE ${name} gauge`,
        ...values.map(({ labels: by, value }) => `${name}${by === undefined ? '' : labels(by)} ${value}`),
      ]),
      '',
    ].join('\n');
  }
}

function* family(name: string, type: string, help: string, values: ReadonlyMap<string, number>) {
  yield `# HELP ${name} ${help}`;
  yield `# TYPE ${name} ${type}`;
  for (const [label, value] of values) yield `${name}${label} ${value}`;
}

function histogram(route: string, { count, sum, buckets }: Series): string[] {
  const name = 'spendlight_http_request_duration_seconds';
  return [
    ...BUCKETS.map((end, i) => `${name}_bucket${labels({ route, le: String(end) })} ${buckets[i]}`),
    `${name}_bucket${labels({ route, le: '+Inf' })} ${count}`,
    `${name}_sum${labels({ route })} ${sum}`,
    `${name}_count${labels({ route })} ${count}`,
  ];
}

const labels = (values: Readonly<Record<string, string>>): string =>
  `{${Object.entries(values)
    .map(([name, value]) => `${name}="${value.replace(/[\\"\n]/g, '_')}"`)
    .join(',')}}`;

const add = (counts: Map<string, number>, key: string): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1);
};
