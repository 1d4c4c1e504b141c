import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDuckDb } from '../../adapters/duckdb/duckdb-engine.ts';
import type { Engine } from '../../ports/engine.ts';
import { type Sql, sql } from '../../sql/sql.ts';
import { amountOfText, residueOfText, writtenOut } from './amount-text.ts';
import { amountOf, momentOfText, residueOf, tagsOfText } from './values.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openDuckDb();
});
afterAll(() => engine.close());

const column = (type: string) => ({ name: 'value', type });

/** What the engine makes of `values`, in their order. */
async function read(
  type: 'varchar' | 'double',
  values: readonly string[],
  expression: Sql,
): Promise<unknown[]> {
  const rows = values.map((value, i) => [i, value]);
  await engine.values('given', [{ name: 'id', type: 'bigint' }, column(type)], rows);
  return (await engine.rows(sql`SELECT ${expression} FROM given r ORDER BY r.id`)).map(([cell]) => cell);
}

/** Decimal text as units of 10^-15, half away from zero: plain bigint arithmetic, apart from any engine. */
function units(text: string): bigint {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = BigInt(whole + fraction || '0');
  const shift = 15 - fraction.length + Number(exponent);
  const magnitude =
    shift >= 0
      ? digits * 10n ** BigInt(shift)
      : (digits + 10n ** BigInt(-shift) / 2n) / 10n ** BigInt(-shift);
  return sign === '-' ? -magnitude : magnitude;
}

const asUnits = (cell: unknown): bigint | undefined =>
  typeof cell === 'string' ? BigInt(cell.replace('.', '')) : undefined;

/** Digits that favour zeros and nines, where rounding goes wrong. */
const digits = (min: number, max: number) =>
  fc
    .array(fc.constantFrom(...'00000123456789999955'), { minLength: min, maxLength: max })
    .map((all) => all.join(''));
const plain = fc
  .tuple(fc.constantFrom('', '-'), digits(1, 18), fc.option(digits(0, 25), { nil: undefined }))
  .map(([sign, whole, fraction]) => `${sign}${whole}${fraction === undefined ? '' : `.${fraction}`}`);
const withExponent = fc
  .tuple(fc.constantFrom('', '-'), digits(1, 4), digits(1, 18), fc.integer({ min: -30, max: 12 }))
  .map(([sign, whole, fraction, exponent]) => `${sign}${whole}.${fraction}E${exponent}`);

describe('an amount in text', () => {
  const written = amountOfText(writtenOut(sql`r.value`));

  it('is exact to 15 decimals, beyond that half away from zero', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(plain, { minLength: 1, maxLength: 200 }), async (texts) => {
        expect((await read('varchar', texts, amountOf(column('varchar')))).map(asUnits)).toEqual(
          texts.map(units),
        );
      }),
      { numRuns: 12 },
    );
  });

  it('may have an exponent, and means the same number', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(withExponent, { minLength: 1, maxLength: 200 }), async (texts) => {
        expect((await read('varchar', texts, written)).map(asUnits)).toEqual(texts.map(units));
      }),
      { numRuns: 12 },
    );
  });

  it.each([
    ['0.1', '0.100000000000000'],
    ['-2.6137', '-2.613700000000000'],
    ['1.5E-7', '0.000000150000000'],
    ['0.6E-16', '0.000000000000000'],
    ['6E-16', '0.000000000000001'],
    ['0.0000000000000005', '0.000000000000001'],
    ['-0.0000000000000005', '-0.000000000000001'],
    ['0.00000000000000049', '0.000000000000000'],
    ['1234567.1234567890123456789012', '1234567.123456789012346'],
    ['99999999999999999999999', '99999999999999999999999.000000000000000'],
    ['NaN', null],
    ['inf', null],
    ['12,50', null],
    ['$5', null],
    ['', null],
    ['1e23', null],
  ])('reads %s as %s', async (text, expected) => {
    expect(await read('varchar', [text], written)).toEqual([expected]);
  });

  it('tells what rounding took away', async () => {
    const texts = ['0.1234567890123456', '0.1', '1.5E-17', '-0.00000000000000049'];
    expect(await read('varchar', texts, residueOfText(writtenOut(sql`r.value`)))).toEqual([
      -4_000_000_000,
      null,
      150_000_000,
      -4_900_000_000,
    ]);
  });
});

describe('an amount in a double', () => {
  /** At most 15 significant digits: what a cost system wrote before the file format made a double of it. */
  const money15 = fc
    .tuple(
      fc.constantFrom(1, -1),
      fc.bigInt({ min: 0n, max: 999_999_999_999_999n }),
      fc.integer({ min: 0, max: 15 }),
    )
    .map(([sign, all, scale]) => {
      const text = all.toString().padStart(scale + 1, '0');
      return `${sign < 0 ? '-' : ''}${scale === 0 ? text : `${text.slice(0, -scale)}.${text.slice(-scale)}`}`;
    });

  it.each([
    // As a double 0.07 is a little more; that little is no digit of the bill.
    ['0.07', 0],
    ['0.0123456789012345', -5_000_000_000],
    ['-0.0000000000000123', -3_000_000_000],
    ['1.5e-17', 150_000_000],
    ['0.5', null],
  ])('tells what rounding %s took away', async (text, expected) => {
    expect(await read('double', [text], residueOf(column('double')))).toEqual([expected]);
  });

  it('means its 15 significant digits', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(money15, { minLength: 1, maxLength: 500 }), async (texts) => {
        const doubles = texts.map((text) => String(Number(text)));
        expect((await read('double', doubles, amountOf(column('double')))).map(asUnits)).toEqual(
          texts.map(units),
        );
      }),
      { numRuns: 12 },
    );
  });

  it.each([
    ['8.3', '8.300000000000000'],
    ['0.1', '0.100000000000000'],
    ['0.30000000000000004', '0.300000000000000'],
    ['123456789.123456', '123456789.123456000000000'],
    ['1e21', '1000000000000000000000.000000000000000'],
    ['NaN', null],
    ['Infinity', null],
    ['-Infinity', null],
    ['1e22', null],
    ['1e300', null],
  ])('reads %s as %s', async (text, expected) => {
    expect(await read('double', [text], amountOf(column('double')))).toEqual([expected]);
  });
});

it.each([
  ['2026-05-01T00:00:00Z', '2026-05-01 00:00:00'],
  ['2024-09-18 23:00:00', '2024-09-18 23:00:00'],
  ['2023-11-01T00:00:00.000Z', '2023-11-01 00:00:00'],
  ['2023-09-02', '2023-09-02 00:00:00'],
  ['2024-06-01T07:00Z', '2024-06-01 07:00:00'],
  ['2024-06-01 07:00:00 UTC', '2024-06-01 07:00:00'],
  ['2024-06-01 07:00:00.123456 UTC', '2024-06-01 07:00:00.123456'],
  ['2024-06-01T07:00:00.000000Z', '2024-06-01 07:00:00'],
  ['', null],
  ['2026-05-01T00:00:00+02:00', '2026-04-30 22:00:00'],
  ['2023-01-01T30:00:00Z', null],
  ['2026-13-01', null],
  ['9/2/2023', null],
])('reads the moment %s as %s', async (text, expected) => {
  expect(await read('varchar', [text], momentOfText(sql`r.value`))).toEqual([expected]);
});

it.each([
  ['{"Team":"漢字","n":0.5,"ok":true}', '{"Team":"漢字","n":"0.5","ok":"true"}'],
  ['{}', '{}'],
  ['', null],
  ['not json', '{"x_Unread":"not json"}'],
  ['{"cut":', '{"x_Unread":"{\\"cut\\":"}'],
])('reads the tags %s as %s', async (text, expected) => {
  expect(await read('varchar', [text], tagsOfText(sql`r.value`))).toEqual([expected]);
});
