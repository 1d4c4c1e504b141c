import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Alerts, Causes, Lights, Movers, Shares, Trend } from '../../../src/api/schemas/blocks.ts';
import type { IngestJob } from '../../../src/api/schemas/first-run.ts';
import type { Outbox, Preferences, StatusAnswer } from '../../../src/api/schemas/health.ts';
import type { Choices, Overview, ProofAnswer } from '../../../src/api/schemas/overview.ts';
import type { ScopeQuery } from '../../../src/api/schemas/parts.ts';
import { API, client, read } from './client.ts';
import type { When } from './pipeline.ts';

/** The filters of the page, as the address and the API spell them. */
export type Scope = ScopeQuery;

const signalled = (signal: AbortSignal) => ({ init: { signal } });
/** While new figures are on their way the old ones stay, dimmed. */
const kept = { placeholderData: keepPreviousData };

export const overviewOf = (scope: Scope) =>
  queryOptions({
    queryKey: ['costs', 'overview', scope],
    queryFn: ({ signal }) => read<Overview>(client.overview.$get({ query: scope }, signalled(signal))),
    ...kept,
  });
export const trendOf = (scope: Scope) =>
  queryOptions({
    queryKey: ['costs', 'trend', scope],
    queryFn: ({ signal }) =>
      read<Trend>(client.trend.$get({ query: { ...scope, by: 'none' } }, signalled(signal))),
    ...kept,
  });
/** The days once more, divided by service: for who looks closer. */
export const trendPartsOf = (scope: Scope) =>
  queryOptions({
    queryKey: ['costs', 'trend', 'service', scope],
    queryFn: ({ signal }) =>
      read<Trend>(client.trend.$get({ query: { ...scope, by: 'service' } }, signalled(signal))),
  });
export const lightsOf = (scope: Scope) =>
  queryOptions({
    queryKey: ['costs', 'lights', scope],
    queryFn: ({ signal }) => read<Lights>(client.lights.$get({ query: scope }, signalled(signal))),
    ...kept,
  });
export const moversOf = (scope: Scope) =>
  queryOptions({
    queryKey: ['costs', 'movers', scope],
    queryFn: ({ signal }) => read<Movers>(client.movers.$get({ query: scope }, signalled(signal))),
    ...kept,
  });
export const causesOf = (scope: Scope) =>
  queryOptions({
    queryKey: ['costs', 'causes', scope],
    queryFn: ({ signal }) => read<Causes>(client.causes.$get({ query: scope }, signalled(signal))),
  });
export const alertsOf = (scope: Scope) =>
  queryOptions({
    queryKey: ['costs', 'alerts', scope],
    queryFn: ({ signal }) => read<Alerts>(client.alerts.$get({ query: scope }, signalled(signal))),
    ...kept,
  });
export const sharesOf = (scope: Scope, by: 'service' | 'account', rows: number) =>
  queryOptions({
    queryKey: ['costs', 'shares', by, rows, scope],
    queryFn: ({ signal }) =>
      read<Shares>(client.shares.$get({ query: { ...scope, by, limit: String(rows) } }, signalled(signal))),
    ...kept,
  });
export const proofOf = (scope: Scope) =>
  queryOptions({
    queryKey: ['costs', 'proof', scope],
    queryFn: ({ signal }) => read<ProofAnswer>(client.proof.$get({ query: scope }, signalled(signal))),
    ...kept,
  });
export const choices = queryOptions({
  queryKey: ['costs', 'choices'],
  queryFn: ({ signal }) => read<Choices>(client.choices.$get({ query: {} }, signalled(signal))),
});
export const statusOf = (when: When) =>
  queryOptions({
    queryKey: ['status', when],
    queryFn: ({ signal }) => read<StatusAnswer>(client.status.$get({ query: when }, signalled(signal))),
  });
export const status = statusOf({});
export const outboxOf = (when: When) =>
  queryOptions({
    queryKey: ['outbox', when],
    queryFn: ({ signal }) => read<Outbox>(client.outbox.$get({ query: when }, signalled(signal))),
  });
export const preferences = queryOptions({
  queryKey: ['preferences'],
  queryFn: ({ signal }) => read<Preferences>(client.preferences.$get({}, signalled(signal))),
  staleTime: Number.POSITIVE_INFINITY,
});

export const jobOf = (job: string) =>
  queryOptions({
    queryKey: ['ingest', job],
    queryFn: ({ signal }) =>
      read<IngestJob>(client.ingest[':job'].$get({ param: { job } }, signalled(signal))),
    refetchInterval: ({ state }) =>
      state.data === undefined || state.data.state === 'running' ? 400 : false,
  });

/** Where a block can be had as CSV: exactly its rows, full precision. */
export function csvAddress(block: string, scope: Scope): string {
  const given = Object.entries(scope).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const text = new URLSearchParams(given).toString();
  return `${API}/exports/${block}.csv${text === '' ? '' : `?${text}`}`;
}
