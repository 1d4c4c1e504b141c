import type { Doors, ServeAt, Serving } from '../cli/doors.ts';
import { openEngine } from './engine.ts';
import { machine } from './machine.ts';

/** What a lake being served may keep of its files and results in memory; what is larger is spilled. */
const SERVE_MEMORY = '192MB';
/** As SERVE_MEMORY, of a lake as it was known at an earlier moment. */
const PAST_MEMORY = '64MB';

/** What is served beside the lake. */
export interface ServeOf {
  readonly version: string;
  /** Folder of the built pages. */
  readonly web: string;
}

/** Serves API and pages of a lake. @throws UserError `SETTING_INVALID` */
export async function serve(at: ServeAt, doors: Doors, { version, web }: ServeOf): Promise<Serving> {
  const { clock, log, pause, random, scratch, turn, process: self, run } = doors;
  const settings = doors.settings();
  const { guardFor } = await import('../api/guard.ts');
  const guard = guardFor(settings, at.host, () => machine.random.id() + machine.random.id());
  const [{ serving }, { listen }, { builtSite }] = await Promise.all([
    import('../api/serving.ts'),
    import('../adapters/http/node-server.ts'),
    import('../adapters/http/built-site.ts'),
  ]);
  const tempDirectory = await scratch();
  const server = serving({
    store: at.store,
    // One thread a question: several are answered at a time, and a quarter less of the processor does for all of them.
    openEngine: () => openEngine(settings, { memoryLimit: SERVE_MEMORY, threads: 1, tempDirectory }),
    openSmallEngine: () => openEngine(settings, { memoryLimit: PAST_MEMORY, threads: 2, tempDirectory }),
    openLargeEngine: async () => openEngine(settings, { tempDirectory: await scratch() }),
    scratch,
    ...{ clock, pause, random, log, settings, turn, guard },
    alarms: {
      ...{ store: at.store, clock, pause, log, settings, process: self, run },
      mailer: await doors.mailer(),
      outbox: await doors.outbox(),
      notify: doors.notify(),
    },
    pages: await builtSite(web),
    process: {
      version,
      node: process.version,
      auth: guard.token === undefined ? 'none' : 'token',
      uptimeSeconds: () => Math.round(process.uptime()),
      memoryBytes: () => process.memoryUsage.rss(),
    },
  });
  await server.warm();
  const listening = await listen({ ...at, fetch: server.fetch, stopping: server.stopping });
  const name = at.host.includes(':') ? `[${at.host}]` : at.host === '0.0.0.0' ? 'localhost' : at.host;
  const base = settings.publicUrl ?? `http://${name}:${listening.port}`;
  log.info('server.listening', { host: at.host, port: listening.port });
  return {
    address: `${base}${server.guard.oneTimePath() ?? '/'}`,
    async stop() {
      await listening.stop();
      await server.end();
      log.info('server.stopped');
    },
  };
}
