import {
  CreateIngestionCommand,
  DescribeIngestionCommand,
  type Ingestion,
  QuickSightClient,
} from '@aws-sdk/client-quicksight';
import type { Dashboard, Refreshed, RefreshOf } from '../../ports/dashboard.ts';
import type { AwsSettings } from '../aws/access.ts';
import { clientOptions } from '../aws/client-options.ts';
import { saidBy } from '../aws/failures.ts';
import { type Patience, retried } from '../aws/retried.ts';
import { failed, gone, refused, stillGoing } from './failures.ts';

export interface QuickSightOf extends Patience {
  readonly aws: AwsSettings;
  /** 12 digits: whose QuickSight it is. Asked for once. */
  readonly accountId: () => Promise<string>;
  readonly dataSetId: string;
  /** Undefined: as AWS_ENDPOINT_URL says, else Amazon's own. */
  readonly endpoint?: string;
}

/** Pauses between two looks double from the first to the longest. */
const FIRST_LOOK_MS = 1_000;
const LONGEST_LOOK_MS = 20_000;
/** Small data sets take a minute; whoever waits longer waits at the price of a running function. */
const WAIT_MS = 180_000;
/** How many refreshes of one name there may be: QuickSight takes 8 or 32 a day, by edition. */
const NUMBERS_MAX = 32;

/** Where an ingestion lies. */
type Place = Readonly<Record<'AwsAccountId' | 'DataSetId' | 'IngestionId', string>>;

/** A SPICE data set of Amazon QuickSight. A refresh is an ingestion; one that was asked for twice is recognised by its id. */
export function quickSight(of: QuickSightOf): Dashboard {
  const { aws, accountId, dataSetId, endpoint, pause, random } = of;
  const ask = async <T>(call: (client: QuickSightClient) => Promise<T>): Promise<T> => {
    const client = new QuickSightClient(clientOptions({ aws, endpoint }));
    return call(client).finally(() => client.destroy());
  };
  return {
    refresh: (wanted) =>
      ask(async (client) => {
        const refreshing = new Refreshing(client, { pause, random }, dataSetId);
        try {
          return await refreshing.ended(await accountId(), wanted);
        } catch (error) {
          throw refused(dataSetId, error);
        }
      }),
  };
}

class Refreshing {
  readonly #client: QuickSightClient;
  readonly #patience: Patience;
  readonly #dataSet: string;

  constructor(client: QuickSightClient, patience: Patience, dataSet: string) {
    this.#client = client;
    this.#patience = patience;
    this.#dataSet = dataSet;
  }

  async ended(account: string, { name, since, isTimeUp = () => false }: RefreshOf): Promise<Refreshed> {
    for (let number = 1; number <= NUMBERS_MAX; number++) {
      const id = number === 1 ? name : `${name}-${number}`;
      const place = { AwsAccountId: account, DataSetId: this.#dataSet, IngestionId: id };
      const isNew = await this.#begin(place);
      const seen = isNew ? undefined : await this.#look(place);
      if (seen !== undefined && isAnother(seen, since)) continue;
      return this.#waited(place, seen, isTimeUp);
    }
    throw gone(this.#dataSet, name, NUMBERS_MAX);
  }

  /** False: there is one by this id. It may be ours, begun by an attempt whose answer was lost. */
  async #begin(place: Place): Promise<boolean> {
    try {
      // In full: a restatement changes days of which an incremental refresh would keep what it has.
      const command = new CreateIngestionCommand({ ...place, IngestionType: 'FULL_REFRESH' });
      await retried(this.#patience, () => this.#client.send(command));
      return true;
    } catch (error) {
      if (saidBy(error).name === 'ResourceExistsException') return false;
      throw error;
    }
  }

  async #look(place: Place): Promise<Partial<Ingestion>> {
    const answer = await retried(this.#patience, () =>
      this.#client.send(new DescribeIngestionCommand(place)),
    );
    return answer.Ingestion ?? {};
  }

  async #waited(
    place: Place,
    seen: Partial<Ingestion> | undefined,
    isTimeUp: () => boolean,
  ): Promise<Refreshed> {
    const id = place.IngestionId;
    let [ingestion, waited, next] = [seen, 0, FIRST_LOOK_MS];
    for (;;) {
      const status = ingestion?.IngestionStatus;
      if (status === 'COMPLETED') return { id, rows: ingestion?.RowInfo?.RowsIngested };
      if (status === 'FAILED' || status === 'CANCELLED') throw failed(this.#dataSet, id, ingestion ?? {});
      if (waited >= WAIT_MS || isTimeUp()) throw stillGoing(this.#dataSet, id, waited);
      await this.#patience.pause(next);
      waited += next;
      next = Math.min(2 * next, LONGEST_LOOK_MS);
      ingestion = await this.#look(place);
    }
  }
}

/** One that ended badly is not looked at again: who asks anew wants a new one. */
const isAnother = (
  { IngestionStatus, CreatedTime }: Partial<Ingestion>,
  since: number | undefined,
): boolean =>
  IngestionStatus === 'FAILED' ||
  IngestionStatus === 'CANCELLED' ||
  (since !== undefined && CreatedTime !== undefined && CreatedTime.getTime() < since);
