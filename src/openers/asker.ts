import type { LakeAsker } from '../adapters/trino/lake-asker.ts';
import type { Settings } from '../config.ts';
import { UserError } from '../core/errors/user-error.ts';
import { toldCost } from '../core/query-cost/query-cost.ts';
import type { Log } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { machine } from './machine.ts';

/** Glue's database where GLUE_DATABASE names none. */
const DATABASE = 'finops_db';

/** The database of the lake's tables. */
export const athenaDatabase = ({ glueDatabase }: Pick<Settings, 'glueDatabase'>): string =>
  glueDatabase ?? DATABASE;

export interface AskerOf {
  /** Of the lake that is asked. */
  readonly store: ObjectStore;
  readonly log: Log;
}

/**
 * Answers questions over the lake in `store` on Athena or Trino, which know its files as tables. Logs what each statement on
 * Athena cost (`engine.asked`), and what all did, when it is closed (`engine.cost`).
 * @throws UserError `ENGINE_UNFIT`, `SETTING_INVALID`
 */
export async function openAsker(
  settings: Settings,
  kind: 'athena' | 'trino',
  { store, log }: AskerOf,
): Promise<LakeAsker> {
  const address = store.uri('lake.json');
  const root = address.slice(0, -'/lake.json'.length);
  const [{ lakeAsker }, { LAKE_TABLES }] = await Promise.all([
    import('../adapters/trino/lake-asker.ts'),
    import('../lake/tables.ts'),
  ]);
  const runner = await (kind === 'athena' ? openAthena(settings, root, log) : openTrino(settings));
  const there = kind === 'trino' ? (settings.trino?.lake ?? root) : root;
  const asker = lakeAsker({
    runner,
    tables: LAKE_TABLES,
    locate(uri) {
      const key = uri.slice(root.length + 1);
      return { key, path: `${there}/${key}` };
    },
    listed: async (folder) => (await store.list(folder)).map(({ key }) => key),
  });
  let closed: Promise<void> | undefined;
  return {
    ...asker,
    close() {
      closed ??= asker
        .close()
        .then(() => log.info('engine.cost', { engine: kind, ...toldCost(runner.cost()) }));
      return closed;
    },
  };
}

async function openAthena({ aws, athena: of, glueDatabase }: Settings, root: string, log: Log) {
  if (!root.startsWith('s3://')) {
    throw new UserError('ENGINE_UNFIT', {
      what: `Athena reads lakes on S3, and this one is at ${root}`,
      remedy: 'Name a lake on S3 (--lake s3://bucket/prefix), or leave --engine out.',
    });
  }
  const { athena } = await import('../adapters/athena/client.ts');
  return athena({
    aws,
    ...of,
    database: athenaDatabase({ glueDatabase }),
    ...machine,
    onEnded: ({ id, state, ms, cost }) =>
      log.info('engine.asked', { engine: 'athena', query: id, state, ms, ...toldCost(cost) }),
  });
}

async function openTrino({ trino: of }: Settings) {
  if (of === undefined) {
    throw new UserError('SETTING_INVALID', {
      what: 'TRINO_URL is not set, so there is no Trino to ask',
      remedy: 'Set TRINO_URL to the address of a Trino server, http://user@host:8080, or leave --engine out.',
    });
  }
  const { trinoRunner } = await import('../adapters/trino/trino-runner.ts');
  return trinoRunner(of);
}
