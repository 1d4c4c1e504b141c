import { inject, onTestFinished } from 'vitest';
import { trinoRunner } from '../../../src/adapters/trino/trino-runner.ts';
import type { Row } from '../../../src/ports/engine.ts';
import { followedLake } from '../../support/followed-lake.ts';
import { comparable } from './comparing.ts';

/** A lake on the emulator's S3, the database of Glue that follows it, and a Trino that reads nothing but that. */
export async function glueLake() {
  const lake = await followedLake();
  const trino = trinoRunner({
    server: inject('trino').server,
    user: 'auditor',
    catalog: 'awsdatacatalog',
    schema: lake.database,
  });
  onTestFinished(() => trino.close());
  const asked = async (text: string): Promise<Row[]> => (await trino.run(text)).rows;
  return {
    ...lake,
    /** What a reader of Athena gets. */
    trino: asked,
    /** Both answers as texts, in one order. */
    async both(
      text: string,
    ): Promise<{ readonly trino: readonly string[]; readonly duckdb: readonly string[] }> {
      const [theirs, ours] = [await asked(text), await lake.duckdb(text)];
      return { trino: theirs.map(comparable).sort(), duckdb: ours.map(comparable).sort() };
    },
  };
}
