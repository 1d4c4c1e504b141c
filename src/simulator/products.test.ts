import { expect, it } from 'vitest';
import { KNOWN_SERVICES } from '../core/services/service-names.ts';
import { PRODUCTS } from './products.ts';

const codes = new Set(KNOWN_SERVICES.map(({ code }) => code));

it('every meter has a known product code, a price, and amounts of at most 15 decimals', () => {
  const wrong = PRODUCTS.filter(
    ({ code, p, q, list, contracted }) =>
      !codes.has(code) || !(p + q <= 15) || !(contracted > 0) || contracted > list || !Number.isInteger(list),
  );
  expect(wrong).toEqual([]);
});

it('reads prices by their digits', () => {
  const lambda = PRODUCTS.find(({ meter }) => meter === 'Lambda-GB-Second');
  expect(lambda).toMatchObject({ p: 10, q: 0, list: 166_667, contracted: 166_667 });
  const disks = PRODUCTS.find(({ meter }) => meter === 'TimedStorage-ByteHrs');
  expect(disks).toMatchObject({ code: 'AmazonS3', p: 4, list: 245, contracted: 239 });
});
