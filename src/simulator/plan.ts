import type { Period } from '../core/calendar/billing-date.ts';
import { daysOf, periodOf } from '../core/calendar/billing-period.ts';
import { accountsOf } from './accounts.ts';
import { chance, STREAM } from './chance.ts';
import { type CommitmentSeries, commitmentsOf, feeOn, settle } from './commitments.ts';
import { DayTable } from './day-table.ts';
import { type Extra, extrasOf, setByDay } from './extras.ts';
import { factorOn, type Incident, incidentsOf, type Label, labelOf } from './incidents.ts';
import { type CalendarFacts, calendarFacts, levelOf } from './levels.ts';
import { type Resources, resourcesOf } from './resources.ts';
import { type Commitment, dayNumber, type Series, type SimAccount, ten } from './series.ts';
import { taxOf } from './tax.ts';
import { usageOf } from './usage.ts';

/** What to simulate. The same options give the same plan on every machine. */
export interface SimulateOf {
  readonly seed: number;
  /** First day with lines. */
  readonly from: Period['from'];
  /** The day after the newest day with lines; that newest day is taken as still arriving, the one before as the newest complete. */
  readonly until: Period['until'];
  /** How many accounts; 60 by default. */
  readonly accounts?: number;
  /** About how many lines a day near the end; 1,600 by default. Meters are spread over resources until it is reached. */
  readonly linesPerDay?: number;
}

/** A simulated organisation: what stays (accounts, series, resources) and what each series uses each day. */
export interface Plan {
  readonly seed: number;
  readonly period: Period;
  /** Newest complete day, as a day number. */
  readonly newest: number;
  readonly accounts: readonly SimAccount[];
  readonly series: readonly Series[];
  readonly commitments: readonly Commitment[];
  readonly resources: Resources;
  readonly days: DayTable;
  readonly labels: readonly Label[];
}

/** Plans an organisation: pure, and the same for the same options. Lines are made from it by `linesSql` inside the engine. */
export function simulate({ seed, from, until, accounts: count = 60, linesPerDay = 1_600 }: SimulateOf): Plan {
  const window = { from: dayNumber(from), until: dayNumber(until) };
  const newest = window.until - 2;
  const people = accountsOf(seed, count, newest);
  const accounts = people.map(({ account }) => account);
  const metered = people.flatMap(({ account, sketch }, index) => usageOf(seed, index, account, sketch));
  const series = largest(metered, linesPerDay);
  const incidents = incidentsOf(accounts, series, newest, window);
  const firstWhole =
    daysOf(periodOf(from)).from === from ? window.from : dayNumber(daysOf(periodOf(from)).until);
  const commitments = commitmentsOf(accounts, newest, firstWhole);
  const year = new Year({
    seed,
    window,
    newest,
    accounts,
    series,
    incidents,
    commitments,
    extras: extrasOf(accounts),
  });
  year.fill();
  return {
    seed,
    period: { from, until },
    newest,
    accounts,
    series,
    commitments: commitments.map(({ commitment }) => commitment),
    resources: resourcesOf(seed, series, linesPerDay),
    days: year.table,
    labels: incidents.map((incident, i) => labelOf(incident, series, accounts, year.extra[i] ?? 0n)),
  };
}

/** The dearest `most` series, in their own order: a small organisation leaves the smallest meters out. */
function largest(series: readonly Series[], most: number): Series[] {
  if (series.length <= most) return [...series];
  const worth = ({ base, effective, p, q }: Series): number => (base * effective) / ten(p + q);
  const least = series.map(worth).sort((a, b) => b - a)[most - 1] ?? 0;
  return series.filter((one) => worth(one) >= least);
}

interface YearOf {
  readonly seed: number;
  readonly window: { readonly from: number; readonly until: number };
  readonly newest: number;
  readonly accounts: readonly SimAccount[];
  /** Grows: commitments, extras and tax add theirs. */
  readonly series: Series[];
  readonly incidents: readonly Incident[];
  readonly commitments: readonly CommitmentSeries[];
  readonly extras: readonly Extra[];
}

/** Fills the table of days, day by day and series by series. */
class Year {
  readonly table: DayTable;
  /** Extra cost of each incident, in 10⁻¹⁵ USD. */
  readonly extra: bigint[];
  readonly #of: YearOf;
  readonly #end: CalendarFacts;
  readonly #hit: ReadonlyMap<number, readonly number[]>;

  constructor(of: YearOf) {
    this.#of = of;
    this.#end = calendarFacts(of.newest);
    this.table = new DayTable();
    this.extra = of.incidents.map(() => 0n);
    const hit = new Map<number, number[]>();
    for (const [i, incident] of of.incidents.entries()) {
      for (const id of incident.series) hit.set(id, [...(hit.get(id) ?? []), i]);
    }
    this.#hit = hit;
  }

  fill(): void {
    const { window, series, commitments, extras, newest } = this.#of;
    const metered = series.length;
    const bound = commitments.map((made) => ({
      made,
      ids: {
        used: made.used.map((one) => this.#add(one)),
        unused: this.#add(made.unused),
        fee: this.#add(made.fee),
      },
      monthUnused: 0,
    }));
    const sold = extras.map((extra) => ({ extra, id: this.#add(extra.series) }));
    for (let day = window.from; day < window.until; day++) {
      const at = calendarFacts(day);
      for (let id = 0; id < metered; id++) this.#meter(id, at);
      for (const one of bound) this.#commit(one, at);
      for (const { extra, id } of sold) {
        const amount = day < extra.series.first || day > extra.series.last ? 0 : extra.on(at, newest);
        if (amount !== 0)
          this.table.add({ series: id, day, quantity: amount, lag: extra.lag?.(at, newest) ?? 0 });
      }
    }
    this.#tax();
  }

  #add(one: Series): number {
    return this.#of.series.push(one) - 1;
  }

  /** What a metered series uses on a day, with its incidents, and whether it comes late or changes later. */
  #meter(id: number, at: CalendarFacts): void {
    const { seed, series, accounts, incidents, newest } = this.#of;
    const one = series[id];
    if (one === undefined || at.day < one.first || at.day > one.last) return;
    const season = accounts[one.account]?.season ?? 'even';
    const usual = Math.floor(one.base * levelOf(seed, id, one, season, at, this.#end));
    let quantity = usual;
    for (const i of this.#hit.get(id) ?? []) {
      const incident = incidents[i];
      if (incident === undefined || at.day < incident.from || at.day > incident.until) continue;
      quantity = Math.floor((quantity * factorOn(incident, at.day)) / 1000);
      const more = incident.told.kind === 'new' ? quantity : quantity - usual;
      this.extra[i] =
        (this.extra[i] ?? 0n) + BigInt(more) * BigInt(one.effective) * BigInt(ten(15 - one.p - one.q));
    }
    if (quantity > 0)
      this.table.add({ series: id, day: at.day, quantity, ...this.#fate(id, one, at.day, quantity, newest) });
  }

  /** Late lines and changed amounts, small ones only: what has not arrived must not hide an OU's usual cost. */
  #fate(
    id: number,
    { account, base, billed, p, q, service }: Series,
    day: number,
    quantity: number,
    newest: number,
  ): Fate {
    const { seed, accounts } = this.#of;
    const usd = (base * billed) / ten(p + q);
    const name = accounts[account]?.name;
    if (day === newest - 1 && name === 'prod-web' && service.meter?.endsWith('BoxUsage:c7g.xlarge') === true)
      return { lag: 1 };
    if (day === newest - 2 && name === 'prod-media' && service.meter?.endsWith('Requests-Tier2') === true)
      return { lag: 2 };
    const drawn = chance(seed, STREAM.late, id, day);
    if (usd < 9 && drawn % 1000 < 14) return { lag: 1 + ((drawn >>> 10) % 3) };
    if (usd > 1 && usd < 40 && drawn % 1000 >= 998) {
      return {
        before: Math.floor((quantity * (720 + ((drawn >>> 10) % 460))) / 1000),
        restatedOn: day + 3 + ((drawn >>> 20) % 6),
      };
    }
    return {};
  }

  #commit(
    one: {
      made: CommitmentSeries;
      ids: { used: number[]; unused: number; fee: number };
      monthUnused: number;
    },
    at: CalendarFacts,
  ): void {
    const { made, ids } = one;
    if (at.day < made.first || at.day > made.last) return;
    const { seed } = this.#of;
    const wanted = made.used.map((series, i) =>
      Math.floor(series.base * levelOf(seed, ids.used[i] ?? 0, series, 'even', at, at)),
    );
    const { used, unused } = settle(made, wanted);
    for (const [i, quantity] of used.entries()) {
      if (quantity > 0) this.table.add({ series: ids.used[i] ?? 0, day: at.day, quantity });
    }
    const fee = feeOn(made, at);
    if (fee > 0) this.table.add({ series: ids.fee, day: at.day, quantity: fee });
    if (made.kind !== 'reserved') {
      if (unused > 0) this.table.add({ series: ids.unused, day: at.day, quantity: unused });
      return;
    }
    one.monthUnused = (at.dayOfMonth === 1 ? 0 : one.monthUnused) + unused;
    // What a reservation left unused is known when its month is over, and then dated day 1 like its fee.
    if (at.dayOfMonth === at.daysInMonth && one.monthUnused > 0) {
      this.table.add({
        series: ids.unused,
        day: at.day - at.daysInMonth + 1,
        quantity: one.monthUnused,
        lag: at.daysInMonth,
      });
    }
  }

  #tax(): void {
    const { accounts, series, window } = this.#of;
    for (const line of taxOf(this.table, series, accounts.length, window)) {
      const service = series.find((one) => one.account === line.account)?.service;
      const id = this.#add(
        setByDay(line.account, 'tax', {
          code: service?.code ?? 'AmazonEC2',
          subcategory: service?.subcategory ?? 'Virtual Machines',
          description: 'Value added tax',
        }),
      );
      for (const month of line.months)
        this.table.add({
          series: id,
          day: month.day,
          quantity: month.final,
          before: month.estimate,
          restatedOn: month.restatedOn,
        });
    }
  }
}

interface Fate {
  readonly lag?: number;
  readonly before?: number;
  readonly restatedOn?: number;
}
