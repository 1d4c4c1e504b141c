import type { Scope } from '../api/questions.ts';

const NAMES = [
  'from',
  'to',
  'compare',
  'ou',
  'account',
  'service',
  'region',
  'tag',
  'metric',
  'asOf',
] as const;

/** The filters in the address. What is not understood is left to the server, which says so. */
export function scopeOf(search: Record<string, unknown>): Scope {
  const given = NAMES.flatMap((name) => {
    const value = search[name];
    return typeof value === 'string' && value !== '' ? [[name, value] as const] : [];
  });
  return Object.fromEntries(given) as Scope;
}

/** What an address can say: the filters, the figure that is proved, the day whose history is told. */
export interface PageSearch extends Scope {
  readonly prove?: string;
  readonly day?: string;
}

export function pageSearch(search: Record<string, unknown>): PageSearch {
  const { prove, day } = search;
  return {
    ...scopeOf(search),
    ...(typeof prove === 'string' && prove !== '' ? { prove } : {}),
    ...(typeof day === 'string' && day !== '' ? { day } : {}),
  };
}

/** Plain text both ways, so that a link can be written by hand: an account is digits, never a number. */
export const parseSearch = (text: string): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(text));

export function stringifySearch(search: Record<string, unknown>): string {
  const given = Object.entries(search).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  const text = new URLSearchParams(given).toString();
  return text === '' ? '' : `?${text}`;
}
