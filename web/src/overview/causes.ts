import { useQuery } from '@tanstack/react-query';
import { causesOf, type Scope } from '../api/questions.ts';

/** Undefined while it is looked for, null where no single cause was found. */
export type Why = string | null | undefined;

/**
 * Why a service in an account moved. Causes are read from lines and come after the figures, which do not wait for them.
 */
export function useWhy(scope: Scope): (service: string | null, account: string | undefined) => Why {
  const { data, isError } = useQuery(causesOf(scope));
  if (data === undefined) return () => (isError ? null : undefined);
  return (service, account) =>
    data.rows.find((row) => row.service === service && row.account.id === account)?.why ?? null;
}
