/** The house: core < sql < lake < sources, simulator, delivery < app < doors; ports are types; only main.ts and openers meet adapters. */
const room = (name) => `^src/${name}/`;
const only = (from, allowed, comment) => ({
  name: `${from}-walls`,
  comment,
  severity: 'error',
  from: { path: room(from), pathNot: '\\.test\\.ts$' },
  to: {
    path: '^(src|bench|test)/',
    pathNot: allowed.map((name) => (name.includes('.') ? `^src/${name}` : room(name))).join('|'),
  },
});
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    only('core', ['core'], 'values in, values out'),
    {
      name: 'core-is-pure',
      severity: 'error',
      from: { path: '^src/(core|sql)/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core', 'npm'] },
    },
    only('sql', ['sql', 'core', 'ports'], 'text and bound values, never run here'),
    only('ports', ['ports', 'core', 'sql'], 'types only, owned by the inside'),
    only('lake', ['lake', 'sql', 'core', 'ports'], 'alone knows keys and versions'),
    only('sources', ['sources', 'lake', 'sql', 'core', 'ports'], 'do not know delivery'),
    only('simulator', ['simulator', 'lake', 'sql', 'core', 'ports'], 'writes what a cloud writes'),
    only('delivery', ['delivery', 'lake', 'sql', 'core', 'ports'], 'renders, sends nothing'),
    only(
      'app',
      ['app', 'sources', 'simulator', 'delivery', 'lake', 'sql', 'core', 'ports'],
      'the order of the steps',
    ),
    only('adapters', ['adapters', 'ports', 'sql', 'core'], 'fills the holes'),
    only(
      'cli',
      ['cli', 'app', 'sources', 'simulator', 'delivery', 'lake', 'sql', 'core', 'ports', 'config.ts'],
      'read, call one use case, shape the answer',
    ),
    only(
      'api',
      ['api', 'app', 'sources', 'simulator', 'delivery', 'lake', 'sql', 'core', 'ports'],
      'read a request, call one use case, shape the answer',
    ),
    only(
      'lambda',
      [
        ...['lambda', 'openers', 'app', 'sources', 'simulator', 'delivery', 'lake', 'sql', 'core', 'ports'],
        'config.ts',
      ],
      'read an event, call one use case, shape the answer',
    ),
    only(
      'openers',
      ['openers', 'adapters', 'api', 'cli/doors.ts', 'lake', 'sql', 'core', 'ports', 'config.ts'],
      'open what the settings name; the rest is decided elsewhere',
    ),
    {
      name: 'only-openers-meet-adapters',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main\\.ts|openers/|adapters/)|\\.test\\.ts$' },
      to: { path: '^src/adapters/' },
    },
    {
      name: 'nobody-imports-web',
      comment:
        'what the page itself may take from src is checked by biome and by its build: swc reads no tsx here',
      severity: 'error',
      from: { path: '^(src|bench|test)/' },
      to: { path: '^web/' },
    },
    { name: 'nobody-imports-main', severity: 'error', from: {}, to: { path: '^src/main\\.ts$' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    parser: 'swc', // TypeScript 7 is a native compiler without the API that the default parser wants
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
