import { UserError } from '../../core/errors/user-error.ts';

/** What Trino says against a statement. */
export interface TrinoSaid {
  readonly errorName: string;
  readonly errorType: string;
  readonly message: string;
}

const ELSEWHERE = 'ask the embedded engine: --engine duckdb.';

/** `statement` is for whoever looks into the cause. */
export function trinoFailure({ errorName, errorType, message }: TrinoSaid, statement: string): UserError {
  const cause = new Error(`${errorName}: ${message}\n${statement.slice(0, 2_000)}`);
  const what = `Trino says ${errorName}: ${message}`;
  if (/CANCEL|KILLED/.test(errorName))
    return new UserError('ENGINE_STOPPED', { what, remedy: 'Run the command again.' }, { cause });
  if (errorName === 'EXCEEDED_SCAN_LIMIT') {
    const remedy = `Ask for fewer days, or raise query.max-scan-physical-bytes; or ${ELSEWHERE}`;
    return new UserError('ENGINE_SCAN_LIMIT', { what, remedy }, { cause });
  }
  if (errorName === 'QUERY_QUEUE_FULL') {
    const remedy = 'Wait until fewer queries run, and run the command again.';
    return new UserError('ENGINE_BUSY', { what, remedy }, { cause });
  }
  if (errorName === 'PERMISSION_DENIED' || errorName === 'ACCESS_DENIED') {
    const remedy = 'Let the user of TRINO_URL read the tables of the lake.';
    return new UserError('ENGINE_DENIED', { what, remedy }, { cause });
  }
  if (errorType === 'USER_ERROR')
    return new UserError('ENGINE_REFUSED', { what, remedy: `Change the query, or ${ELSEWHERE}` }, { cause });
  const remedy = `Run the command again when Trino is well, or ${ELSEWHERE}`;
  return new UserError('ENGINE_FAILED', { what, remedy }, { cause });
}

/** No page came. `wasStopped`: by ourselves. */
export function trinoUnreachable(server: string, error: unknown, wasStopped: boolean): UserError {
  const { host } = new URL(server);
  if (wasStopped) {
    const what = `A statement on Trino at ${host} was stopped`;
    return new UserError('ENGINE_STOPPED', { what, remedy: 'Run the command again.' }, { cause: error });
  }
  const said = error instanceof Error ? reasonOf(error) : String(error);
  return new UserError(
    'ENGINE_UNREACHABLE',
    {
      what: `Trino at ${host} gives no answer: ${said}`,
      remedy: `Check TRINO_URL, and whether the server is up; or ${ELSEWHERE}`,
    },
    { cause: error },
  );
}

/** `fetch failed` says nothing; what is behind it does. */
const reasonOf = (error: Error): string =>
  error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
