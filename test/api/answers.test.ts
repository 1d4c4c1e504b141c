import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { stoppedClock } from '../../src/adapters/clock/clock.ts';
import { diskStore } from '../../src/adapters/disk/disk-store.ts';
import { known } from '../../src/core/errors/invariant.ts';
import { currency, exactText, money, sum } from '../../src/core/money/money.ts';
import { textOfMail } from '../../src/delivery/message/read-mail.ts';
import { openLake } from '../../src/lake/lake.ts';
import { demoLake, NOW, type ServedLake, serveLake } from './served.ts';

const USD = currency('USD');
const add = (amounts: readonly string[]): string =>
  exactText(
    sum(
      amounts.map((amount) => money(amount, USD)),
      USD,
    ),
  );

let server: ServedLake;
beforeAll(async () => {
  server = await serveLake(await demoLake());
}, 120_000);
afterAll(async () => {
  await server.end();
  await rm(dirname(server.lake), { recursive: true, force: true });
});

interface Overview {
  readonly about: { readonly lakeVersion: number; readonly metric: string; readonly filters: object };
  readonly total: { readonly amount: string; readonly before: string | null };
  readonly month: { readonly toDate: string; readonly budget: string; readonly forecast: string };
  readonly day: { readonly date: string; readonly total: string };
  readonly sentence: readonly string[];
}
const overview = (query = ''): Promise<Overview> => server.json(`/api/v1/overview${query}`);

const ROUTES = [
  '/overview',
  '/overview?from=2026-10-03&to=2026-10-09&compare=previous',
  '/overview?metric=EffectiveCost&compare=year',
  '/overview?ou=Nobody',
  '/overview?to=2031-01-31',
  '/trend',
  '/trend?by=service&compare=previous&from=2026-11-02&to=2026-11-15',
  '/trend?by=account',
  '/trend?by=ou&tag=missing',
  '/lights',
  '/lights?service=AmazonEC2',
  '/movers',
  '/movers?to=2026-10-15',
  '/shares',
  '/shares?by=account&limit=3',
  '/shares?by=ou&compare=previous',
  '/shares?by=region',
  '/shares?by=tag&limit=500',
  '/alerts',
  '/breakdown?limit=5',
  '/lines?limit=5',
  '/lines?tag=compliant&limit=5&metric=ListCost',
  '/proof',
  '/proof?region=eu-west-1',
  '/choices',
  '/status',
  '/preferences',
  '/outbox',
  ...['mtd', 'day', 'period', 'forecast', 'budget'].map((figure) => `/explain?figure=${figure}` as const),
  '/explain?figure=digest&to=2026-11-21',
  '/explain?figure=period&from=2026-11-01&to=2026-11-10&service=AmazonS3&lines=3',
  '/causes',
  '/causes?service=AmazonS3',
  '/gaps',
  '/gaps?from=2026-11-01&to=2026-11-10',
  '/runs',
  '/runs?limit=1',
  '/periods',
  '/calendar',
  '/calendar?from=2026-09-01&to=2026-11-19',
  '/restatements',
  '/restatements?by=service&since=2026-10-01&limit=3',
  '/restatements?from=2026-11-01&to=2026-11-10&since=4',
  '/day-history?day=2026-11-12',
  '/day-history?day=2026-11-12&service=AmazonS3',
  '/day-history?day=2031-01-01',
  '/archive',
  '/archive?limit=2',
] as const;

describe('every answer is as the OpenAPI document says', () => {
  it.each(ROUTES)('%s', async (path) => {
    const schema = schemaOf(await server.json('/api/v1/openapi.json'), path.split('?')[0] ?? path);
    const { success, error } = schema.safeParse(await server.json(`/api/v1${path}`));
    expect(error?.issues ?? []).toEqual([]);
    expect(success).toBe(true);
  });

  it('covers every GET route that answers JSON without a parameter in its path', async () => {
    const document = await server.json<Document>('/api/v1/openapi.json');
    const paths = Object.entries(document.paths)
      .filter(
        ([path, item]) => !path.includes('{') && item.get?.responses['200']?.content?.['application/json'],
      )
      .map(([path]) => path);
    expect(paths.length).toBeGreaterThan(10);
    expect(paths.filter((path) => !ROUTES.some((route) => route.split('?')[0] === path))).toEqual([]);
  });
});

describe('one figure everywhere', () => {
  it('month to date = lights = days = shares = breakdown = its pages = lines = CSV', async () => {
    const { total, month } = await overview();
    const lights = await server.json<{ rows: { monthToDate: string }[]; total: { monthToDate: string } }>(
      '/api/v1/lights',
    );
    const trend = await server.json<{ days: { date: string; total: string | null }[] }>('/api/v1/trend');
    const shares = await server.json<{
      rows: { amount: string }[];
      others: { amount: string };
      total: { amount: string };
    }>('/api/v1/shares?by=service&limit=3');
    const { totals } = await server.json<{ totals: { amount: string }[] }>('/api/v1/lines?limit=1');
    const pages = await everyPage('/api/v1/breakdown?limit=97');
    const csv = (await (await server.get('/api/v1/exports/breakdown.csv')).text())
      .trimEnd()
      .split('\n')
      .slice(1);
    const inMonth = trend.days.filter(
      ({ date, total }) => date >= '2026-11-01' && date <= '2026-11-19' && total !== null,
    );
    expect({
      total: total.amount,
      lights: add(lights.rows.map(({ monthToDate }) => monthToDate)),
      lightsTotal: lights.total.monthToDate,
      days: add(inMonth.map((day) => known(day.total ?? undefined, 'a total'))),
      shares: add([...shares.rows.map(({ amount }) => amount), shares.others.amount]),
      sharesTotal: shares.total.amount,
      pages: add(pages.map(({ DailyCost }) => DailyCost)),
      lines: add(totals.map(({ amount }) => amount)),
      csv: add(csv.map((line) => known(line.split(',')[4], 'a cost'))),
    }).toEqual({
      total: month.toDate,
      lights: month.toDate,
      lightsTotal: month.toDate,
      days: month.toDate,
      shares: month.toDate,
      sharesTotal: month.toDate,
      pages: month.toDate,
      lines: month.toDate,
      csv: month.toDate,
    });
    expect(pages.map(({ DailyCost }) => DailyCost)).toEqual(csv.map((line) => line.split(',')[4]));
  });

  it('the judged day is what the archived CSV says, and the sentences are those of the mail', async () => {
    const { day, sentence } = await overview();
    const [year, month, date] = day.date.split('-');
    const csv = await readFile(
      join(server.lake, `ou-breakdowns-csv/year=${year}/month=${month}/day=${date}/ou_breakdown.csv`),
      'utf8',
    );
    const costs = csv
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => known(line.split(',').at(-1), 'a cost'));
    const store = diskStore(server.lake);
    const [mail] = await store.list('mails/');
    const text = await textOfMail(known(await store.get(known(mail, 'a mail').key), 'its bytes'));
    expect(add(costs)).toBe(day.total);
    const flat = text.replace(/\s+/g, ' ');
    for (const said of sentence) expect(flat).toContain(said.replace(/\s+/g, ' '));
  });

  it.each(['ou', 'account', 'service', 'region', 'tag'])(
    'the parts of a filter by %s add up to the whole',
    async (by) => {
      const { rows, total } = await server.json<{
        rows: { key: string; amount: string }[];
        total: { amount: string };
      }>(`/api/v1/shares?by=${by}&limit=500`);
      const parts = await Promise.all(
        rows.map(({ key }) =>
          server.json<{ total: string }>(`/api/v1/breakdown?limit=1&${by}=${encodeURIComponent(key)}`),
        ),
      );
      expect(parts.map((part) => part.total)).toEqual(rows.map(({ amount }) => amount));
      const dearest = known(rows[0], 'a part');
      expect((await overview(`?${by}=${encodeURIComponent(dearest.key)}`)).total.amount).toBe(dearest.amount);
      expect(add(parts.map((part) => part.total))).toBe(total.amount);
    },
  );

  it('an OU is judged by its own budget, an unbudgeted part by none', async () => {
    const { rows } = await server.json<{ rows: { ou: string; budget: string | null; forecast: string }[] }>(
      '/api/v1/lights',
    );
    const ou = known(
      rows.find(({ budget }) => budget !== null),
      'an OU with a budget',
    );
    const { month } = await overview(`?ou=${encodeURIComponent(ou.ou)}`);
    expect([month.budget, month.forecast]).toEqual([ou.budget, ou.forecast]);
    expect((await overview(`?region=eu-west-1`)).month.budget).toBeNull();
    expect((await overview(`?metric=ListCost`)).month.budget).toBeNull();
  });

  it('keeps amounts as they are in a CSV, and says metric, currency and version in every row', async () => {
    const { about } = await overview();
    for (const block of ['trend', 'lights', 'movers', 'services', 'accounts', 'ous', 'regions', 'alerts']) {
      const [header, ...rows] = (await (await server.get(`/api/v1/exports/${block}.csv`)).text())
        .trimEnd()
        .split('\n');
      expect(header).toMatch(/,Metric,Currency,LakeVersion,AsOf$/);
      for (const row of rows) expect(row).toContain(`,BilledCost,USD,${about.lakeVersion},`);
    }
  });
});

describe('questions', () => {
  it.each([
    ['an unknown metric', '/overview?metric=Cost'],
    ['an unknown parameter', '/overview?ous=Platform'],
    ['a filter given twice', '/overview?ou=A&ou=B'],
    ['a day that is none', '/trend?from=2026-02-30'],
    ['a period that ends before it begins', '/lights?from=2026-11-05&to=2026-11-01'],
    ['a period of centuries', '/overview?from=2000-01-01&to=2099-12-31'],
    ['a cursor of nobody', '/breakdown?cursor=AAAA'],
    ['a limit of none', '/lines?limit=0'],
    ['an unknown block', '/exports/secrets.csv'],
  ])('refuses %s with a problem document', async (_, path) => {
    const response = await server.get(`/api/v1${path}`, { 'X-Request-Id': 'asked-by-a-test' });
    expect(response.status).toBe(400);
    expect(response.headers.get('Content-Type')).toBe('application/problem+json');
    expect(response.headers.get('X-Request-Id')).toBe('asked-by-a-test');
    const problem = (await response.json()) as Record<string, unknown>;
    expect(problem).toMatchObject({ status: 400, requestId: 'asked-by-a-test' });
    expect(String(problem.code)).toMatch(/^[A-Z_]+$/);
    expect(JSON.stringify(problem)).not.toMatch(/\bat .*\.[jt]s:/);
  });

  it('refuses the cursor of another list', async () => {
    const { next } = await server.json<{ next: string }>('/api/v1/breakdown?limit=5');
    expect((await server.get(`/api/v1/breakdown?limit=5&ou=Platform&cursor=${next}`)).status).toBe(400);
  });

  it('answers 304 to whom has the answer, and something else for another question', async () => {
    const first = await server.get('/api/v1/lights?ou=Platform&service=AmazonS3');
    const etag = known(first.headers.get('ETag') ?? undefined, 'an ETag');
    const again = await server.get('/api/v1/lights?service=AmazonS3&ou=Platform', {
      'If-None-Match': `W/"x", ${etag}`,
    });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect((await server.get('/api/v1/lights?ou=Platform', { 'If-None-Match': etag })).status).toBe(200);
  });

  it('answers 304 for a CSV, too', async () => {
    const etag = (await server.get('/api/v1/exports/lights.csv')).headers.get('ETag') ?? '';
    expect((await server.get('/api/v1/exports/lights.csv', { 'If-None-Match': etag })).status).toBe(304);
    expect((await server.get('/api/v1/exports/movers.csv', { 'If-None-Match': etag })).status).toBe(200);
  });

  it('computes equal questions once, however many ask at a time', async () => {
    const count = async (result: string): Promise<number> => {
      const text = await (await server.get('/metrics')).text();
      return Number(
        new RegExp(`spendlight_answers_total\\{result="${result}"\\} (\\d+)`).exec(text)?.[1] ?? 0,
      );
    };
    const [made, joined] = [await count('made'), await count('joined')];
    const path = '/api/v1/trend?by=service&from=2026-11-03&to=2026-11-11';
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => server.get(path).then((r) => r.text())),
    );
    expect(new Set(answers).size).toBe(1);
    expect(await count('made')).toBe(made + 1);
    expect(await count('joined')).toBeGreaterThan(joined);
  });
});

it('tells each new version to whom listens, and answers from it', async () => {
  const stream = await server.get('/api/v1/events');
  const reader = known(stream.body ?? undefined, 'a stream').getReader();
  const decoder = new TextDecoder();
  let text = '';
  const until = async (version: number): Promise<void> => {
    while (!text.includes(`"lakeVersion":${version}}`)) text += decoder.decode((await reader.read()).value);
  };
  const { about } = await overview();
  await until(about.lakeVersion);
  const lake = await openLake(diskStore(server.lake));
  const base = await lake.head();
  const inputs = { kind: 'inputs' as const, inputs: {}, rollups: [] };
  await lake.commit(base, inputs, stoppedClock(Date.parse(NOW)));
  await until(about.lakeVersion + 1);
  await reader.cancel();
  expect((await overview()).about.lakeVersion).toBe(about.lakeVersion + 1);
});

it('keeps preferences and gives them back', async () => {
  const preferences = { theme: 'dark', density: 'dense', range: '30d' };
  const put = (body: unknown) =>
    fetch(`${server.base}/api/v1/preferences`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  expect(await (await put(preferences)).json()).toEqual(preferences);
  expect(await server.json('/api/v1/preferences')).toEqual(preferences);
  expect((await put({ ...preferences, theme: 'loud' })).status).toBe(400);
  expect((await put({ ...preferences, more: 1 })).status).toBe(400);
});

it('shows the mails of a demo lake, with their pictures inside and nothing from elsewhere', async () => {
  const { mails } = await server.json<{ mails: { id: string; subject: string }[] }>('/api/v1/outbox');
  const mail = await server.get(`/api/v1/outbox/${known(mails[0], 'a mail').id}`);
  const html = await mail.text();
  expect(mail.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
  expect(html).toContain('data:image/png;base64,');
  expect(html).not.toContain('cid:');
});

interface Document {
  readonly paths: Readonly<
    Record<
      string,
      {
        readonly get?: {
          readonly responses: Readonly<
            Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
          >;
        };
      }
    >
  >;
  readonly components: { readonly schemas: object };
}

/** The schema of a route's answer, with all that it refers to. */
function schemaOf(document: object, path: string): z.ZodType {
  const { paths, components } = document as Document;
  const answer = known(
    paths[path]?.get?.responses['200']?.content?.['application/json'],
    `an answer of ${path}`,
  );
  const text = JSON.stringify({ ...answer.schema, $defs: components.schemas });
  return z.fromJSONSchema(JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')));
}

async function everyPage(path: string): Promise<{ readonly DailyCost: string }[]> {
  const rows: { readonly DailyCost: string }[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: { rows: { DailyCost: string }[]; next: string | null } = await server.json(
      cursor === '' ? path : `${path}&cursor=${cursor}`,
    );
    rows.push(...page.rows);
    cursor = page.next;
  }
  return rows;
}
