import { type BillingDate, billingDate } from '../core/calendar/billing-date.ts';
import type { Rate } from '../lake/inputs.ts';
import type { Decided } from './imports.ts';
import { type Complaint, complaintAbout, readTable, type TableRow } from './table-file.ts';

const COLUMNS = { required: ['currency', 'rate'], optional: ['valid_from'] } as const;

interface RateLine {
  readonly line: number;
  readonly currency: string;
  readonly validFrom: BillingDate | undefined;
  readonly rate: string;
}

/**
 * Rates in a CSV or YAML file: from `valid_from` on (without it: from the beginning) until the currency's next one,
 * one unit of `currency` is `rate` units of the lake's reporting currency.
 * @throws UserError `RATES_INVALID` with file and line: a rate that is none, two for one day, the reporting currency itself
 */
export async function readRateFile(path: string, reportingCurrency: string): Promise<Decided<'rates'>> {
  const { name, sha256, rows } = await readTable(path, 'RATES_INVALID', COLUMNS);
  const complain = complaintAbout(path, 'RATES_INVALID', COLUMNS);
  const lines = rows.map((row) => lineOf(row, reportingCurrency, complain)).sort(byCurrencyAndDay);
  return {
    file: name,
    sha256,
    rows: lines.map(({ line, ...rate }, i): Rate => {
      const next = lines[i + 1]?.currency === rate.currency ? lines[i + 1] : undefined;
      if (next !== undefined && next.validFrom === rate.validFrom)
        throw complain(
          next.line,
          'valid_from',
          `${rate.currency} has two rates from ${rate.validFrom ?? 'the beginning'} on, the other in line ${line}`,
        );
      return { ...rate, validUntil: next?.validFrom };
    }),
  };
}

function lineOf({ line, cells }: TableRow, reportingCurrency: string, complain: Complaint): RateLine {
  const currency = cells.get('currency')?.toUpperCase();
  if (currency === undefined) throw complain(line, 'currency', 'The rate has no currency');
  if (currency === reportingCurrency)
    throw complain(line, 'currency', `${currency} is what the lake reports in and needs no rate`, currency);
  const rate = cells.get('rate') ?? '';
  if (!/^\d{1,8}(\.\d{1,12})?$/.test(rate) || /^[0.]+$/.test(rate))
    throw complain(line, 'rate', `"${rate}" is not a rate: a number above 0 with at most 12 decimals`, rate);
  const from = cells.get('valid_from');
  return { line, currency, validFrom: from === undefined ? undefined : day(from, line, complain), rate };
}

function day(text: string, line: number, complain: Complaint): BillingDate {
  try {
    return billingDate(text);
  } catch {
    throw complain(line, 'valid_from', `"${text}" is not a day (YYYY-MM-DD)`, text);
  }
}

const byCurrencyAndDay = (a: RateLine, b: RateLine): number => {
  const [left, right] = [`${a.currency} ${a.validFrom ?? ''}`, `${b.currency} ${b.validFrom ?? ''}`];
  return left < right ? -1 : left > right ? 1 : a.line - b.line;
};
