import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { When } from '../api/pipeline.ts';
import { choices, type Scope } from '../api/questions.ts';
import { useLook } from './look.ts';
import { daysOfRange } from './periods.ts';
import { scopeOf } from './search.ts';

/** What the page is asked: the address, and the range that this person likes where the address names no days. */
export function useScope(): { readonly scope: Scope; readonly ready: boolean } {
  const search = scopeOf(useSearch({ strict: false }));
  const { look } = useLook();
  const wants = search.from === undefined && search.to === undefined && look.range !== 'month';
  const { data } = useQuery({ ...choices, enabled: wants });
  if (!wants) return { scope: search, ready: true };
  const latest = data?.about.period.to;
  if (latest === undefined) return { scope: search, ready: false };
  return { scope: { ...search, ...daysOfRange(look.range, latest) }, ready: true };
}

/** As of when the pages are asked, by the address. */
export function useWhen(): When {
  const { asOf } = scopeOf(useSearch({ strict: false }));
  return asOf === undefined ? NOW : { asOf };
}

const NOW: When = {};

/** As of when, and how to change it: the page stays, and so do its filters. */
export function useAsOf(): { asOf: string | undefined; show: (asOf: string | undefined) => void } {
  const { asOf } = useWhen();
  const navigate = useNavigate();
  const show = (text: string | undefined) =>
    void navigate({
      to: '.',
      search: (before: Record<string, unknown>) => ({ ...before, asOf: text }),
      resetScroll: false,
    });
  return { asOf, show };
}

/** Changes filters in the address; undefined takes one away. Back undoes it. */
export function useFilter(): (change: { [K in keyof Scope]?: Scope[K] | undefined }) => void {
  const navigate = useNavigate();
  return useCallback(
    (change) =>
      void navigate({
        to: '/',
        search: (before: Record<string, unknown>) => scopeOf({ ...before, ...change }),
        resetScroll: false,
      }),
    [navigate],
  );
}
