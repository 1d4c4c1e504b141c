import type { Settings } from '../config.ts';
import { UserError } from '../core/errors/user-error.ts';
import type { AtScale } from '../ports/at-scale.ts';
import type { Log } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { athenaDatabase, openAsker } from './asker.ts';
import { machine } from './machine.ts';
import { s3For } from './store.ts';

export interface AtScaleOf {
  /** Undefined: nobody asked for Athena, and nobody leaves the choice. */
  readonly wish: AtScale['wish'] | undefined;
  readonly store: ObjectStore;
  readonly log: Log;
  /** Reads footers, and writes what is small. */
  readonly embedded: () => Promise<Engine>;
  /** Ends when the process is told to stop: statements that go on would be billed. */
  readonly stopped?: () => Promise<void>;
}

type Opened = Awaited<ReturnType<AtScale['open']>>;

/**
 * Athena as an engine that reads and writes what lies on S3. By itself it is chosen only where GLUE_DATABASE names the
 * database and the lake lies on S3. @throws UserError `ENGINE_UNFIT` where it was asked for and the lake lies elsewhere
 */
export function openAtScale(settings: Settings, of: AtScaleOf): AtScale | undefined {
  const { wish, store } = of;
  const isOnS3 = store.location.startsWith('s3://');
  if (wish === 'athena' && !isOnS3) throw notOnS3(store.location);
  if (wish === undefined || !isOnS3 || (wish === 'auto' && settings.glueDatabase === undefined))
    return undefined;
  let opened: Promise<Opened> | undefined;
  return {
    wish,
    fromBytes: settings.athena.fromBytes,
    open() {
      opened ??= openThere(settings, of);
      return opened;
    },
    opened: async () => opened,
    async close() {
      const open = opened;
      opened = undefined;
      // What is left of it goes by itself: that does not undo what was done.
      await open
        ?.then(({ engine }) => engine.close())
        .catch((error: unknown) => of.log.warn('engine.not_closed', { error: String(error) }));
    },
  };
}

async function openThere(settings: Settings, { store, log, embedded, stopped }: AtScaleOf): Promise<Opened> {
  const { aws } = settings;
  const database = athenaDatabase(settings);
  const [{ athenaEngine }, { temporaryTables }, { glueCatalog }, { folderPlace }, s3] = await Promise.all([
    import('../adapters/athena/athena-engine.ts'),
    import('../adapters/athena/temporary-tables.ts'),
    import('../adapters/glue/glue.ts'),
    import('../lake/tables.ts'),
    s3For(settings),
  ]);
  // Beside the lake, where the bucket's lifecycle ends what is left of queries.
  const [bucket = ''] = store.location.slice('s3://'.length).split('/');
  const work = s3.store(`s3://${bucket}/athena-results/work`);
  const tables = temporaryTables({ aws, database, ...machine });
  await tables.sweep();
  const asker = await openAsker(settings, 'athena', { store, log });
  void stopped?.().then(() => asker.close());
  const engine = athenaEngine({
    ...{ asker, embedded, lake: store, work, tables, random: machine.random },
    catalog: glueCatalog({ aws, database, ...machine }),
    partitionOf(uri) {
      const place = folderPlace(uri.slice(store.location.length + 1));
      return place && { ...place, location: `${store.location}/${place.folder}/` };
    },
  });
  return { engine, work };
}

const notOnS3 = (location: string): UserError =>
  new UserError('ENGINE_UNFIT', {
    what: `Athena works on lakes on S3, and this one is at ${location}`,
    remedy: 'Name a lake on S3 (--lake s3://bucket/prefix), or leave --engine out.',
  });
