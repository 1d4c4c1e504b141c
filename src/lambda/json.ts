/** An object as JSON gives it; what its members are is to be looked at. */
export type Json = Readonly<Record<string, unknown>>;

/** `value` where it is such an object, and no list. */
export const objectOf = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
