import { expect, it } from 'vitest';
import { Recent } from './recent.ts';

const counting = () => {
  const made: string[] = [];
  return { made, make: (name: string) => async () => void made.push(name) };
};

it('computes a value once for all who ask at a time, and remembers it', async () => {
  const { made, make } = counting();
  const recent = new Recent<void>(2);
  await Promise.all([recent.get('a', make('a')), recent.get('a', make('a'))]);
  await recent.get('a', make('a'));
  expect(made).toEqual(['a']);
});

it('forgets what was asked for longest ago, and failures at once', async () => {
  const { made, make } = counting();
  const recent = new Recent<void>(2);
  for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) await recent.get(name, make(name));
  expect(made).toEqual(['a', 'b', 'c', 'b']);
  await expect(recent.get('x', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  await recent.get('x', make('x'));
  expect(made.at(-1)).toBe('x');
});
