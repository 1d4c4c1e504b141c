import { expect, it } from 'vitest';
import { ERRORS } from '../../src/core/errors/user-error.ts';

const page = `# Errors

Every error that a user can cause says what was wrong, where, and what to do. Its code never changes its meaning.
Exit 1: done, and the answer is "not fine". Exit 2: wrong use, bad input, or a failure.

| code | exit | meaning |
|---|---|---|
${Object.entries(ERRORS)
  .map(([code, { exit, means }]) => `| \`${code}\` | ${exit} | ${means} |`)
  .join('\n')}
`;

it('docs/errors.md is printed from the table of errors', () =>
  expect(page).toMatchFileSnapshot('../../docs/errors.md'));
