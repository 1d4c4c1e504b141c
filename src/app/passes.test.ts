import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Edge } from '../sql/loaded.ts';
import { type Counted, stretches } from './passes.ts';

const at = (account: string, service: string, lines: number): Counted => ({ account, service, lines });

it('takes a small month at one stroke', () => {
  expect(stretches([at('1', 'a', 5)], 10)).toEqual([{ from: undefined, until: undefined }]);
});

it('cuts between accounts, and between services of a large one', () => {
  const cut = { account: '1', service: 'b' };
  const next = { account: '2', service: 'a' };
  expect(stretches([at('1', 'a', 7), at('1', 'b', 6), at('2', 'a', 5)], 10)).toEqual([
    { from: undefined, until: cut },
    { from: cut, until: next },
    { from: next, until: undefined },
  ]);
});

it('puts every line into exactly one stretch, none too large that could be cut', () => {
  const anyCounts = fc.uniqueArray(
    fc.record({
      account: fc.constantFrom('', '1', '2', '3'),
      service: fc.constantFrom('', 'a', 'b', 'c'),
      lines: fc.integer({ min: 1, max: 30 }),
    }),
    { selector: ({ account, service }) => `${account}/${service}` },
  );
  const text = ({ account, service }: Edge): string => `${account}/${service}`;
  fc.assert(
    fc.property(anyCounts, fc.integer({ min: 1, max: 40 }), (given, most) => {
      const counted = [...given].sort((a, b) => (text(a) < text(b) ? -1 : 1));
      const cut = stretches(counted, most);
      const inside = cut.map(({ from, until }) =>
        counted.filter(
          (edge) =>
            (from === undefined || text(edge) >= text(from)) &&
            (until === undefined || text(edge) < text(until)),
        ),
      );
      expect(inside.flat()).toEqual(counted);
      for (const edges of inside)
        expect(edges.length <= 1 || edges.reduce((sum, { lines }) => sum + lines, 0) <= most).toBe(true);
    }),
  );
});
