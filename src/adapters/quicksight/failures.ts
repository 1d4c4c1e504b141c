import type { Ingestion } from '@aws-sdk/client-quicksight';
import { UserError } from '../../core/errors/user-error.ts';
import { fateOf, identityFailure, saidBy } from '../aws/failures.ts';

const RIGHTS =
  'Let QuickSight read the bucket and the workgroup (Manage QuickSight, Security and permissions), then: spendlight run';
const TABLES =
  'See whether the view is as it was (spendlight verify --repair mends the Glue catalog), then: spendlight run';
const CAPACITY = 'Buy SPICE capacity for the region, or leave days out of the data set, then: spendlight run';
const ANOTHER = 'See in its refresh history what came in between; the next run refreshes it again';
const HISTORY = 'Look into its refresh history in QuickSight, then: spendlight run';

/** What mends an ingestion that failed with an error of this type. */
export const REMEDIES: Readonly<Record<string, string>> = {
  PERMISSION_DENIED: RIGHTS,
  DATA_SOURCE_AUTH_FAILED: RIGHTS,
  FAILURE_TO_ASSUME_ROLE: RIGHTS,
  IAM_ROLE_NOT_AVAILABLE: RIGHTS,
  S3_FILE_INACCESSIBLE: RIGHTS,
  SQL_EXCEPTION: TABLES,
  SQL_SCHEMA_MISMATCH_ERROR: TABLES,
  SQL_TABLE_NOT_FOUND: TABLES,
  SPICE_TABLE_NOT_FOUND: TABLES,
  ACCOUNT_CAPACITY_LIMIT_EXCEEDED: CAPACITY,
  DATA_SET_SIZE_LIMIT_EXCEEDED: CAPACITY,
  INGESTION_CANCELED: ANOTHER,
  INGESTION_SUPERSEDED: ANOTHER,
  REFRESH_SUPPRESSED_BY_EDIT: ANOTHER,
};

/** The ingestion ended, and not well. */
export function failed(
  dataSet: string,
  id: string,
  { IngestionStatus, ErrorInfo }: Partial<Ingestion>,
): UserError {
  const { Type: type, Message: message } = ErrorInfo ?? {};
  const why = [type, message].filter((part) => part !== undefined).join(': ');
  const ended = IngestionStatus === 'CANCELLED' ? 'was cancelled' : 'failed';
  return notRefreshed(
    dataSet,
    `its ingestion ${id} ${ended}${why === '' ? '' : ` (${why})`}`,
    (type === undefined ? undefined : REMEDIES[type]) ?? HISTORY,
  );
}

export function stillGoing(dataSet: string, id: string, waitedMs: number): UserError {
  const minutes = Math.round(waitedMs / 60_000);
  return new UserError('DASHBOARD_STILL_REFRESHING', {
    what: `QuickSight still refreshes the data set ${dataSet} after ${minutes} minutes (ingestion ${id}): its dashboard may show older figures`,
    remedy: 'It goes on without us: look into its refresh history in QuickSight in an hour',
  });
}

export const gone = (dataSet: string, name: string, times: number): UserError =>
  notRefreshed(dataSet, `it was refreshed ${times} times as ${name}`, HISTORY);

/** A call that was refused or got no answer, in our words; what is ours already stays as it is. */
export function refused(dataSet: string, error: unknown): unknown {
  if (error instanceof UserError) return error;
  const said = saidBy(error);
  const identity = identityFailure(said);
  if (identity !== undefined) return new UserError(...identity, { cause: error });
  if (said.status === undefined && fateOf(error) === 'final') return error;
  const why = `${said.name}: ${said.message}`.replace(/\s+/g, ' ').slice(0, 300);
  return notRefreshed(dataSet, why, remedyFor(said.name), error);
}

function remedyFor(name: string): string {
  switch (name) {
    case 'AccessDeniedException':
      return 'Allow quicksight:CreateIngestion and quicksight:DescribeIngestion on the ingestions of this data set, then: spendlight run';
    case 'ResourceNotFoundException':
      return 'Check QUICKSIGHT_DATASET_ID, AWS_ACCOUNT_ID and AWS_REGION: there is no such data set';
    case 'LimitExceededException':
      return 'QuickSight takes 8 refreshes in 24 hours (Standard) or 32 (Enterprise): wait, the next run refreshes it again';
    case 'InvalidParameterValueException':
      return 'Check that QUICKSIGHT_DATASET_ID names a data set that is kept in SPICE';
    default:
      return 'It was tried for some seconds; the next run refreshes it again, or: spendlight run';
  }
}

const notRefreshed = (dataSet: string, why: string, remedy: string, cause?: unknown): UserError =>
  new UserError(
    'DASHBOARD_NOT_REFRESHED',
    { what: `The QuickSight data set ${dataSet} was not refreshed: ${why}`, remedy },
    cause === undefined ? {} : { cause },
  );
