import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type {
  Archive,
  Calendar,
  DayHistory,
  Gaps,
  Periods,
  Restatements,
  Runs,
} from '../../../src/api/schemas/pipeline.ts';
import { API, client, read } from './client.ts';

/** As of when: what the address says; nothing is now. */
export interface When {
  readonly asOf?: string;
}

const signalled = (signal: AbortSignal) => ({ init: { signal } });
const kept = { placeholderData: keepPreviousData };

export const runsOf = (when: When) =>
  queryOptions({
    queryKey: ['pipeline', 'runs', when],
    queryFn: ({ signal }) =>
      read<Runs>(client.runs.$get({ query: { ...when, limit: '30' } }, signalled(signal))),
    refetchInterval: 30_000,
    ...kept,
  });
export const periodsOf = (when: When) =>
  queryOptions({
    queryKey: ['pipeline', 'periods', when],
    queryFn: ({ signal }) => read<Periods>(client.periods.$get({ query: when }, signalled(signal))),
    ...kept,
  });
export const calendarOf = (when: When, days: { from?: string; to?: string }) =>
  queryOptions({
    queryKey: ['pipeline', 'calendar', when, days],
    queryFn: ({ signal }) =>
      read<Calendar>(client.calendar.$get({ query: { ...when, ...days } }, signalled(signal))),
    ...kept,
  });
export const restatementsOf = (when: When) =>
  queryOptions({
    queryKey: ['pipeline', 'restatements', when],
    queryFn: ({ signal }) =>
      read<Restatements>(client.restatements.$get({ query: { ...when, limit: '50' } }, signalled(signal))),
    ...kept,
  });
export const dayHistoryOf = (when: When, day: string) =>
  queryOptions({
    queryKey: ['pipeline', 'day-history', when, day],
    queryFn: ({ signal }) =>
      read<DayHistory>(client['day-history'].$get({ query: { ...when, day } }, signalled(signal))),
  });
export const gapsOf = (when: When) =>
  queryOptions({
    queryKey: ['pipeline', 'gaps', when],
    queryFn: ({ signal }) => read<Gaps>(client.gaps.$get({ query: when }, signalled(signal))),
    ...kept,
  });
export const archiveOf = (when: When) =>
  queryOptions({
    queryKey: ['pipeline', 'archive', when],
    queryFn: ({ signal }) =>
      read<Archive>(client.archive.$get({ query: { ...when, limit: '400' } }, signalled(signal))),
    ...kept,
  });

/** Where an archived file can be had. */
export const archivedAddress = (when: When, day: string, ending: 'csv' | 'parquet'): string =>
  `${API}/archive/${day}/ou_breakdown.${ending}${when.asOf === undefined ? '' : `?asOf=${encodeURIComponent(when.asOf)}`}`;
