import { createHash } from 'node:crypto';
import { createMiddleware } from 'hono/factory';
import { UserError } from '../core/errors/user-error.ts';
import type { ApiDoors } from './doors.ts';
import type { Pin } from './pin.ts';

/** What a cost route needs beside its request. */
export interface PinnedEnv<P extends Pin> {
  readonly Variables: {
    requestId: string;
    pin: P;
    etag: string;
    cache: 'hit' | 'joined' | 'made' | 'unchanged';
  };
}

/** An answer that was made. */
interface Answer {
  readonly etag: string;
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** What the one who computes tells those who wait for the same. */
type Outcome = Answer | { readonly error: unknown } | undefined;

const BYTES_MAX = 16 * 1024 * 1024;
const ANSWERS_MAX = 512;

/** Answers that were made last, at most so many and so large. */
class Answers {
  readonly #answers = new Map<string, Answer>();
  #bytes = 0;

  get(etag: string): Answer | undefined {
    const answer = this.#answers.get(etag);
    if (answer !== undefined) {
      this.#answers.delete(etag);
      this.#answers.set(etag, answer);
    }
    return answer;
  }

  keep(answer: Answer): void {
    if (answer.body.byteLength > BYTES_MAX / 8) return;
    this.#drop(answer.etag);
    this.#answers.set(answer.etag, answer);
    this.#bytes += answer.body.byteLength;
    while (this.#bytes > BYTES_MAX || this.#answers.size > ANSWERS_MAX) {
      const [oldest] = this.#answers.keys();
      if (oldest === undefined) return;
      this.#drop(oldest);
    }
  }

  #drop(etag: string): void {
    this.#bytes -= this.#answers.get(etag)?.body.byteLength ?? 0;
    this.#answers.delete(etag);
  }
}

/** What decides an answer: the version, the day or moment it is of, who may see what, and the question, its parameters in order. */
export function etagOf({ version, today, asOf }: Pin, url: URL): string {
  const query = [...url.searchParams].sort(([a, x], [b, y]) => (a < b || (a === b && x < y) ? -1 : 1));
  const question = JSON.stringify([version, asOf ?? today, 'everybody', url.pathname, query]);
  return `"${createHash('sha256').update(question).digest('base64url').slice(0, 27)}"`;
}

/** Whether If-None-Match names the answer (RFC 9110: weakly compared; `*` is any). */
export const isKnown = (header: string | undefined, etag: string): boolean =>
  header?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag || tag.trim() === '*') ?? false;

/**
 * For questions about costs: pins the version, answers 304 to whom has the answer, gives what was made before, and lets
 * equal questions that come while one is being answered wait for that one.
 */
export function answering<P extends Pin>(doors: Pick<ApiDoors<P>, 'hold'>) {
  const answers = new Answers();
  const making = new Map<string, Promise<Outcome>>();
  return createMiddleware<PinnedEnv<P>>(async (c, next) => {
    const held = await doors.hold(c.req.query('asOf'));
    if (held === undefined) throw noLake();
    try {
      const { pin } = held;
      const etag = etagOf(pin, new URL(c.req.url));
      c.set('pin', pin);
      c.set('etag', etag);
      if (isKnown(c.req.header('If-None-Match'), etag)) {
        c.set('cache', 'unchanged');
        return new Response(null, { status: 304, headers: { ETag: etag, 'Cache-Control': keepingOf(pin) } });
      }
      const known = answers.get(etag);
      if (known !== undefined) {
        c.set('cache', 'hit');
        return responseOf(known, pin);
      }
      const before = await making.get(etag);
      if (before !== undefined) {
        c.set('cache', 'joined');
        if ('error' in before) throw before.error;
        return responseOf(before, pin);
      }
      c.set('cache', 'made');
      const made = promised<Outcome>();
      making.set(etag, made.promise);
      try {
        await next();
        const answer = c.error === undefined && c.res.status === 200 ? await bytesOf(c.res, etag) : undefined;
        if (answer !== undefined) {
          answers.keep(answer);
          c.res = responseOf(answer, pin);
        }
        made.resolve(answer ?? (c.error === undefined ? undefined : { error: c.error }));
      } finally {
        making.delete(etag);
        made.resolve(undefined);
      }
      return undefined;
    } finally {
      held.release();
    }
  });
}

/** The browser keeps it and asks every time whether it still holds; what was known at a moment holds by itself. */
export const keepingOf = ({ asOf }: Pin): string =>
  asOf === undefined ? 'private, no-cache' : 'private, max-age=3600';

const bytesOf = async (response: Response, etag: string): Promise<Answer> => ({
  etag,
  type: response.headers.get('Content-Type') ?? 'application/json',
  body: new Uint8Array(await response.arrayBuffer()),
});

const responseOf = ({ etag, type, body }: Answer, pin: Pin): Response =>
  new Response(body, {
    headers: { 'Content-Type': type, ETag: etag, 'Cache-Control': keepingOf(pin) },
  });

function promised<T>() {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

export const noLake = (): UserError =>
  new UserError('LAKE_EMPTY', {
    what: 'There is no lake here yet',
    remedy: 'Drop a cost export on the first page, or bring one in with "spendlight ingest <files>".',
  });
