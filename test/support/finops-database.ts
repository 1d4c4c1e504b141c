import { readFileSync } from 'node:fs';
import { CreateDatabaseCommand, CreateTableCommand, type GlueClient } from '@aws-sdk/client-glue';

interface Column {
  readonly name: string;
  readonly type: string;
}

interface Table {
  readonly prefix: string;
  readonly format: keyof typeof FORMATS;
  readonly columns: readonly Column[];
  readonly partition_keys: readonly Column[];
}

interface View {
  readonly sql: string;
  readonly columns: readonly (Column & { readonly view_type: string })[];
}

const TEXT = {
  InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
  OutputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
};

/** As in infra/terraform/catalog.tf. */
const FORMATS = {
  parquet: {
    InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
    OutputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
    SerdeInfo: {
      SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
      Parameters: { 'serialization.format': '1' },
    },
    Parameters: { classification: 'parquet' },
  },
  csv: {
    ...TEXT,
    SerdeInfo: {
      SerializationLibrary: 'org.apache.hadoop.hive.serde2.OpenCSVSerde',
      Parameters: { separatorChar: ',', quoteChar: '"' },
    },
    Parameters: { classification: 'csv', 'skip.header.line.count': '1' },
  },
  json: {
    ...TEXT,
    SerdeInfo: {
      SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe',
      Parameters: { 'serialization.format': '1' },
    },
    Parameters: { classification: 'json' },
  },
} as const;

const printed = <T>(name: string): Readonly<Record<string, T>> =>
  JSON.parse(readFileSync(new URL(`../../infra/terraform/${name}`, import.meta.url), 'utf8'));

const named = (columns: readonly Column[]) => columns.map(({ name, type }) => ({ Name: name, Type: type }));

/** Makes the database that infra/terraform makes, over the lake at `lake` (`s3://…`). */
export async function finopsDatabase(client: GlueClient, database: string, lake: string): Promise<void> {
  await client.send(new CreateDatabaseCommand({ DatabaseInput: { Name: database } }));
  for (const [name, table] of Object.entries(printed<Table>('tables.json'))) {
    const { Parameters, ...format } = FORMATS[table.format];
    const TableInput = {
      Name: name,
      TableType: 'EXTERNAL_TABLE',
      Parameters: { ...Parameters, EXTERNAL: 'TRUE' },
      PartitionKeys: named(table.partition_keys),
      StorageDescriptor: {
        ...format,
        Columns: named(table.columns),
        Location: `${lake}/${table.prefix}/`,
      },
    };
    await client.send(new CreateTableCommand({ DatabaseName: database, TableInput }));
  }
  for (const [name, { sql, columns }] of Object.entries(printed<View>('views.json'))) {
    const view = {
      originalSql: sql,
      catalog: 'awsdatacatalog',
      schema: database,
      columns: columns.map((column) => ({ name: column.name, type: column.view_type })),
    };
    const TableInput = {
      Name: name,
      Description: 'Presto View',
      TableType: 'VIRTUAL_VIEW',
      Parameters: { presto_view: 'true', comment: 'Presto View' },
      ViewOriginalText: `/* Presto View: ${Buffer.from(JSON.stringify(view)).toString('base64')} */`,
      ViewExpandedText: '/* Presto View */',
      StorageDescriptor: {
        Columns: named(columns),
        SerdeInfo: { Name: '-', SerializationLibrary: '-' },
      },
    };
    await client.send(new CreateTableCommand({ DatabaseName: database, TableInput }));
  }
}
