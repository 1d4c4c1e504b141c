import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSelfChecked, selfCheck, selfChecked } from './self-checked.ts';

const encode = (text: string) => new TextEncoder().encode(text);

describe('an object that carries its own hash', () => {
  it('has the sha256 of what it says as its last member', () => {
    const hash = createHash('sha256').update('{"a":"Łódź","b":[1]}\n').digest('hex');
    const bytes = selfChecked({ a: 'Łódź', b: [1] });
    expect(new TextDecoder().decode(bytes)).toBe(`{"a":"Łódź","b":[1],"ownSha256":"${hash}"}\n`);
    expect(readSelfChecked(bytes, 'x.json')).toEqual({ a: 'Łódź', b: [1] });
  });

  it('shows every single flipped bit, also those of the hash and of its name', () => {
    const bytes = selfChecked({ run: 'r-1', problems: [] });
    for (let at = 0; at < bytes.length * 8; at++) {
      const rotten = Uint8Array.from(bytes);
      rotten[at >> 3] = (rotten[at >> 3] ?? 0) ^ (1 << (at & 7));
      expect(selfCheck(rotten), `bit ${at}`).toBe('broken');
    }
  });

  it('shows that its end is missing, wherever it was cut', () => {
    const bytes = selfChecked({ run: 'r-1' });
    for (let length = 0; length < bytes.length; length++)
      expect(selfCheck(bytes.subarray(0, length)), `${length} bytes`).toBe('broken');
  });

  it('is read again as it was, whatever it says', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), (value) => {
        fc.pre(!('ownSha256' in value) && !('__proto__' in value));
        const bytes = selfChecked(value);
        expect(selfCheck(bytes)).toBe('proved');
        expect(readSelfChecked(bytes, 'x.json')).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it.each([
    ['{"run":"r-1"}\n', 'a short one'],
    [`{"kind":"digest","mail":"${'a'.repeat(64)}"}\n`, 'one that ends with the hash of something else'],
    [`{"files":[{"key":"k","sha256":"${'0'.repeat(64)}"}]}\n`, 'one whose last file has a hash'],
  ])('is unproved, not wrong, where an older version wrote %s: %s', (text) => {
    expect(selfCheck(encode(text))).toBe('unproved');
    expect(readSelfChecked(encode(text), 'x.json')).toEqual(JSON.parse(text));
  });

  it('names the object that is damaged', () => {
    const cut = selfChecked({ run: 'r-1' }).subarray(0, 20);
    expect(() => readSelfChecked(cut, 'ledger/runs/2026-11-20/r-1.json')).toThrow(
      expect.objectContaining({ code: 'LAKE_DAMAGED', place: { file: 'ledger/runs/2026-11-20/r-1.json' } }),
    );
  });
});
