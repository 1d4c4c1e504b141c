// Runs when all other suites have ended (vitest.config.ts): what they called is held against the policies, too.
import { expect, inject, it } from 'vitest';
import { callsIn, deniedAnywhere } from './support/least-privilege.ts';

it('whatever any suite called in somebody’s name is allowed by that one’s policy', () => {
  const calls = callsIn(inject('calls'));
  // By itself it has nothing to look at, which must not look like success.
  expect(calls.length).toBeGreaterThan(100);
  expect(deniedAnywhere(calls)).toEqual([]);
});
