import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { createMiddleware } from 'hono/factory';
import { refusal } from './problems.ts';

/** Who may ask, and by which names. */
export interface GuardOf {
  /** Undefined: nobody is asked for one. */
  readonly token: string | undefined;
  /** Only the machine itself can reach the server. */
  readonly isLoopback: boolean;
  /** Names besides the loopback's by which the server is called: that of SPENDLIGHT_PUBLIC_URL. */
  readonly publicHost: string | undefined;
  /** Whether cookies go over TLS alone. */
  readonly isSecure: boolean;
}

/** The settings that decide who may ask. */
export interface GuardSettings {
  readonly auth: { readonly mode: 'none' | 'token'; readonly token: string | undefined };
  readonly publicUrl: string | undefined;
}

/**
 * Who may ask a server that listens on `host`. A token that is asked for and not set is `made`.
 * @throws UserError `SETTING_INVALID` where others than this machine could reach it and no token is asked for
 */
export function guardFor({ auth, publicUrl }: GuardSettings, host: string, made: () => string): GuardOf {
  const isLoopback = host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
  if (!isLoopback && auth.mode !== 'token') {
    throw refusal(
      'SETTING_INVALID',
      `Others could reach ${host}, and the server asks nobody who they are`,
      'Set SPENDLIGHT_AUTH=token (and SPENDLIGHT_TOKEN, or use the one-time link it prints), or leave --host out.',
    );
  }
  return {
    token: auth.mode === 'token' ? (auth.token ?? made()) : undefined,
    isLoopback,
    publicHost: publicUrl === undefined ? undefined : new URL(publicUrl).host,
    isSecure: publicUrl?.startsWith('https:') === true,
  };
}

const COOKIE = 'spendlight';
const OPEN = new Set(['/healthz', '/readyz', '/login']);
/** A cookie holds for thirty days. */
const COOKIE_SECONDS = 30 * 86_400;

/** Lets in whom it should: by name, by origin, by token. */
export class Guard {
  readonly #of: GuardOf;
  #once: string | undefined;

  constructor(of: GuardOf) {
    this.#of = of;
  }

  /** A path that opens the page once for whom has it, and gives a cookie; undefined where no token is asked for. */
  oneTimePath(): string | undefined {
    if (this.#of.token === undefined) return undefined;
    this.#once ??= randomBytes(24).toString('base64url');
    return `/login?code=${this.#once}`;
  }

  /** Uses up the one-time code. Gives the cookie for it. */
  open(code: string): string {
    const { token } = this.#of;
    if (token === undefined || this.#once === undefined || !same(code, this.#once)) {
      throw refusal(
        'TOKEN_MISSING',
        'This link has been used, or never was one',
        'Use the link that the server printed last.',
      );
    }
    this.#once = undefined;
    const secure = this.#of.isSecure ? '; Secure' : '';
    return `${COOKIE}=${sessionOf(token)}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${COOKIE_SECONDS}${secure}`;
  }

  /** Refuses requests that a foreign page has made a browser send, and those without the token. */
  readonly check = createMiddleware(async (c, next) => {
    const { path, method } = c.req;
    this.#byName(c.req.header('Host'));
    if (method !== 'GET' && method !== 'HEAD')
      this.#byOrigin(c.req.header('Origin'), c.req.header('Sec-Fetch-Site'), c.req.header('Host'));
    if (this.#of.token !== undefined && !OPEN.has(path))
      this.#byToken(this.#of.token, c.req.header('Authorization'), c.req.header('Cookie'));
    await next();
  });

  /** A name that is not ours means that somebody's DNS points a foreign page at this machine. */
  #byName(host: string | undefined): void {
    const { isLoopback, publicHost } = this.#of;
    if (!isLoopback || (host !== undefined && (LOOPBACK.test(host) || host.toLowerCase() === publicHost)))
      return;
    throw refusal(
      'ORIGIN_FORBIDDEN',
      'The server was called by a name that is not its own',
      'Call it localhost or 127.0.0.1, or set SPENDLIGHT_PUBLIC_URL.',
    );
  }

  #byOrigin(origin: string | undefined, site: string | undefined, host: string | undefined): void {
    const own = origin === undefined || hostOf(origin) === host?.toLowerCase();
    if (own && (site === undefined || site === 'same-origin' || site === 'none')) return;
    throw refusal(
      'ORIGIN_FORBIDDEN',
      'Another site made this request',
      'Ask from the page of this server, or from a script.',
    );
  }

  #byToken(token: string, authorization: string | undefined, cookies: string | undefined): void {
    const bearer = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    const cookie = new RegExp(`(?:^|;\\s*)${COOKIE}=([^;\\s]+)`).exec(cookies ?? '')?.[1];
    if (bearer !== undefined && same(bearer, token)) return;
    if (cookie !== undefined && same(cookie, sessionOf(token))) return;
    throw refusal(
      'TOKEN_MISSING',
      'The server asks for a token',
      'Send "Authorization: Bearer <token>", or open the link that the server printed.',
    );
  }
}

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;

/** What the cookie holds: made from the token, and not the token. */
const sessionOf = (token: string): string =>
  createHmac('sha256', token).update('spendlight session 1').digest('base64url');

/** Compares in a time that tells nothing about how much is right, nor how long it is. */
function same(a: string, b: string): boolean {
  const [x, y] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return x !== undefined && y !== undefined && timingSafeEqual(x, y);
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
