import { expect, it } from 'vitest';
import { composed, neededBy } from './compose.ts';

const DEFINITIONS = new Map(
  [
    ['costs', 'SELECT lines FROM costs_whole'],
    ['costs_whole', 'SELECT lines FROM daily_costs_loads'],
    ['lines', 'SELECT x FROM costs'],
  ].map(([name = '', text = '']) => [name, { text }]),
);

it.each([
  ['what needs no relation stays as it is', 'SELECT 1', 'SELECT 1'],
  [
    'relations stand in front, those they need before them',
    'SELECT lines FROM costs',
    'WITH "costs_whole" AS (SELECT lines FROM daily_costs_loads),\n"costs" AS (SELECT lines FROM costs_whole)\nSELECT lines FROM costs',
  ],
  [
    'a question that begins with relations of its own keeps them',
    '\n  WITH own AS (SELECT lines FROM Costs_Whole) SELECT lines FROM own',
    'WITH "costs_whole" AS (SELECT lines FROM daily_costs_loads),\nown AS (SELECT lines FROM Costs_Whole) SELECT lines FROM own',
  ],
  [
    'what stands in quotes is no relation',
    "SELECT 'from costs' FROM other -- from costs",
    "SELECT 'from costs' FROM other -- from costs",
  ],
])('%s', (_, question, whole) =>
  expect(composed(question, neededBy(question, DEFINITIONS), DEFINITIONS)).toBe(whole),
);
