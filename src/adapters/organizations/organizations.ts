import {
  type Account,
  DescribeOrganizationCommand,
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  ListRootsCommand,
  ListTagsForResourceCommand,
  type OrganizationalUnit,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { known } from '../../core/errors/invariant.ts';
import { UserError } from '../../core/errors/user-error.ts';
import type { OrganizationAccount, ReadOrganization } from '../../ports/organization.ts';
import { type AwsSettings, centralKeys } from '../aws/access.ts';
import { clientOptions } from '../aws/client-options.ts';
import { fateOf, identityFailure, saidBy } from '../aws/failures.ts';
import { type Patience, retried } from '../aws/retried.ts';

export interface OrganizationsOf extends Patience {
  readonly aws: AwsSettings;
  /** Undefined: as AWS_ENDPOINT_URL says, else Amazon's own. */
  readonly endpoint?: string;
}

/**
 * AWS Organizations, read by the management account or a delegated administrator: the tree of OUs, the accounts in it and
 * their tags. One call after another: Organizations takes few a second.
 */
export function awsOrganization({ aws, endpoint, ...patience }: OrganizationsOf): ReadOrganization {
  const client = new OrganizationsClient(clientOptions({ aws, endpoint, keys: centralKeys(aws) }));
  return async () => {
    try {
      const reading = new Reading(client, patience);
      return { id: await reading.begin(), accounts: await reading.accounts() };
    } catch (error) {
      throw unreadable(error);
    } finally {
      client.destroy();
    }
  };
}

class Reading {
  readonly #client: OrganizationsClient;
  readonly #patience: Patience;
  #payer = '';

  constructor(client: OrganizationsClient, patience: Patience) {
    this.#client = client;
    this.#patience = patience;
  }

  /** Gives the organization's id. */
  async begin(): Promise<string> {
    const { Organization } = await this.#asked(() => this.#client.send(new DescribeOrganizationCommand({})));
    this.#payer = known(Organization?.MasterAccountId, 'the management account');
    return known(Organization?.Id, 'the id of the organization');
  }

  async accounts(): Promise<OrganizationAccount[]> {
    const { Roots } = await this.#asked(() => this.#client.send(new ListRootsCommand({})));
    const found: OrganizationAccount[] = [];
    for (const { Id } of Roots ?? []) await this.#below(known(Id, 'the id of a root'), [], undefined, found);
    return found;
  }

  async #below(
    parent: string,
    ous: readonly string[],
    ouId: string | undefined,
    found: OrganizationAccount[],
  ): Promise<void> {
    for (const account of await this.#accountsOf(parent)) {
      const accountId = known(account.Id, 'the id of an account');
      found.push({
        accountId,
        name: account.Name,
        ous,
        ouId,
        payerAccountId: this.#payer,
        status: account.State ?? account.Status,
        tags: await this.#tagsOf(accountId),
      });
    }
    for (const { Id, Name } of await this.#ousOf(parent)) {
      const id = known(Id, 'the id of an OU');
      // In a path a slash parts two OUs.
      await this.#below(id, [...ous, (Name ?? id).replaceAll('/', '-')], id, found);
    }
  }

  #accountsOf(ParentId: string): Promise<Account[]> {
    return this.#paged(async (NextToken) => {
      const page = await this.#client.send(new ListAccountsForParentCommand({ ParentId, NextToken }));
      return [page.Accounts ?? [], page.NextToken];
    });
  }

  #ousOf(ParentId: string): Promise<OrganizationalUnit[]> {
    return this.#paged(async (NextToken) => {
      const page = await this.#client.send(
        new ListOrganizationalUnitsForParentCommand({ ParentId, NextToken }),
      );
      return [page.OrganizationalUnits ?? [], page.NextToken];
    });
  }

  async #tagsOf(ResourceId: string): Promise<Record<string, string>> {
    const tags = await this.#paged(async (NextToken) => {
      const page = await this.#client.send(new ListTagsForResourceCommand({ ResourceId, NextToken }));
      return [page.Tags ?? [], page.NextToken];
    });
    const pairs = tags.map(({ Key = '', Value = '' }) => [Key, Value] as const);
    return Object.fromEntries([...pairs].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  async #paged<T>(
    page: (token: string | undefined) => Promise<readonly [T[], string | undefined]>,
  ): Promise<T[]> {
    const all: T[] = [];
    let token: string | undefined;
    do {
      const [items, next] = await this.#asked(() => page(token));
      all.push(...items);
      token = next;
    } while (token !== undefined);
    return all;
  }

  #asked<T>(call: () => Promise<T>): Promise<T> {
    return retried(this.#patience, call);
  }
}

const RIGHTS =
  'organizations:DescribeOrganization, ListRoots, ListOrganizationalUnitsForParent, ListAccountsForParent and ListTagsForResource';

function unreadable(error: unknown): unknown {
  if (error instanceof UserError) return error;
  const said = saidBy(error);
  const identity = identityFailure(said);
  if (identity !== undefined) return new UserError(...identity, { cause: error });
  if (said.status === undefined && fateOf(error) === 'final') return error;
  return new UserError(
    'ORGANIZATION_UNREADABLE',
    {
      what: `AWS Organizations cannot be read: ${said.name}: ${said.message}`,
      remedy: `Ask as the management account or a delegated administrator (AWS_ROLE_ARN), with ${RIGHTS}; or write the accounts into a file: spendlight accounts import FILE.`,
    },
    { cause: error },
  );
}
