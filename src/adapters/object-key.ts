import { invariant } from '../core/errors/invariant.ts';

/** `key`, which is relative and `/`-separated, without empty, `.` or `..` parts: the same in every store. */
export function checkedKey(key: string): string {
  const parts = key.split('/');
  const fine = parts.every((part) => part !== '' && part !== '.' && part !== '..' && !part.includes('\\'));
  invariant(fine, `"${key}" is not a key`);
  return key;
}
