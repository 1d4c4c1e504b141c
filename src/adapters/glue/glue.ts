import {
  BatchCreatePartitionCommand,
  DeletePartitionCommand,
  GetPartitionsCommand,
  GetTableCommand,
  GetTablesCommand,
  GlueClient,
  type StorageDescriptor,
} from '@aws-sdk/client-glue';
import { known } from '../../core/errors/invariant.ts';
import type { Partition, TableCatalog } from '../../ports/table-catalog.ts';
import type { AwsSettings } from '../aws/access.ts';
import { clientOptions } from '../aws/client-options.ts';
import { saidBy } from '../aws/failures.ts';
import { type Patience, retried } from '../aws/retried.ts';
import { glueFailure } from './failures.ts';

export interface GlueOf extends Patience {
  readonly aws: AwsSettings;
  readonly database: string;
  /** Undefined: as AWS_ENDPOINT_URL says, else Amazon's own. */
  readonly endpoint?: string;
}

/** So many partitions Glue takes with one call. */
const ADDED_AT_ONCE = 100;
/** Calls that take one partition each, made at one time. */
const DROPPED_AT_ONCE = 4;

/** The database of AWS Glue that Athena reads. Adding and dropping may be repeated, so a lost answer does no harm. */
export function glueCatalog({ aws, database, endpoint, ...patience }: GlueOf): TableCatalog {
  const client = new GlueClient(clientOptions({ aws, endpoint }));
  const DatabaseName = database;
  const asked = <T>(about: string, call: () => Promise<T>): Promise<T> =>
    retried(patience, call).catch((error: unknown) => {
      throw glueFailure(error, about);
    });
  const layouts = new Map<string, Promise<StorageDescriptor>>();
  /** How the files of a table are read: its partitions are read the same way. */
  const layoutOf = (table: string): Promise<StorageDescriptor> => {
    const layout =
      layouts.get(table) ??
      asked(named(database, table), async () => {
        const { Table } = await client.send(new GetTableCommand({ DatabaseName, Name: table }));
        return known(Table?.StorageDescriptor, `how ${table} is stored`);
      });
    layouts.set(table, layout);
    void layout.catch(() => layouts.delete(table));
    return layout;
  };
  return {
    database,
    async tables() {
      const names = new Set<string>();
      let NextToken: string | undefined;
      do {
        const page = await asked(database, () =>
          client.send(new GetTablesCommand({ DatabaseName, NextToken })),
        );
        for (const { Name } of page.TableList ?? []) names.add(known(Name, 'the name of a table'));
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      return names;
    },
    async partitions(table) {
      const found: Partition[] = [];
      let NextToken: string | undefined;
      do {
        const page = await asked(named(database, table), () =>
          client.send(
            new GetPartitionsCommand({
              DatabaseName,
              TableName: table,
              NextToken,
              ExcludeColumnSchema: true,
            }),
          ),
        );
        for (const { Values, StorageDescriptor: at } of page.Partitions ?? [])
          found.push({ values: Values ?? [], location: folder(at?.Location ?? '') });
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      return found.sort((a, b) => (a.values.join('/') < b.values.join('/') ? -1 : 1));
    },
    async add(table, partitions) {
      for (let from = 0; from < partitions.length; from += ADDED_AT_ONCE) {
        const layout = await layoutOf(table);
        const PartitionInputList = partitions.slice(from, from + ADDED_AT_ONCE).map((partition) => ({
          Values: [...partition.values],
          StorageDescriptor: { ...layout, Location: folder(partition.location) },
        }));
        await asked(named(database, table), async () => {
          const { Errors } = await client.send(
            new BatchCreatePartitionCommand({ DatabaseName, TableName: table, PartitionInputList }),
          );
          for (const { ErrorDetail: detail, PartitionValues } of Errors ?? [])
            if (detail?.ErrorCode !== 'AlreadyExistsException') throw refused(detail, PartitionValues);
        });
      }
    },
    async drop(table, values) {
      for (let from = 0; from < values.length; from += DROPPED_AT_ONCE) {
        const some = values.slice(from, from + DROPPED_AT_ONCE);
        await Promise.all(
          some.map((PartitionValues) =>
            asked(named(database, table), () =>
              client
                .send(
                  new DeletePartitionCommand({
                    DatabaseName,
                    TableName: table,
                    PartitionValues: [...PartitionValues],
                  }),
                )
                .catch((error: unknown) => {
                  if (saidBy(error).name !== 'EntityNotFoundException') throw error;
                }),
            ),
          ),
        );
      }
    },
  };
}

const named = (database: string, table: string): string => `${database}.${table}`;

const folder = (location: string): string => `${location.replace(/\/+$/, '')}/`;

/** What Glue says of one partition of many, as an error of a call of its own. */
const refused = (
  detail: { readonly ErrorCode?: string | undefined; readonly ErrorMessage?: string | undefined } | undefined,
  values: readonly string[] | undefined,
): Error =>
  Object.assign(
    new Error(`partition ${(values ?? []).join('/')}: ${detail?.ErrorMessage ?? 'it was refused'}`),
    {
      name: detail?.ErrorCode ?? 'Unknown',
      $metadata: { httpStatusCode: 400 },
    },
  );
