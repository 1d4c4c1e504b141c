import type { OpenAPIHono } from '@hono/zod-openapi';

/** The API's description, and which methods an address takes. */
export interface Described {
  readonly text: string;
  methods(path: string): readonly string[];
}

/** The OpenAPI 3.1 document of `routes`, as it is served and as the tests hold the answers against it. */
export function documentOf(routes: Pick<OpenAPIHono, 'getOpenAPI31Document'>, version: string): Described {
  const document = routes.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Spendlight',
      version,
      license: { name: 'MIT', url: 'https://spdx.org/licenses/MIT.html' },
      description:
        'Cloud costs, exact to the last digit. Amounts are decimal text; every answer says its currency, metric, period and lake version.',
    },
    servers: [{ url: '/api/v1' }],
  });
  const known = Object.entries(document.paths ?? {}).map(([path, item]) => ({
    shape: new RegExp(`^/api/v1${path.replace(/\{[^}]+\}/g, '[^/]+')}$`),
    methods: Object.keys(item ?? {}).map((method) => method.toUpperCase()),
  }));
  const open = [/^\/api\/v1\/openapi\.json$/, /^\/healthz$/, /^\/readyz$/, /^\/metrics$/, /^\/login$/];
  return {
    text: `${JSON.stringify(document)}\n`,
    methods: (path) => {
      if (open.some((shape) => shape.test(path))) return ['GET'];
      return known.find(({ shape }) => shape.test(path))?.methods ?? [];
    },
  };
}
