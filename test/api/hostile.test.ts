import { mkdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtSite } from '../../src/adapters/http/built-site.ts';
import { billLake, type ServedLake, serveLake } from './served.ts';

const SECRET = 'top-secret-of-somebody-else';
const TOKEN = 'a-token-of-at-least-16-characters';

let server: ServedLake;
let guarded: ServedLake;
beforeAll(async () => {
  const lake = await billLake('focus12-aws-generated.csv.gz');
  await mkdir(join(lake, 'web/assets'), { recursive: true });
  await writeFile(join(lake, 'web/index.html'), '<!doctype html><title>Spendlight</title>');
  await writeFile(join(lake, 'web/assets/app-1a2b.js'), 'export const page = 1;');
  await writeFile(join(lake, 'secret.txt'), SECRET);
  await writeFile(join(lake, 'web/.env'), SECRET);
  const pages = await builtSite(join(lake, 'web'));
  server = await serveLake(lake, pages === undefined ? {} : { pages });
  guarded = await serveLake(lake, { token: TOKEN });
}, 60_000);
afterAll(async () => {
  await server.end();
  await guarded.end();
  await rm(server.lake, { recursive: true, force: true });
});

/** What a server says to these bytes until it closes, or until `patienceMs` are over. */
const said = (port: number, bytes: string, patienceMs = 3_000): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    const over = setTimeout(() => socket.destroy(), patienceMs);
    socket.setEncoding('latin1');
    socket.on('data', (data) => {
      text += data;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(over);
      resolve(text);
    });
    socket.write(bytes, 'latin1');
  });

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
const head = (lines: readonly string[]): string => `${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`;
const get = (path: string, ...headers: readonly string[]): string =>
  head([`GET ${path} HTTP/1.1`, 'Host: localhost', ...headers]);

const INJECTIONS = [
  "' OR '1'='1",
  "'; DROP TABLE daily_costs; --",
  "x' UNION SELECT * FROM read_csv('/etc/passwd') --",
  "$$; ATTACH '/etc/passwd' AS x; $$",
  '" OR ""="',
  "\\'; COPY (SELECT 1) TO '/tmp/x'; --",
  "%' AND pg_sleep(10) --",
  '#{7*7}{{7*7}}',
];
const PARAMETERS = [
  'ou',
  'account',
  'service',
  'region',
  'tag',
  'metric',
  'from',
  'to',
  'compare',
  'cursor',
  'limit',
  'by',
  'asOf',
  'since',
  'figure',
];

const PATHS = [
  '/../../../../etc/passwd',
  '/..%2f..%2f..%2fetc/passwd',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/%252e%252e%252fetc%252fpasswd',
  '/assets/../../secret.txt',
  '/assets/..%5c..%5csecret.txt',
  '/assets/%2e%2e/.env',
  '/.env',
  '/.git/config',
  '/web/index.html',
  '/lake.json',
  '/catalog/000000000001.json',
  '//etc/passwd',
  '/\\etc\\passwd',
  '/assets/app-1a2b.js%00.html',
  '/%00',
  '/%',
  '/%zz',
  '/%c0%ae%c0%ae/etc/passwd',
  '/%ff%fe',
  '/index.html/..',
  '/api/v1/../../secret.txt',
  '/api/v1/exports/..%2f..%2fsecret.txt',
  '/api/v1/exports/breakdown.csv%0d%0aSet-Cookie:%20a=b',
  '/api/v1/outbox/..%2f..%2flake.json',
  '/api/v1/archive/..%2f..%2flake.json/ou_breakdown.csv',
  '/api/v1/archive/2026-11-19/..%2f..%2f..%2flake.json',
  '/api/v1/ingest/..%2fx',
  '/api/v1/',
  '/api/v1',
  '/api/v2/overview',
  '/api/v1/overview/',
  '/api/v1/__proto__',
  '/api/v1/constructor',
  '/__proto__',
  '/hasOwnProperty',
  'http://evil.example/api/v1/overview',
  '*',
] as const;

const REQUESTS: readonly (readonly [string, string])[] = [
  ['nothing but a line end', '\r\n\r\n'],
  ['binary noise', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ['an unknown method', head(['BREW /api/v1/overview HTTP/1.1', 'Host: localhost'])],
  ['TRACE', head(['TRACE / HTTP/1.1', 'Host: localhost'])],
  ['CONNECT', head(['CONNECT evil.example:443 HTTP/1.1', 'Host: evil.example:443'])],
  ['DELETE where GET is', head(['DELETE /api/v1/overview HTTP/1.1', 'Host: localhost'])],
  ['no Host', head(['GET / HTTP/1.1'])],
  ['two Hosts', head(['GET / HTTP/1.1', 'Host: localhost', 'Host: evil.example'])],
  ['an empty Host', head(['GET / HTTP/1.1', 'Host:'])],
  ['a Host that is no name', head(['GET / HTTP/1.1', 'Host: local host/../'])],
  ['HTTP/1.0', 'GET /healthz HTTP/1.0\r\n\r\n'],
  ['HTTP/9.9', 'GET / HTTP/9.9\r\nHost: localhost\r\n\r\n'],
  ['a header of 64 KiB', get('/', `X-Big: ${'a'.repeat(65_536)}`)],
  ['a thousand headers', get('/', ...Array.from({ length: 1_000 }, (_, i) => `X-${i}: 1`))],
  ['a path of 20 KiB', get(`/${'a'.repeat(20_000)}`)],
  ['a query of 12 KiB', get(`/api/v1/overview?ou=${'a'.repeat(12_000)}`)],
  ['a thousand parameters', get(`/api/v1/overview?${'a=1&'.repeat(1_000)}`)],
  ['a header folded over lines', get('/', 'X-A: 1\r\n  2')],
  ['a header with a NUL', get('/', 'X-A: \x00')],
  ['a request id that breaks the log', get('/healthz', 'X-Request-Id: a"b\\nc jndi:ldap://x')],
  ['an If-None-Match of nonsense', get('/api/v1/overview', 'If-None-Match: ",,,"W/"')],
  ['a Range beyond the end', get('/assets/app-1a2b.js', 'Range: bytes=999999-')],
  ['a Range of nonsense', get('/assets/app-1a2b.js', 'Range: bytes=-9-9,1-,x')],
  ['a thousand Ranges', get('/assets/app-1a2b.js', `Range: bytes=${'0-1,'.repeat(1_000)}`)],
  ['an Accept-Encoding of nonsense', get('/', 'Accept-Encoding: ,;q=,br;;;*;q=x')],
  ['a JSON body that is none', put('{"theme":')],
  ['a JSON body nested ten thousand deep', put('['.repeat(10_000))],
  [
    'a JSON body with __proto__',
    put('{"__proto__":{"theme":"dark"},"theme":"dark","density":"dense","range":"7d"}'),
  ],
  ['a body of another type', put('theme=dark', 'application/x-www-form-urlencoded')],
  [
    'a body without a type',
    `${head(['PUT /api/v1/preferences HTTP/1.1', 'Host: localhost', 'Content-Length: 2'])}{}`,
  ],
  [
    'a body that says it is huge',
    head([
      'PUT /api/v1/preferences HTTP/1.1',
      'Host: localhost',
      'Content-Type: application/json',
      'Content-Length: 99999999999',
    ]),
  ],
  ['a negative length', head(['PUT /api/v1/preferences HTTP/1.1', 'Host: localhost', 'Content-Length: -1'])],
  [
    'two lengths',
    head(['PUT /api/v1/preferences HTTP/1.1', 'Host: localhost', 'Content-Length: 2', 'Content-Length: 3']) +
      '{}',
  ],
  [
    'length and chunks (smuggling)',
    `${head([
      'PUT /api/v1/preferences HTTP/1.1',
      'Host: localhost',
      'Content-Type: application/json',
      'Content-Length: 4',
      'Transfer-Encoding: chunked',
    ])}0\r\n\r\nGET /secret HTTP/1.1\r\n\r\n`,
  ],
  [
    'a chunk that is none',
    `${head([
      'PUT /api/v1/preferences HTTP/1.1',
      'Host: localhost',
      'Content-Type: application/json',
      'Transfer-Encoding: chunked',
    ])}zz\r\n`,
  ],
  [
    'a file for a lake in use',
    `${head([
      'POST /api/v1/peek?name=a.csv HTTP/1.1',
      'Host: localhost',
      'Content-Type: application/octet-stream',
      'Content-Length: 1',
    ])}x`,
  ],
  [
    'a file name that leads away',
    `${head([
      'POST /api/v1/peek?name=..%2f..%2fx.csv HTTP/1.1',
      'Host: localhost',
      'Content-Type: application/octet-stream',
      'Content-Length: 1',
    ])}x`,
  ],
  [
    'an ingest of nothing',
    `${head([
      'POST /api/v1/ingest HTTP/1.1',
      'Host: localhost',
      'Content-Type: application/json',
      'Content-Length: 14',
    ])}{"upload":"x"}`,
  ],
  ['an upgrade to a web socket', get('/', 'Upgrade: websocket', 'Sec-WebSocket-Key: x')],
  ['an upgrade to HTTP/2', get('/', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__')],
  ['Expect of nonsense', get('/', 'Expect: 200-maybe')],
];

function put(body: string, type = 'application/json'): string {
  return (
    head([
      'PUT /api/v1/preferences HTTP/1.1',
      'Host: localhost',
      `Content-Type: ${type}`,
      `Content-Length: ${body.length}`,
    ]) + body
  );
}

/** No 5xx, no stack, nothing of anybody else's. */
function harmless(answer: string): void {
  expect(statusOf(answer) < 500, answer.slice(0, 300)).toBe(true);
  expect(answer).not.toContain(SECRET);
  expect(answer).not.toMatch(/root:x:0|\n\s+at \S+ \(|node_modules|chunk-[A-Z0-9]+\.js|duckdb/i);
}

describe('hostile requests', () => {
  it('are at least sixty, besides SQL in every parameter', () =>
    expect(PATHS.length + REQUESTS.length).toBeGreaterThanOrEqual(60));

  it.each(PATHS)('path %s', async (path) => {
    const answer = await said(server.port, get(path));
    harmless(answer);
    expect(answer).not.toContain('"billingPeriod"');
    if (path.startsWith('/api/')) expect(statusOf(answer)).toBeGreaterThanOrEqual(400);
  });

  it.each(REQUESTS)('%s', async (_, bytes) => harmless(await said(server.port, bytes)));

  it.each(PARAMETERS)('SQL in %s', async (parameter) => {
    const routes = [
      'overview',
      'trend',
      'shares',
      'breakdown',
      'lines',
      'exports/services.csv',
      'explain',
      'restatements',
      'calendar',
      'archive',
      'gaps',
    ];
    for (const route of [...routes, 'day-history?day=2026-11-12']) {
      for (const injection of INJECTIONS) {
        const path = `/api/v1/${route}${route.includes('?') ? '&' : '?'}${parameter}=${encodeURIComponent(injection)}`;
        const response = await server.get(path);
        const text = await response.text();
        expect(response.status, `${path}: ${text.slice(0, 300)}`).toBeLessThan(500);
        expect(text).not.toMatch(/root:x:0|syntax error|Catalog Error|Parser Error/i);
      }
    }
  });

  it('a name with a quote in it is a name: nothing is found, nothing is broken', async () => {
    const { total } = await server.json<{ total: { amount: string } }>(
      `/api/v1/overview?ou=${encodeURIComponent("' OR '1'='1")}`,
    );
    expect(total.amount).toBe('0.00');
    const { firstDay, lastDay } = await server.json<{ firstDay: string; lastDay: string }>('/api/v1/choices');
    const all = await server.json<{ total: { amount: string } }>(
      `/api/v1/shares?from=${firstDay}&to=${lastDay}`,
    );
    expect(Number(all.total.amount)).not.toBe(0);
  });

  it.each([
    ['headers', 'GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: '],
    [
      'a body',
      `${head(['PUT /api/v1/preferences HTTP/1.1', 'Host: localhost', 'Content-Type: application/json', 'Content-Length: 50'])}{"theme":`,
    ],
  ])('%s that never end are not waited for', async (_, bytes) => {
    expect(statusOf(await said(server.port, bytes, 10_000))).toBe(408);
  });

  it('logs one line a request, whatever the request says', () => {
    const odd = server.logged.filter(({ event }) => event === 'request.failed');
    expect(odd).toEqual([]);
    expect(JSON.stringify(server.logged)).not.toContain('jndi');
  });
});

describe('foreign pages', () => {
  it.each([
    ['a name that DNS points at this machine', ['Host: evil.example:8501']],
    ['a name that only begins like ours', ['Host: localhost.evil.example']],
    ['a name that only ends like ours', ['Host: evil-127.0.0.1']],
  ])('%s is not answered', async (_, headers) => {
    expect(statusOf(await said(server.port, head(['GET /api/v1/overview HTTP/1.1', ...headers])))).toBe(403);
  });

  it.each([
    ['Origin: https://evil.example'],
    ['Origin: null'],
    ['Sec-Fetch-Site: cross-site'],
    ['Sec-Fetch-Site: same-site'],
  ])('a change with %s is refused', async (header) => {
    const body = '{"theme":"dark","density":"dense","range":"7d"}';
    const bytes = head([
      'PUT /api/v1/preferences HTTP/1.1',
      'Host: localhost',
      header,
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
    ]);
    expect(statusOf(await said(server.port, bytes + body))).toBe(403);
  });

  it('no answer lets another site read it', async () => {
    const { headers } = await server.get('/api/v1/overview', { Origin: 'https://evil.example' });
    expect(headers.get('Access-Control-Allow-Origin')).toBeNull();
    expect(headers.get('Cross-Origin-Resource-Policy')).toBe('same-origin');
  });
});

describe('the token', () => {
  const path = '/api/v1/overview';
  it.each([
    ['nothing', {}],
    ['another token', { Authorization: `Bearer ${TOKEN}x` }],
    ['its beginning', { Authorization: `Bearer ${TOKEN.slice(0, -1)}` }],
    ['the token as a cookie', { Cookie: `spendlight=${TOKEN}` }],
    ['an empty bearer', { Authorization: 'Bearer ' }],
  ])('%s does not open', async (_, headers) => {
    for (const place of [path, '/', '/metrics', '/api/v1/openapi.json', '/api/v1/events']) {
      const response = await guarded.get(place, headers as Record<string, string>);
      expect(response.status).toBe(401);
      await response.text();
    }
  });

  it('opens, and health is open without it', async () => {
    expect((await guarded.get(path, { Authorization: `Bearer ${TOKEN}` })).status).toBe(200);
    expect((await guarded.get('/healthz')).status).toBe(200);
    expect((await guarded.get('/readyz')).status).toBe(200);
  });

  it('is given once by the one-time link, as a cookie that scripts and other sites cannot use', async () => {
    const link = guarded.oneTimePath ?? '';
    const first = await guarded.get(link);
    const cookie = first.headers.get('Set-Cookie') ?? '';
    expect(cookie).toMatch(/^spendlight=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict/);
    expect(cookie).not.toContain(TOKEN);
    expect((await guarded.get(link)).status).toBe(401);
    expect((await guarded.get(path, { Cookie: cookie.split(';')[0] ?? '' })).status).toBe(200);
  });
});

it('the page is served with strict headers: immutable assets, a page that is asked for anew, its places, nothing else', async () => {
  const page = await server.get('/');
  expect(page.headers.get('Content-Security-Policy')).toMatch(/default-src 'none'; script-src 'self';/);
  expect([page.headers.get('Cache-Control'), page.headers.get('X-Content-Type-Options')]).toEqual([
    'no-cache',
    'nosniff',
  ]);
  expect(await (await server.get('/health')).text()).toContain('<title>Spendlight</title>');
  expect((await server.get('/assets/app-1a2b.js')).headers.get('Cache-Control')).toContain('immutable');
  expect((await server.get('/assets/app-0000.js')).status).toBe(404);
});
