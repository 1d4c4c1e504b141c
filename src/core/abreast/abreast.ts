/**
 * What `work` makes of each of `items`, in their order; at most `most` at one time. When one fails, no more are begun, those
 * that were are waited for, and the first failure is thrown.
 */
export async function abreast<T, R>(
  items: readonly T[],
  most: number,
  work: (item: T, at: number) => Promise<R>,
): Promise<R[]> {
  const made: R[] = [];
  const failures: unknown[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next++; at < items.length && failures.length === 0; at = next++) {
      const item = items[at] as T;
      await work(item, at).then(
        (result) => {
          made[at] = result;
        },
        (error) => failures.push(error),
      );
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, lane));
  if (failures.length > 0) throw failures[0];
  return made;
}
