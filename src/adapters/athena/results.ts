import type { Row as AthenaRow, ColumnInfo } from '@aws-sdk/client-athena';
import { UserError } from '../../core/errors/user-error.ts';
import type { Cell, ColumnDef, Row } from '../../ports/engine.ts';
import { withoutNeedlessZeros } from '../trino/trino-runner.ts';

/** A column of an answer as the port spells it. */
export function columnOf({ Name = '', Type = 'varchar', Precision = 0, Scale = 0 }: ColumnInfo): ColumnDef {
  if (Type === 'decimal') return { name: Name, type: `decimal(${Precision},${Scale})` };
  return { name: Name, type: Type === 'float' ? 'real' : Type };
}

/** A row of an answer as cells of the port. @throws UserError `ENGINE_REFUSED` for a list, map or row, whose text says too little */
export const rowOf = ({ Data = [] }: AthenaRow, columns: readonly ColumnInfo[]): Row =>
  columns.map((column, i) => cellOf(Data[i]?.VarCharValue, column));

/** Athena gives every value as text; nothing is null. */
export function cellOf(text: string | undefined, column: ColumnInfo): Cell {
  if (text === undefined) return null;
  switch (column.Type) {
    case 'boolean':
      return text === 'true';
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
      return Number.isSafeInteger(Number(text)) ? Number(text) : text;
    case 'float':
    case 'double':
      return Number(text);
    case 'decimal':
      return withScale(text, column.Scale ?? 0);
    case 'timestamp':
      return withoutNeedlessZeros(text);
    case 'timestamp with time zone':
      return withoutNeedlessZeros(text.replace(/ UTC$/, ''));
    case 'array':
    case 'map':
    case 'row':
      throw nested(column);
    default:
      return text;
  }
}

/** `text` with exactly `scale` decimals; digits are moved and added, never dropped or rounded. Takes exponents (`0E-15`). */
function withScale(text: string, scale: number): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const shift = scale - fraction.length + Number(exponent);
  if (whole + fraction === '' || shift < 0) return text;
  const digits = (whole + fraction + '0'.repeat(shift)).replace(/^0+/, '').padStart(scale + 1, '0');
  const plain = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return sign === '-' && /[1-9]/.test(digits) ? `-${plain}` : plain;
}

/** `{a=b, c=d}` may be one key or two: nobody can read it back. */
const nested = ({ Name = '', Type = '' }: ColumnInfo): UserError =>
  new UserError('ENGINE_REFUSED', {
    what: `The column ${Name} is a ${Type}, which Athena does not give exactly`,
    place: { column: Name },
    remedy: `Ask for it as JSON, json_format(CAST(${Name} AS json)), or for one of its values, element_at(${Name}, 'key').`,
  });
