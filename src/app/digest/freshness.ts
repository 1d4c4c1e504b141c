import { addDays, type BillingDate, dayOf, daysBetween, eachDay } from '../../core/calendar/billing-date.ts';
import { known } from '../../core/errors/invariant.ts';
import { plus } from '../../core/money/money.ts';
import type { ArrivingDay, DigestFacts, Freshness, Proof } from '../../delivery/digest/facts.ts';
import { dayName, moment } from '../../delivery/format/days.ts';
import { breakdownCsv } from '../../sql/breakdown-csv.ts';
import { usageEnds } from '../../sql/digest/ou-days.ts';
import { accountsSeen, convertedOnDay, dayTotalOfLines } from '../../sql/digest/proof.ts';
import type { CompleteDays } from '../complete-days.ts';
import { type Asked, amount, count } from './asked.ts';
import type { MonthAnswer } from './month.ts';

/** Days after the judged one that have lines, with the hour up to which usage has come. */
export async function arrivingDays(
  { engine, judged, complete }: Asked,
  month: MonthAnswer,
): Promise<ArrivingDay[]> {
  const newest = complete.newestDay;
  if (newest === undefined || newest <= judged) return [];
  const period = { from: addDays(judged, 1), until: addDays(newest, 1) };
  const ends = new Map((await engine.rows(usageEnds(period))).map(([day, end]) => [String(day), end]));
  return [...eachDay(period)].flatMap((date): ArrivingDay[] => {
    const end = ends.get(date);
    if (end === undefined) return [];
    return [
      { date, soFar: month.soFar(date), linesUpTo: end === null ? undefined : hourOf(date, String(end)) },
    ];
  });
}

/** `17:00` of that day; its end is `24:00`. */
const hourOf = (date: BillingDate, end: string): string =>
  end.slice(0, 10) > date ? '24:00' : end.slice(11, 16);

/** How far the data reach, by source, and who is quiet. */
export const freshnessOf = (complete: CompleteDays): Freshness => ({
  completeTo: complete.completeTo,
  sources: complete.sources
    .filter(({ source }) => !complete.ended.includes(source))
    .map(({ source, watermark, deliveredAt }) => ({
      source,
      watermark,
      lastDelivery: deliveredAt,
      late: complete.late.includes(source),
    })),
  quiet: complete.quiet.map(({ account, name, lastSeen }) => ({
    account: { id: account, name },
    since: addDays(lastSeen, 1),
  })),
});

/** What stands behind the judged day: its CSV's sum against the lines' own, accounts, deliveries, versions. */
export async function proofOf(asked: Asked, ledgerHead: string | undefined): Promise<Proof> {
  const { engine, lake, state, judged, currency } = asked;
  const { costMetric, reportingCurrency } = lake.identity;
  const period = { from: judged, until: addDays(judged, 1) };
  const [, , csvRows, csvTotal] = (await engine.rows(breakdownCsv({ period })))[0] ?? [];
  const [lines] = await engine.rows(dayTotalOfLines({ day: judged, costMetric, reportingCurrency }));
  const [converted] = await engine.rows(convertedOnDay({ day: judged, reportingCurrency }));
  const [seen, knownAccounts] = known((await engine.rows(accountsSeen(judged)))[0], 'accounts');
  return {
    csvTotal: amount(csvTotal, currency),
    lakeTotal: plus(amount(lines?.[0], currency), amount(converted?.[0], currency)),
    csvRows: count(csvRows ?? 0),
    accountsSeen: count(seen),
    accountsKnown: count(knownAccounts),
    deliveries: deliveriesOf(asked),
    lakeVersion: state.version,
    versions: state.inputs,
    ledgerHead,
  };
}

const deliveriesOf = ({ state, judged }: Asked): Proof['deliveries'] =>
  state.loads
    .filter(
      ({ firstDate, lastDate }) =>
        firstDate !== undefined && lastDate !== undefined && firstDate <= judged && lastDate >= judged,
    )
    .map(({ source, billingPeriod, delivery }) => ({
      source,
      billingPeriod,
      deliveredAt: delivery.deliveredAt,
      sha256: delivery.content,
    }));

/** What is wrong with the data, in words for the reader, most important first. */
export function troublesOf(
  complete: CompleteDays,
  money: Pick<DigestFacts, 'withoutRate' | 'unknownLines'> | undefined,
  now: number,
): string[] {
  const { completeTo, newestDay, heldBy, late } = complete;
  const sources = new Map(complete.sources.map((source) => [source.source, source]));
  const age = completeTo === undefined ? 0 : daysBetween(completeTo, dayOf(now));
  const held = [...new Set(heldBy.map(({ account }) => account))];
  return [
    ...(newestDay === undefined ? ['The lake holds no cost lines yet: nothing has been brought in.'] : []),
    ...(newestDay !== undefined && completeTo === undefined ? ['No day is complete yet.'] : []),
    ...late.map((source) => {
      const last = sources.get(source)?.watermark ?? sources.get(source)?.lastDate;
      return `Source ${source} is missing: its usage ends ${last === undefined ? 'nowhere' : moment(last)}, more than 48 h behind its usual arrival.`;
    }),
    ...(completeTo !== undefined && late.length === 0 && age > STALE_DAYS
      ? [`The newest complete day, ${dayName(completeTo)}, is ${age} days old: no newer delivery has come.`]
      : []),
    ...(held.length > 0 && completeTo !== undefined
      ? [`${dayName(addDays(completeTo, 1))} waits for ${listed(held)}: fewer than half of the usual lines.`]
      : []),
    ...(money?.withoutRate ?? []).map(
      ({ currency, lines }) =>
        `${lines} ${lines === 1 ? 'line' : 'lines'} in ${currency} have no rate and are in no figure; import one with "spendlight rates import".`,
    ),
    ...(money !== undefined && money.unknownLines > 0
      ? [
          `${money.unknownLines} ${money.unknownLines === 1 ? 'line has' : 'lines have'} no known cost; sums leave them out.`,
        ]
      : []),
  ];
}

/** A headline older than this many days is told as a trouble: two days are usual. */
const STALE_DAYS = 4;

const listed = (accounts: readonly string[]): string =>
  accounts.length <= 3
    ? accounts.map((account) => (account === '' ? 'charges of no account' : account)).join(', ')
    : `${accounts.slice(0, 3).join(', ')} and ${accounts.length - 3} more accounts`;
