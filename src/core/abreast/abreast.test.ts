import { expect, it } from 'vitest';
import { abreast } from './abreast.ts';

it('gives results in the order of the items, and never does more at one time than it may', async () => {
  let now = 0;
  let most = 0;
  const made = await abreast([5, 1, 4, 2, 3], 2, async (turns, at) => {
    most = Math.max(most, ++now);
    for (let i = 0; i < turns; i++) await Promise.resolve();
    now--;
    return `${at}:${turns}`;
  });
  expect(made).toEqual(['0:5', '1:1', '2:4', '3:2', '4:3']);
  expect(most).toBe(2);
  expect(await abreast([], 2, () => Promise.reject(new Error('nothing to do')))).toEqual([]);
});

it('begins nothing more after a failure, and waits for what has begun', async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  const work = async (item: number): Promise<void> => {
    begun.push(item);
    if (item === 1) throw new Error('one');
    for (let i = 0; i < 10; i++) await Promise.resolve();
    ended.push(item);
  };
  await expect(abreast([0, 1, 2, 3], 2, work)).rejects.toThrow('one');
  expect(begun).toEqual([0, 1]);
  expect(ended).toEqual([0]);
});
