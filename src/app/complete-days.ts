import { addDays, type BillingDate, billingDate } from '../core/calendar/billing-date.ts';
import {
  type Completeness,
  candidateDays,
  completeness,
  ENDED_DAYS,
  LATE_HOURS,
  type SourceArrival,
  type ThinDay,
} from '../core/completeness/completeness.ts';
import { known } from '../core/errors/invariant.ts';
import type { LakeState, Load } from '../lake/catalog-types.ts';
import type { Asker } from '../ports/engine.ts';
import { quietAccounts, replacedSources, sourceReach, thinAccountDays } from '../sql/completeness.ts';

/** Which days are complete, and what the reader of a digest wants to know about how far the data reach. */
export interface CompleteDays extends Completeness {
  /** Sources with lines that count, by name. */
  readonly sources: readonly SourceArrival[];
  /** First and newest day with a line; undefined in an empty lake. */
  readonly firstDay: BillingDate | undefined;
  readonly newestDay: BillingDate | undefined;
  /** Accounts that were there in the last 45 days and have been quiet for more than 48 h. */
  readonly quiet: readonly {
    readonly account: string;
    readonly name: string | undefined;
    readonly lastSeen: BillingDate;
  }[];
}

/** Judges the pinned lake's days (requirement N3). `engine` has `daily_costs` pinned at `state`; `now` in ms since 1970. */
export async function completeDays(engine: Asker, state: LakeState, now: number): Promise<CompleteDays> {
  const replaced = new Set((await engine.rows(replacedSources({}))).map(([source]) => String(source)));
  const reach = (await engine.rows(sourceReach({}))).map(([source, first, last]) => ({
    source: String(source),
    first: billingDate(String(first)),
    last: billingDate(String(last)),
  }));
  const sources = reach.map(({ source, last }) => arrival(source, last, state, replaced.has(source)));
  const candidates = sources.flatMap((source) =>
    candidateDays(source).map((date) => ({ source: source.source, date })),
  );
  const thin = candidates.length === 0 ? [] : (await engine.rows(thinAccountDays(candidates))).map(thinDay);
  const states = completeness(sources, thin, now);
  const firstDay = least(reach.map(({ first }) => first));
  const { completeTo: passed } = states;
  // Days before the first line are complete in name only: nothing was there to wait for.
  const completeTo =
    passed !== undefined && firstDay !== undefined && passed >= firstDay ? passed : undefined;
  return {
    ...states,
    completeTo,
    sources,
    firstDay,
    newestDay: greatest(reach.map(({ last }) => last)),
    quiet: completeTo === undefined ? [] : await quiet(engine, completeTo),
  };
}

function arrival(source: string, lastDate: BillingDate, state: LakeState, replaced: boolean): SourceArrival {
  const loads = state.loads.filter((load) => load.source === source);
  const watermarks = loads.map((load) => load.watermark).filter((text) => text !== undefined);
  const newest = loads.reduce<Load | undefined>(
    (a, b) => (a === undefined || reaches(b) > reaches(a) ? b : a),
    undefined,
  );
  return {
    source,
    watermark: greatest(watermarks),
    deliveredAt: newest?.delivery.deliveredAt ?? state.committedAt,
    ageFrom: newest?.delivery.ageFrom ?? 'arrival',
    lastDate,
    replaced,
  };
}

const reaches = (load: Load): string => load.watermark ?? load.lastDate ?? '';

/** A row of `thin_account_days` or `thin_days_within`. */
export function thinDay(row: readonly unknown[]): ThinDay {
  const [source, account, date, lines, usual, lastSeen] = row;
  return {
    source: String(source),
    account: String(account),
    date: billingDate(String(date)),
    lines: Number(lines),
    usual: Number(usual),
    lastSeen: billingDate(String(lastSeen)),
  };
}

async function quiet(engine: Asker, completeTo: BillingDate): Promise<CompleteDays['quiet']> {
  const span = {
    since: addDays(completeTo, -ENDED_DAYS),
    quietBefore: addDays(completeTo, -LATE_HOURS / 24),
  };
  return (await engine.rows(quietAccounts(span))).map(([account, name, lastSeen]) => ({
    account: known(account, 'account').toString(),
    name: name === null || name === undefined ? undefined : String(name),
    lastSeen: billingDate(String(lastSeen)),
  }));
}

const least = <T extends string>(texts: readonly T[]): T | undefined => [...texts].sort()[0];
const greatest = <T extends string>(texts: readonly T[]): T | undefined => [...texts].sort().at(-1);
