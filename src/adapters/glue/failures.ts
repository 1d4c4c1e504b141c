import { UserError } from '../../core/errors/user-error.ts';
import { fateOf, identityFailure, PASSING, saidBy } from '../aws/failures.ts';

/** What a user can do about a call of Glue that failed; `about` is the database, or one of its tables. */
export function glueFailure(error: unknown, about: string): unknown {
  if (error instanceof UserError) return error;
  const said = saidBy(error);
  const identity = identityFailure(said);
  if (identity !== undefined) return new UserError(...identity, { cause: error });
  if (/^AccessDenied/.test(said.name) || said.status === 403)
    return new UserError(
      'TABLES_DENIED',
      {
        what: `Glue refuses a call about ${about}: ${said.message}`,
        remedy:
          'Allow the action that the message names (iam/lambda-digest-policy.json lists what is needed), and read the grants of Lake Formation where it is in use.',
      },
      { cause: error },
    );
  if (said.name === 'EntityNotFoundException')
    return new UserError(
      'TABLES_MISSING',
      {
        what: `Glue has no ${about}: ${said.message}`,
        remedy: 'Apply the Terraform module (infra/terraform), or name the right database in GLUE_DATABASE.',
      },
      { cause: error },
    );
  if (PASSING.has(said.name) || fateOf(error) !== 'final' || said.name === 'InternalServiceException')
    return new UserError(
      'TABLES_UNREACHABLE',
      {
        what: `Glue did not do what was asked about ${about}, again and again: ${said.name}: ${said.message}`,
        remedy:
          'Run the command again later; "spendlight verify --repair" mends what was left undone. The lake itself is whole.',
      },
      { cause: error },
    );
  return error;
}
