import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { ExplainQuery } from '../../../src/api/schemas/explain.ts';
import type { Scope } from '../api/questions.ts';
import { pageSearch } from '../app/search.ts';

export type Figure = ExplainQuery['figure'];

const ExplainDrawer = lazy(async () => ({ default: (await import('./explain-drawer.tsx')).ExplainDrawer }));

/** One click shows what stands behind a figure; the address keeps it, so a link shows the same. */
export function Prove({ figure, of }: { figure: Figure; of: string }) {
  const ask = useProve();
  return (
    <button type="button" className="prove" aria-label={`Prove it: ${of}`} onClick={() => ask(figure)}>
      prove it
    </button>
  );
}

/** What stands behind the figure that the address names, if it names one. */
export function ProveDrawer({ scope }: { scope: Scope }) {
  const { prove } = useSearch({ strict: false }) as { prove?: Figure };
  const ask = useProve();
  if (prove === undefined) return null;
  return (
    <Suspense fallback={null}>
      <ExplainDrawer figure={prove} scope={scope} close={() => ask(undefined)} />
    </Suspense>
  );
}

function useProve(): (figure: Figure | undefined) => void {
  const navigate = useNavigate();
  return (figure) =>
    void navigate({
      to: '/',
      search: (before: Record<string, unknown>) => pageSearch({ ...before, prove: figure }),
      resetScroll: false,
    });
}
