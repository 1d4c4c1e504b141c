import { expect, it } from 'vitest';
import { billingDate } from '../core/calendar/billing-date.ts';
import { etagOf, isKnown } from './answers.ts';

const today = billingDate('2026-11-19');
const tag = (query: string, version = 7, day = today, asOf: number | undefined = undefined) =>
  etagOf({ version, today: day, asOf }, new URL(`http://localhost/api/v1/lights${query}`));

it('is the same for the same question, whatever the order of its parameters', () =>
  expect(tag('?ou=A&tag=missing')).toBe(tag('?tag=missing&ou=A')));

it.each([
  ['another version', tag('?ou=A', 8)],
  ['another billing day', tag('?ou=A', 7, billingDate('2026-11-20'))],
  ['another moment', tag('?ou=A', 7, today, 1_763_535_600_000)],
  ['another value', tag('?ou=B')],
  ['a value that looks like two', tag('?ou=A%26tag%3Dmissing')],
])('is another for %s', (_, other) => expect(other).not.toBe(tag('?ou=A')));

it.each([
  ['"x"', true],
  ['W/"x"', true],
  ['"y", "x"', true],
  ['*', true],
  ['"y"', false],
  ['x', false],
  [undefined, false],
])('If-None-Match %s: %s', (header, known) => expect(isKnown(header, '"x"')).toBe(known));
