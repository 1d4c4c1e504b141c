import { type BillingDate, billingDate } from '../core/calendar/billing-date.ts';
import { UserError } from '../core/errors/user-error.ts';
import { currency, exactText, type Money, money, plus } from '../core/money/money.ts';
import type { LakeFile, LoadAccount, Rollup } from '../lake/catalog-types.ts';
import type { LoadedTotal } from '../lake/control-totals.ts';
import { costLinesKey, type LoadPlace } from '../lake/keys.ts';
import { allSealed } from '../lake/sealed.ts';
import type { Asker, Cell, ColumnDef, Engine, Row } from '../ports/engine.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { LINE_ORDER, linesPerAccount, linesWithin, loadedTotals, sumsByCurrency } from '../sql/loaded.ts';
import { COST_LINE_COLUMNS, DAILY_COST_COLUMNS, METRICS } from '../sql/schema.ts';
import { joined, name, type Sql } from '../sql/sql.ts';
import { type Counted, stretches } from './passes.ts';

/** Lines that are sorted at one time: their descriptions stay in memory, the rest is spilled where memory is short. */
const LINES_AT_ONCE = 12_000_000;

/** About so many `rows`, a select of COST_LINE_COLUMNS and then of `extraColumns`. */
export interface LinesOf {
  readonly select: Sql;
  readonly extraColumns: readonly ColumnDef[];
  readonly rows: number;
}

/** Writes the lines of a month as files sorted by account, service, resource, time; the last are sealed when it returns. */
export async function writeLines(
  { engine, store }: { readonly engine: Engine; readonly store: ObjectStore },
  place: LoadPlace,
  { select: lines, extraColumns, rows }: LinesOf,
  onFile: (rowsDone: number) => void,
): Promise<LakeFile[]> {
  const columns = joined([...COST_LINE_COLUMNS, ...extraColumns].map((column) => name(column.name)));
  const parts =
    rows <= LINES_AT_ONCE
      ? stretches([], LINES_AT_ONCE)
      : stretches((await engine.rows(linesPerAccount(lines))).map(counted), LINES_AT_ONCE);
  const files: LakeFile[] = [];
  let done = 0;
  for (const [i, stretch] of parts.entries()) {
    const key = costLinesKey(place, i);
    const sorted = { ...LINE_ORDER, rows: Math.ceil(rows / parts.length) };
    const written = await engine.write(linesWithin(lines, columns, stretch), store.uri(key), { sorted });
    files.push(...(await allSealed(store, key, written)));
    done += written.rows;
    onFile(done);
  }
  return files;
}

/** What the written files hold, computed from them alone. */
export interface Written {
  readonly totals: readonly LoadedTotal[];
  readonly accounts: readonly LoadAccount[];
  readonly firstDate: BillingDate | undefined;
  readonly lastDate: BillingDate | undefined;
  readonly watermark: string | undefined;
}

/** Reads back what was written. Leaves the files as relation `load_lines`. */
export async function readBack(
  { engine, store }: { readonly engine: Asker; readonly store: ObjectStore },
  files: readonly LakeFile[],
): Promise<Written> {
  await engine.files(
    'load_lines',
    files.map((file) => store.uri(file.key)),
    COST_LINE_COLUMNS,
  );
  const groups = (await engine.rows(loadedTotals('load_lines'))).map(group);
  const dates = groups.flatMap(({ first, last }) => [first, last]).sort();
  return {
    totals: groups.map(({ total }) => total),
    accounts: accountsOf(groups),
    firstDate: dates[0],
    lastDate: dates.at(-1),
    watermark: groups
      .flatMap(({ watermark }) => watermark ?? [])
      .sort()
      .at(-1),
  };
}

/** @throws UserError `CONTROL_TOTALS_DIFFER` where the rollup does not add up to the lines in `load_lines` */
export async function checkRollup(
  { engine, store }: { readonly engine: Engine; readonly store: ObjectStore },
  place: LoadPlace,
  rollup: Rollup,
): Promise<void> {
  await engine.files(
    'load_costs',
    rollup.files.map((file) => store.uri(file.key)),
    DAILY_COST_COLUMNS,
  );
  const [ofLines, ofRollup] = [
    await engine.rows(sumsByCurrency('load_lines')),
    await engine.rows(sumsByCurrency('load_costs')),
  ];
  if (JSON.stringify(ofLines) !== JSON.stringify(ofRollup)) {
    throw new UserError('CONTROL_TOTALS_DIFFER', {
      what: `The rollup of ${place.source} for ${place.billingPeriod} does not add up to its lines: ${JSON.stringify(ofRollup)} against ${JSON.stringify(ofLines)}`,
      remedy: 'Nothing was committed. Report this with the file: it is a fault of Spendlight.',
    });
  }
}

interface Group {
  readonly total: LoadedTotal;
  readonly billingAccountId: string;
  readonly subAccountId: string;
  readonly first: BillingDate;
  readonly last: BillingDate;
  readonly watermark: string | undefined;
  readonly invoiced: number;
  readonly uninvoiced: number;
}

const text = (cell: Cell | undefined): string => (cell === null || cell === undefined ? '' : String(cell));

const counted = ([account, service, lines]: Row): Counted => ({
  account: text(account),
  service: text(service),
  lines: Number(lines),
});

function group(row: Row): Group {
  const lines = Number(row[5]);
  const after = 6 + METRICS.length;
  const watermark = row[after + METRICS.length + 2];
  return {
    total: {
      currency: text(row[0]),
      lineItemType: text(row[1]),
      chargeCategory: text(row[2]),
      rows: lines,
      amounts: METRICS.map((_, i) => text(row[6 + i])),
      unknown: METRICS.map((_, i) => lines - Number(row[after + i])),
    },
    billingAccountId: text(row[3]),
    subAccountId: text(row[4]),
    first: billingDate(text(row[after + METRICS.length])),
    last: billingDate(text(row[after + METRICS.length + 1])),
    watermark: watermark === null ? undefined : text(watermark),
    invoiced: Number(row[after + METRICS.length + 3]),
    uninvoiced: Number(row[after + METRICS.length + 4]),
  };
}

function accountsOf(groups: readonly Group[]): LoadAccount[] {
  const accounts = new Map<string, { account: LoadAccount; sums: Map<string, Money[]> }>();
  for (const { billingAccountId, subAccountId, total, invoiced, uninvoiced } of groups) {
    const key = JSON.stringify([billingAccountId, subAccountId]);
    const known = accounts.get(key) ?? {
      account: { billingAccountId, subAccountId, lines: 0, amounts: {}, invoiced: 0, uninvoiced: 0 },
      sums: new Map<string, Money[]>(),
    };
    const of = currency(total.currency);
    const before = known.sums.get(of);
    const amounts = total.amounts.map((amount, i) => {
      const here = money(amount, of);
      const so = before?.[i];
      return so === undefined ? here : plus(so, here);
    });
    known.sums.set(of, amounts);
    accounts.set(key, {
      account: {
        ...known.account,
        lines: known.account.lines + total.rows,
        invoiced: (known.account.invoiced ?? 0) + invoiced,
        uninvoiced: (known.account.uninvoiced ?? 0) + uninvoiced,
      },
      sums: known.sums,
    });
  }
  return [...accounts.values()].map(({ account, sums }) => ({
    ...account,
    amounts: Object.fromEntries([...sums].map(([code, amounts]) => [code, amounts.map(exactText)])),
  }));
}
