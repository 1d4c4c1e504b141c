// Runs when all other suites have ended (vitest.config.ts): what they called is held against the policies, too.
import { expect, inject, it } from 'vitest';
import { callsIn, deniedAnywhere } from './support/least-privilege.ts';

it('whatever any suite called in somebody’s name is allowed by that one’s policy', () =>
  expect(deniedAnywhere(callsIn(inject('calls')))).toEqual([]));
