import { createRoute, type z } from '@hono/zod-openapi';
import { Problem } from './schemas/problem.ts';

const PROBLEMS = {
  400: 'The request makes no sense.',
  401: 'Who asks is not known.',
  403: 'The request comes from where none may come from.',
  404: 'There is no such thing, or no lake yet.',
  405: 'The address takes other methods.',
  408: 'The body did not come in time.',
  409: 'The lake does not allow it as it is now.',
  413: 'The body is too large.',
  415: 'The body is of another type.',
  422: 'The file or body cannot be used.',
  500: 'Something is broken here.',
  503: 'The lake cannot be read now.',
} as const;

type ProblemStatus = keyof typeof PROBLEMS;
const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: Problem } },
});

/** The problem documents that every route may answer with. */
export const problems = <S extends ProblemStatus>(...statuses: readonly S[]) =>
  Object.fromEntries(statuses.map((status) => [status, problem(PROBLEMS[status])])) as {
    [K in S]: ReturnType<typeof problem>;
  };

export const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});

export const UNCHANGED = {
  304: { description: 'What the caller has (If-None-Match) still holds.' },
};

/** A question that a lake version answers: conditional (ETag), cached by version. */
export const question = <P extends string, Q extends z.ZodObject, A extends z.ZodType>(
  path: P,
  operationId: string,
  summary: string,
  query: Q,
  answer: A,
  tag = 'costs',
) =>
  createRoute({
    method: 'get',
    path,
    operationId,
    summary,
    tags: [tag],
    request: { query },
    responses: {
      200: json(answer, summary),
      ...UNCHANGED,
      ...problems(400, 401, 403, 404, 409, 500, 503),
    },
  });
