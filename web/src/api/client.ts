import { hc } from 'hono/client';
import type { App } from '../../../src/api/app.ts';
import type { Problem } from '../../../src/api/schemas/problem.ts';

export const API = '/api/v1';
/** What the page can do, a script can do: it knows the API by this client alone. */
export const client = hc<App>(API);

/** An answer that is a problem, or no answer at all. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

interface Answered {
  readonly ok: boolean;
  readonly status: number;
  json(): Promise<unknown>;
}

/** The body of a good answer. @throws ProblemError for all others */
export async function read<T>(asked: Promise<Answered>): Promise<T> {
  const answer = await asked.catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ProblemError(UNREACHABLE);
  });
  const body = await answer.json().catch(() => undefined);
  if (answer.ok && body !== undefined) return body as T;
  throw new ProblemError(isProblem(body) ? body : unreadable(answer.status));
}

const isProblem = (body: unknown): body is Problem =>
  typeof body === 'object' && body !== null && 'code' in body && 'remedy' in body;

const UNREACHABLE: Problem = {
  type: 'about:blank',
  title: 'The server does not answer',
  status: 0,
  code: 'SERVER_UNREACHABLE',
  detail: 'The server of this page does not answer.',
  remedy: 'Start it again with "spendlight serve"; the page goes on by itself.',
  requestId: '',
};

const unreadable = (status: number): Problem => ({
  type: 'about:blank',
  title: 'Not an answer of Spendlight',
  status,
  code: 'ANSWER_UNREADABLE',
  detail: `Something between this page and the server answered ${status} in its place.`,
  remedy: 'Look at the proxy in front of Spendlight, then try again.',
  requestId: '',
});
