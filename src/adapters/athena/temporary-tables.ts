import {
  CreateTableCommand,
  DeleteTableCommand,
  GetTablesCommand,
  GlueClient,
  type TableInput,
} from '@aws-sdk/client-glue';
import type { Clock } from '../../ports/clock.ts';
import type { ColumnDef } from '../../ports/engine.ts';
import type { AwsSettings } from '../aws/access.ts';
import { clientOptions } from '../aws/client-options.ts';
import { saidBy } from '../aws/failures.ts';
import { type Patience, retried } from '../aws/retried.ts';
import { glueFailure } from '../glue/failures.ts';
import { knownGlueType } from './glue-types.ts';

/** Tables over folders of Parquet that live as long as one piece of work. */
export interface TemporaryTables {
  /** A table over all files of the folder `location` (`s3://…/`); tells its name. @throws UserError `ENGINE_UNFIT`, `TABLES_*` */
  make(location: string, columns: readonly ColumnDef[]): Promise<string>;
  /** The table goes, its files stay. One that is not there is fine. */
  drop(name: string): Promise<void>;
  /** Drops what processes left that ended more than two days ago. */
  sweep(): Promise<void>;
}

export interface TemporaryTablesOf extends Patience {
  readonly aws: AwsSettings;
  readonly database: string;
  /** Undefined: as AWS_ENDPOINT_URL says, else Amazon's own. */
  readonly endpoint?: string;
  readonly clock: Clock;
}

/** Who may make and drop such tables may do so for this beginning of their names alone. */
const PREFIX = 'spendlight_tmp_';
const LEFT_BEHIND_MS = 2 * 24 * 3_600_000;

/** In the database of the lake, by Glue's own calls: statements would be queries, each paid and waited for. */
export function temporaryTables(of: TemporaryTablesOf): TemporaryTables {
  const { aws, database, endpoint, clock, ...patience } = of;
  const client = new GlueClient(clientOptions({ aws, endpoint }));
  const asked = <T>(about: string, call: () => Promise<T>): Promise<T> =>
    retried(patience, call).catch((error: unknown) => {
      throw glueFailure(error, `${database}.${about}`);
    });
  const drop = (name: string): Promise<void> =>
    asked(name, async () => {
      try {
        await client.send(new DeleteTableCommand({ DatabaseName: database, Name: name }));
      } catch (error) {
        if (saidBy(error).name !== 'EntityNotFoundException') throw error;
      }
    });
  return {
    async make(location, columns) {
      const name = `${PREFIX}${patience.random.id().replaceAll(/[^a-z0-9]/g, '')}`;
      const input = tableInput(name, location, columns);
      await asked(name, async () => {
        try {
          await client.send(new CreateTableCommand({ DatabaseName: database, TableInput: input }));
        } catch (error) {
          // The name is ours alone: the answer to an earlier attempt was lost.
          if (saidBy(error).name !== 'AlreadyExistsException') throw error;
        }
      });
      return name;
    },
    drop,
    async sweep() {
      const old: string[] = [];
      let NextToken: string | undefined;
      do {
        const page = await asked('*', () =>
          client.send(new GetTablesCommand({ DatabaseName: database, Expression: `${PREFIX}.*`, NextToken })),
        );
        for (const { Name = '', CreateTime } of page.TableList ?? []) {
          const age = clock.now() - (CreateTime?.getTime() ?? clock.now());
          if (Name.startsWith(PREFIX) && age > LEFT_BEHIND_MS) old.push(Name);
        }
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      for (const name of old) await drop(name);
    },
  };
}

/** As Glue takes a table over Parquet: columns are found by their names, in small letters. */
export const tableInput = (name: string, location: string, columns: readonly ColumnDef[]): TableInput => ({
  Name: name,
  TableType: 'EXTERNAL_TABLE',
  Parameters: { EXTERNAL: 'TRUE', classification: 'parquet' },
  StorageDescriptor: {
    Location: location,
    Columns: columns.map((column) => ({
      Name: column.name.toLowerCase(),
      Type: knownGlueType(column, location),
    })),
    InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
    OutputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
    SerdeInfo: {
      SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
      Parameters: { 'serialization.format': '1' },
    },
  },
});
