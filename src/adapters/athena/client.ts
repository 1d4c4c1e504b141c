import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type QueryExecution,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { known } from '../../core/errors/invariant.ts';
import { UserError } from '../../core/errors/user-error.ts';
import { costOf, NO_QUERIES, type QueryCost, together } from '../../core/query-cost/query-cost.ts';
import type { AwsSettings } from '../aws/access.ts';
import { clientOptions } from '../aws/client-options.ts';
import { type Patience, retried } from '../aws/retried.ts';
import type { Answered, RunOptions, StatementRunner } from '../trino/runner.ts';
import { wholeOf } from '../trino/trino-runner.ts';
import { callFailure, statementFailure } from './failures.ts';
import { columnOf, rowOf } from './results.ts';

export interface AthenaOf extends Patience {
  readonly aws: AwsSettings;
  readonly workgroup: string;
  /** Glue database of the lake's tables. */
  readonly database: string;
  /** How old an earlier answer to the same text may be to be given again; 0: none is. */
  readonly reuseMinutes: number;
  /** Dollars a terabyte read, decimal text. */
  readonly usdPerTb: string;
  /** Told of each statement that has ended. */
  readonly onEnded?: (ended: EndedQuery) => void;
  /** Undefined: as AWS_ENDPOINT_URL says, else Amazon's own. */
  readonly endpoint?: string;
}

/** A statement that has ended, well or not. */
export interface EndedQuery {
  readonly id: string;
  readonly state: string;
  readonly ms: number;
  readonly cost: QueryCost;
}

/** A statement whose answer can be read. */
interface Ended {
  readonly id: string;
  readonly execution: QueryExecution;
}

/** What Athena takes as one statement. */
const STATEMENT_BYTES_MAX = 262_144;
const ROWS_A_PAGE = 1_000;
const FIRST_LOOK_MS = 100;
const LONGEST_PAUSE_MS = 3_000;

/**
 * Amazon Athena. A statement is begun once, whatever happens to the call's answer: its token makes a repetition the same
 * statement. Failures of calls that pass by themselves (throttling, 5xx) are waited out.
 */
export function athena(of: AthenaOf): StatementRunner {
  const client = new AthenaClient(clientOptions(of));
  return new Athena(client, of);
}

class Athena implements StatementRunner {
  readonly kind = 'athena';
  readonly version: string;
  readonly schema: string;
  readonly statementBytesMax = STATEMENT_BYTES_MAX;
  readonly #client: AthenaClient;
  readonly #of: AthenaOf;
  readonly #running = new Set<Promise<Ended>>();
  readonly #closing = new AbortController();
  #cost: QueryCost = { ...NO_QUERIES, dollars: undefined };

  constructor(client: AthenaClient, of: AthenaOf) {
    this.#client = client;
    this.#of = of;
    this.version = `Athena, workgroup ${of.workgroup}`;
    this.schema = of.database;
  }

  run(text: string, options?: RunOptions): Promise<Answered> {
    return wholeOf(this.pages(text, options));
  }

  async carryOut(text: string): Promise<void> {
    await this.#toItsEnd(text, false);
  }

  #toItsEnd(text: string, mayReuse: boolean): Promise<Ended> {
    const running = this.#begin(text, mayReuse).then((id) => this.#ended(id, text));
    this.#running.add(running);
    return running.finally(() => this.#running.delete(running));
  }

  async *pages(text: string, { mayReuse = false }: RunOptions = {}): AsyncGenerator<Answered> {
    const { id, execution } = await this.#toItsEnd(text, mayReuse);
    const scannedBytes = execution.Statistics?.DataScannedInBytes ?? 0;
    // The first row of an answer to a SELECT is its header.
    let skip = execution.StatementType === 'DML' ? 1 : 0;
    let token: string | undefined;
    do {
      const { ResultSet, NextToken } = await this.#call(() =>
        this.#client.send(
          new GetQueryResultsCommand({ QueryExecutionId: id, NextToken: token, MaxResults: ROWS_A_PAGE }),
        ),
      );
      const columns = ResultSet?.ResultSetMetadata?.ColumnInfo ?? [];
      const rows = (ResultSet?.Rows ?? []).slice(skip);
      skip = 0;
      yield { columns: columns.map(columnOf), rows: rows.map((row) => rowOf(row, columns)), scannedBytes };
      token = NextToken;
    } while (token !== undefined);
  }

  cost(): QueryCost {
    return this.#cost;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#running);
    this.#client.destroy();
  }

  async #begin(text: string, mayReuse: boolean): Promise<string> {
    if (this.#closing.signal.aborted) throw stopped();
    const { workgroup, database, reuseMinutes, random } = this.#of;
    const token = random.id();
    const { QueryExecutionId } = await this.#call(() =>
      this.#client.send(
        new StartQueryExecutionCommand({
          QueryString: text,
          ClientRequestToken: token,
          WorkGroup: workgroup,
          QueryExecutionContext: { Catalog: 'AwsDataCatalog', Database: database },
          ...(mayReuse && reuseMinutes > 0
            ? {
                ResultReuseConfiguration: {
                  ResultReuseByAgeConfiguration: { Enabled: true, MaxAgeInMinutes: reuseMinutes },
                },
              }
            : {}),
        }),
      ),
    );
    return known(QueryExecutionId, 'the id of a query');
  }

  /** Waits until the statement has ended well; stops it where nobody waits any more. @throws UserError `ENGINE_*` */
  async #ended(id: string, text: string): Promise<Ended> {
    for (let pauseMs = FIRST_LOOK_MS; ; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
      await this.#of.pause(pauseMs, this.#closing.signal);
      if (this.#closing.signal.aborted) {
        await this.#call(() => this.#client.send(new StopQueryExecutionCommand({ QueryExecutionId: id })));
        throw stopped();
      }
      const { QueryExecution } = await this.#call(() =>
        this.#client.send(new GetQueryExecutionCommand({ QueryExecutionId: id })),
      );
      const execution = known(QueryExecution, 'a query');
      const state = execution.Status?.State ?? '';
      if (state === 'QUEUED' || state === 'RUNNING') continue;
      this.#note(id, state, execution);
      if (state === 'SUCCEEDED') return { id, execution };
      throw statementFailure(execution.Status ?? {}, text);
    }
  }

  #note(id: string, state: string, { Statistics = {}, StatementType }: QueryExecution): void {
    const cost = costOf(
      {
        scannedBytes: Statistics.DataScannedInBytes ?? 0,
        reused: Statistics.ResultReuseInformation?.ReusedPreviousResult === true,
        isFree: StatementType === 'DDL' || state === 'FAILED', // who stopped one pays for what it had read
      },
      this.#of.usdPerTb,
    );
    this.#cost = together(this.#cost, cost);
    this.#of.onEnded?.({ id, state, ms: Statistics.TotalExecutionTimeInMillis ?? 0, cost });
  }

  #call<T>(call: () => Promise<T>): Promise<T> {
    return retried(this.#of, call).catch((error) => Promise.reject(callFailure(error, this.#of.workgroup)));
  }
}

const stopped = (): UserError =>
  new UserError('ENGINE_STOPPED', {
    what: 'A statement on Athena was stopped, as the command ended',
    remedy: 'Run the command again.',
  });
