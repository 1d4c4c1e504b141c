import type { z } from '@hono/zod-openapi';
import { ERRORS, type ErrorCode, UserError } from '../core/errors/user-error.ts';
import type { Problem } from './schemas/problem.ts';

/** An error as a problem document (RFC 9457). What is not a user's error says no more than that it is ours. */
function problemOf(error: unknown, requestId: string): Problem {
  if (!(error instanceof UserError)) {
    return {
      type: '/docs/errors#INTERNAL',
      title: 'Something is broken in Spendlight.',
      status: 500,
      code: 'INTERNAL',
      detail: 'The answer could not be made.',
      remedy: 'Look for the request id in the log of the server, and tell us.',
      requestId,
    };
  }
  const { status, means } = ERRORS[error.code];
  // A caller knows its file by name; where the server keeps it is nobody's business.
  const file = error.place.file?.split(/[/\\]/).at(-1);
  const place = Object.fromEntries(
    Object.entries({ ...error.place, file }).filter(([, value]) => value !== undefined),
  );
  return {
    type: `/docs/errors#${error.code}`,
    title: means,
    status,
    code: error.code,
    detail: error.what,
    remedy: error.remedy,
    requestId,
    ...(Object.keys(place).length === 0 ? {} : { place }),
  };
}

export function problemResponse(error: unknown, requestId: string): Response {
  const problem = problemOf(error, requestId);
  return new Response(`${JSON.stringify(problem)}\n`, {
    status: problem.status,
    headers: {
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      ...(problem.status === 408 ? { Connection: 'close' } : {}),
    },
  });
}

/** A refused query or body, in words: every parameter that makes no sense. */
export function requestInvalid(error: z.core.$ZodError): UserError {
  const issues = error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`,
  );
  return new UserError('REQUEST_INVALID', {
    what: `The request makes no sense: ${issues.slice(0, 5).join('; ').slice(0, 500)}`,
    remedy: 'GET /api/v1/openapi.json describes what is taken.',
  });
}

export const refusal = (code: ErrorCode, what: string, remedy: string): UserError =>
  new UserError(code, { what, remedy });
