/** For our own mistakes, never for what a user can cause. @throws Error with `message` if `condition` is false */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`Broken invariant: ${message}`);
}

/** `value`, which by our own reasoning is there. @throws Error if it is not */
export function known<T>(value: T | null | undefined, what: string): T {
  invariant(value !== undefined && value !== null, `${what} is missing`);
  return value;
}
