/** An account as the organization has it now. */
export interface OrganizationAccount {
  readonly accountId: string;
  readonly name: string | undefined;
  /** Names of the OUs from below Root to the account's own; empty directly below Root. No name holds a slash. */
  readonly ous: readonly string[];
  /** Id of the account's own OU; undefined directly below Root. */
  readonly ouId: string | undefined;
  /** Who pays: the organization's management account. */
  readonly payerAccountId: string;
  /** `ACTIVE`, `SUSPENDED`, `CLOSED` …, as the organization says it. */
  readonly status: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** An organization as it is now: closed accounts are in it for about 90 days more. */
export interface Organization {
  readonly id: string;
  readonly accounts: readonly OrganizationAccount[];
}

/** Reads the organization. @throws UserError `ORGANIZATION_UNREADABLE`, `CREDENTIALS_*` */
export type ReadOrganization = () => Promise<Organization>;
