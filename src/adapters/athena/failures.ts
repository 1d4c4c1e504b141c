import type { QueryExecutionStatus } from '@aws-sdk/client-athena';
import { UserError } from '../../core/errors/user-error.ts';
import { fateOf, identityFailure, saidBy } from '../aws/failures.ts';

const ELSEWHERE = 'ask the embedded engine: --engine duckdb.';

/** A call of Athena's API failed: as an error with a remedy; our own mistakes stay as they are. */
export function callFailure(error: unknown, workgroup: string): unknown {
  if (error instanceof UserError) return error;
  const said = saidBy(error);
  const identity = identityFailure(said);
  const cause = { cause: error };
  if (identity !== undefined) return new UserError(...identity, cause);
  const what = `Athena says ${said.name}: ${said.message}`;
  if (/AccessDenied/.test(said.name)) return denied(what, error);
  if (/workgroup.*(not found|does not exist)/i.test(said.message)) {
    const remedy = `Make the workgroup "${workgroup}", or set ATHENA_WORKGROUP to one that is there.`;
    return new UserError('ENGINE_WORKGROUP_MISSING', { what, remedy }, cause);
  }
  if (/throttl|TooManyRequests/i.test(said.name) || said.status === 429) {
    const remedy = 'Wait until fewer queries run, and run the command again.';
    return new UserError('ENGINE_BUSY', { what, remedy }, cause);
  }
  if (said.name === 'InvalidRequestException') {
    const remedy = /output location/i.test(said.message)
      ? `Give the workgroup "${workgroup}" a place for results (an S3 address).`
      : `Change the query, or ${ELSEWHERE}`;
    return new UserError('ENGINE_REFUSED', { what, remedy }, cause);
  }
  if (fateOf(error) === 'final' && said.status === undefined) return error;
  const remedy = `Run the command again, or ${ELSEWHERE}`;
  return new UserError('ENGINE_UNREACHABLE', { what, remedy }, cause);
}

/** A statement ended without an answer. `statement` is for whoever looks into the cause. */
export function statementFailure(
  { State, StateChangeReason = 'no reason given', AthenaError }: QueryExecutionStatus,
  statement: string,
): UserError {
  const cause = new Error(`${StateChangeReason}\n${statement.slice(0, 2_000)}`);
  const what = `Athena: ${StateChangeReason}`;
  if (/bytes scanned limit/i.test(StateChangeReason)) {
    const remedy = `Ask for fewer days, or raise the workgroup's limit of bytes per query; or ${ELSEWHERE}`;
    return new UserError('ENGINE_SCAN_LIMIT', { what, remedy }, { cause });
  }
  if (State === 'CANCELLED')
    return new UserError('ENGINE_STOPPED', { what, remedy: 'Run the command again.' }, { cause });
  if (/access denied|permission_denied|insufficient permissions|not authorized/i.test(StateChangeReason))
    return denied(what, cause);
  const isUsers = AthenaError?.ErrorCategory === 2;
  if (isUsers)
    return new UserError('ENGINE_REFUSED', { what, remedy: `Change the query, or ${ELSEWHERE}` }, { cause });
  const remedy = `Run the command again, or ${ELSEWHERE}`;
  return new UserError('ENGINE_FAILED', { what, remedy }, { cause });
}

const denied = (what: string, cause: unknown): UserError =>
  new UserError(
    'ENGINE_DENIED',
    {
      what,
      remedy:
        'Allow the caller athena:StartQueryExecution, GetQueryExecution, GetQueryResults and StopQueryExecution on the workgroup, glue:GetTable and GetPartitions on the tables, and s3:GetObject on the lake, with s3:PutObject where results go.',
    },
    { cause },
  );
