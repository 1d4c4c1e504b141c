import { ProblemError } from '../api/client.ts';
import { Shape } from './status.tsx';

/** What is wrong, what to do, the code and the request it happened in; and a way to try again. */
export function ProblemNotice({ error, retry }: { error: Error; retry?: () => void }) {
  const problem = error instanceof ProblemError ? error.problem : undefined;
  return (
    <div className="note" role="alert">
      <span className="over-ink">
        <Shape of="over" />
      </span>
      <div>
        <p>
          <b>{problem?.detail ?? 'This part of the page is broken.'}</b>
        </p>
        <p>
          {problem?.remedy ?? 'Load the page again; if it stays, tell us what you did.'} Code{' '}
          <code>{problem?.code ?? 'PAGE_BROKEN'}</code>
          {problem?.requestId ? (
            <>
              , request <code>{problem.requestId}</code>
            </>
          ) : null}
        </p>
        {retry !== undefined && (
          <div className="go">
            <button className="btn" type="button" onClick={retry}>
              Try again
            </button>
          </div>
        )}
      </div>
    </div>
  );
}
