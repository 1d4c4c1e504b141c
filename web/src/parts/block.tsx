import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ProblemNotice } from './problem-notice.tsx';

interface BlockOf<T> {
  readonly asked: UseQueryResult<T>;
  readonly skeleton: ReactNode;
  readonly children: (data: T) => ReactNode;
}

/** What was asked: its skeleton first, the problem if there is one, else the figures; old ones dimmed while new ones load. */
export function Block<T>({ asked, skeleton, children }: BlockOf<T>) {
  if (asked.data !== undefined) {
    return (
      <>
        {asked.error !== null && <ProblemNotice error={asked.error} retry={() => void asked.refetch()} />}
        <div className={asked.isPlaceholderData ? 'old' : undefined} aria-busy={asked.isPlaceholderData}>
          {children(asked.data)}
        </div>
      </>
    );
  }
  if (asked.error !== null) return <ProblemNotice error={asked.error} retry={() => void asked.refetch()} />;
  return <>{skeleton}</>;
}
