import { type BillingDate, billingDate } from '../../core/calendar/billing-date.ts';
import { type Currency, currency, type Money, money } from '../../core/money/money.ts';
import type { InvoiceCell } from '../../core/reconcile/reconcile.ts';
import { SERVICE_NAME_ROWS } from '../../core/services/service-names.ts';
import { type Complaint, complaintAbout, readTable, type TableRow } from '../table-file.ts';

/** What we call a column → how invoices call it, in lower case; the first that is there counts. */
const NAMES = {
  account: ['account', 'account_id', 'linkedaccountid', 'linked account', 'subaccountid'],
  service: ['service', 'productname', 'productcode', 'servicename'],
  kind: ['charge_type', 'charge type', 'chargecategory'],
  amount: ['amount', 'totalcost', 'cost', 'billedcost'],
  currency: ['currency', 'currencycode', 'billingcurrency'],
  date: ['invoice_date', 'invoicedate'],
  record: ['recordtype'],
  beforeTax: ['costbeforetax'],
  credits: ['credits'],
  tax: ['taxamount'],
} as const;

/** Columns of AWS's own invoice file that nothing here needs. */
const UNUSED = [
  ...[
    'invoiceid',
    'invoice_id',
    'payeraccountid',
    'recordid',
    'billingperiodstartdate',
    'billingperiodenddate',
  ],
  ...[
    'payeraccountname',
    'linkedaccountname',
    'account_name',
    'taxationaddress',
    'payerponumber',
    'sellerofrecord',
  ],
  ...[
    'usagetype',
    'operation',
    'availabilityzone',
    'rateid',
    'itemdescription',
    'usagestartdate',
    'usageenddate',
  ],
  ...['usagequantity', 'blendedrate', 'taxtype', 'description', 'period', 'productcode'],
];
const COLUMNS = { required: [], optional: [...new Set([...Object.values(NAMES).flat(), ...UNUSED])] };
const CODE = 'INVOICE_INVALID';

/** How invoices call kinds of charge, in lower case. */
const KINDS: Readonly<Record<string, string>> = {
  usage: 'usage',
  discountedusage: 'usage',
  savingsplancoveredusage: 'usage',
  purchase: 'fee',
  fee: 'fee',
  rifee: 'fee',
  savingsplanupfrontfee: 'fee',
  savingsplanrecurringfee: 'fee',
  support: 'fee',
  subscription: 'fee',
  tax: 'tax',
  vat: 'tax',
  credit: 'credit',
  credits: 'credit',
  discount: 'credit',
  refund: 'refund',
  rounding: 'rounding',
};

/** Records of AWS's invoice file that add up others. */
const TOTALS = ['accounttotal', 'invoicetotal', 'statementtotal'];

/** An invoice as it lies in its file. */
export interface Invoice {
  readonly name: string;
  readonly cells: readonly (InvoiceCell & { readonly line: number })[];
  /** The newest date that it names; undefined where it names none. */
  readonly date: BillingDate | undefined;
}

/**
 * Reads an invoice: one row an account, service and kind of charge, as far as they are told apart; or AWS's own invoice
 * file, whose rows have cost before tax, credits and tax. @throws UserError `INVOICE_INVALID` with file and line
 */
export async function readInvoice(path: string): Promise<Invoice> {
  const { name, columns, rows } = await readTable(path, CODE, COLUMNS);
  const complain = complaintAbout(path, CODE, COLUMNS);
  const has = (of: keyof typeof NAMES) => NAMES[of].some((one) => columns.includes(one));
  if (!has('amount') && !has('beforeTax')) throw complain(1, 'amount', 'The column "amount" is missing');
  if (!has('currency')) throw complain(1, 'currency', 'The column "currency" is missing: whose money is it?');
  const isAws = has('beforeTax');
  const cells = rows.flatMap((row) => (isAws ? awsCells(row, complain) : plainCells(row, complain)));
  if (cells.length === 0) throw complain(undefined, undefined, 'The invoice has no amount');
  const dates = rows.flatMap((row) => {
    const text = cell(row, 'date');
    return text === undefined ? [] : [day(text, row.line, complain)];
  });
  return { name, cells, date: dates.sort().at(-1) };
}

const cell = ({ cells }: TableRow, of: keyof typeof NAMES): string | undefined =>
  NAMES[of].map((name) => cells.get(name)).find((value) => value !== undefined);

function plainCells(row: TableRow, complain: Complaint): Invoice['cells'] {
  const told = cell(row, 'kind');
  const kind = told === undefined ? undefined : KINDS[told.toLowerCase().replaceAll(/[\s_-]/g, '')];
  if (told !== undefined && kind === undefined)
    throw complain(
      row.line,
      'charge_type',
      `"${told}" is no kind of charge: usage, fee, tax, credit, refund, rounding`,
      told,
    );
  return [{ line: row.line, ...placeOf(row), kind, amount: amountOf(row, 'amount', complain) }];
}

function awsCells(row: TableRow, complain: Complaint): Invoice['cells'] {
  const record = cell(row, 'record')?.toLowerCase() ?? '';
  if (TOTALS.includes(record)) return [];
  const place = { line: row.line, ...placeOf(row) };
  if (record === 'rounding')
    return [{ ...place, kind: 'rounding', amount: amountOf(row, 'amount', complain) }];
  const part = (of: 'beforeTax' | 'credits' | 'tax', kind: string) =>
    cell(row, of) === undefined ? [] : [{ ...place, kind, amount: amountOf(row, of, complain) }];
  return [...part('beforeTax', 'usage'), ...part('credits', 'credit'), ...part('tax', 'tax')].filter(
    ({ amount }) => amount.units !== 0n,
  );
}

/** Services by their product code, as the lake names them. */
const CODES = new Map(SERVICE_NAME_ROWS);

function placeOf(row: TableRow): {
  readonly account: string | undefined;
  readonly service: string | undefined;
} {
  const service = cell(row, 'service');
  return {
    account: cell(row, 'account'),
    service: service === undefined ? undefined : (CODES.get(service.toLowerCase()) ?? service),
  };
}

function amountOf(row: TableRow, of: 'amount' | 'beforeTax' | 'credits' | 'tax', complain: Complaint): Money {
  const text = cell(row, of) ?? '';
  if (!/^-?\d{1,20}(\.\d{1,15})?$/.test(text))
    throw complain(
      row.line,
      NAMES[of][0],
      `"${text}" is not an amount: a plain decimal, for example -12.50`,
      text,
    );
  return money(text, currencyOf(row, complain));
}

function currencyOf(row: TableRow, complain: Complaint): Currency {
  const text = cell(row, 'currency');
  if (text === undefined) throw complain(row.line, 'currency', 'The amount has no currency');
  return currency(text.toUpperCase());
}

/** `2026-12-03`, or with a time after it, or `2026/12/03 …` as AWS writes it. */
function day(text: string, line: number, complain: Complaint): BillingDate {
  try {
    return billingDate(text.slice(0, 10).replaceAll('/', '-'));
  } catch {
    throw complain(line, 'invoice_date', `"${text}" is not a day (YYYY-MM-DD)`, text);
  }
}
