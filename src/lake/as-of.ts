import type { BillingDate } from '../core/calendar/billing-date.ts';
import { lastMoment } from '../core/calendar/moment.ts';
import { UserError } from '../core/errors/user-error.ts';
import { currency, exactText, type Money, money, sum } from '../core/money/money.ts';
import { decodedEntry } from './catalog.ts';
import type { LakeFile, LakeState } from './catalog-types.ts';
import { versionKey } from './keys.ts';
import type { Lake } from './lake.ts';
import { entriesOf, readLedger } from './ledger.ts';
import { damaged } from './self-checked.ts';

/** What was known then: the version that was the newest at `moment` (milliseconds since 1970). */
export interface AsOf {
  readonly state: LakeState;
  /** Takes the place of the present: days are complete, runs and mails are done as of it. */
  readonly moment: number;
}

/** Files whose absence is looked for at one time. */
const LOOK_AT_ONCE = 32;

/**
 * The lake as of `text`: a version (`412`), a moment (`2026-11-19T07:00:00Z`), or a day, which means its end, or `now` on
 * that day. As-of means committed in this lake: the newest commit that is not after the moment.
 * @param now  milliseconds since 1970; nothing is known of what comes after
 * @throws UserError `AS_OF_BEFORE_LAKE`, `AS_OF_IN_FUTURE`, `VERSION_UNKNOWN`, `VERSION_THINNED`, `DATE_INVALID`
 */
export async function stateAsOf(lake: Lake, text: string, now: number): Promise<AsOf> {
  const asOf = /^v?\d{1,12}$/.test(text)
    ? await atVersion(lake, Number(text.replace('v', '')))
    : await atMoment(lake, momentOf(text, now));
  await refuseThinned(lake, asOf.state);
  return asOf;
}

async function atVersion(lake: Lake, version: number): Promise<AsOf> {
  if (version === 0) throw await beforeLake(lake, 'Version 0');
  const state = await lake.at(version);
  return { state, moment: Date.parse(state.committedAt) };
}

async function atMoment(lake: Lake, moment: number): Promise<AsOf> {
  const head = await lake.head();
  const version = await newestAt(lake, head, new Date(moment).toISOString());
  if (version === 0) throw await beforeLake(lake, new Date(moment).toISOString());
  return { state: version === head.version ? head : await lake.at(version), moment };
}

/** The newest version not after `time`; 0 where there is none. Commits never go back in time, so halving finds it. */
async function newestAt(lake: Lake, head: LakeState, time: string): Promise<number> {
  if (head.version === 0 || head.committedAt <= time) return head.version;
  let [from, until] = [0, head.version]; // from is not after `time`, until is
  while (until - from > 1) {
    const middle = Math.floor((from + until) / 2);
    if ((await committedAt(lake, middle)) <= time) from = middle;
    else until = middle;
  }
  return from;
}

async function committedAt(lake: Lake, version: number): Promise<string> {
  const key = versionKey(version);
  const bytes = await lake.store.get(key);
  // A commit that is not there is told by whoever reads the catalog in order.
  return bytes === undefined
    ? (await lake.at(version)).committedAt
    : decodedEntry(bytes, version, key).committedAt;
}

function momentOf(text: string, now: number): number {
  const moment = lastMoment(text);
  const isToday = !text.includes('T') && new Date(now).toISOString().startsWith(text);
  if (isToday) return now;
  if (moment > now) {
    throw new UserError('AS_OF_IN_FUTURE', {
      what: `${text} has not come yet; it is ${new Date(now).toISOString()}`,
      remedy: 'Name a moment that is past, or a lake version.',
    });
  }
  return moment;
}

async function beforeLake(lake: Lake, what: string): Promise<UserError> {
  const { version } = await lake.head();
  const first = version === 0 ? undefined : await committedAt(lake, 1);
  return new UserError('AS_OF_BEFORE_LAKE', {
    what: `${what} is before the first commit of this lake${first === undefined ? '' : `, of ${first}`}`,
    remedy: 'As-of tells what this lake knew, not what a bill says of earlier days: name a later moment.',
  });
}

/**
 * A load or its rollup that is no longer current may have been thinned out: its figures cannot be asked any more. The
 * ledger names what was; a file that is gone and that it does not name is damage.
 * @param day  only what is read for this day; without it everything
 * @throws UserError `VERSION_THINNED`, `LAKE_DAMAGED`
 */
export async function refuseThinned(lake: Lake, state: LakeState, day?: BillingDate): Promise<void> {
  const head = await lake.head();
  if (head.version === state.version) return;
  const kept = new Set(filesOf(head).map(({ key }) => key));
  const wanted = day === undefined ? filesOf(state) : filesOfDay(state, day);
  const perhaps = wanted.filter(({ key }) => !kept.has(key));
  for (let at = 0; at < perhaps.length; at += LOOK_AT_ONCE) {
    const some = perhaps.slice(at, at + LOOK_AT_ONCE);
    const found = await Promise.all(some.map(({ key }) => lake.store.head(key)));
    const gone = some.find((_, i) => found[i] === undefined);
    if (gone === undefined) continue;
    const pruned = entriesOf(await readLedger(lake.store), 'prune').some(({ removed }) =>
      removed.some(({ key }) => key === gone.key),
    );
    throw pruned ? thinned(lake, state, gone.key) : damaged(gone.key, 'it is gone, and nobody pruned it');
  }
}

const filesOf = ({ loads, verdicts }: LakeState): readonly LakeFile[] => [
  ...loads.flatMap(({ lines, rollup }) => [...lines, ...rollup.files]),
  ...verdicts.flatMap(({ files }) => files),
];

/** Files that pinning the day reads. */
const filesOfDay = ({ loads, verdicts, ...state }: LakeState, day: BillingDate): readonly LakeFile[] =>
  filesOf({
    ...state,
    loads: loads.filter(
      ({ firstDate, lastDate }) =>
        firstDate !== undefined && lastDate !== undefined && firstDate <= day && lastDate >= day,
    ),
    verdicts: verdicts.filter(({ month }) => day.startsWith(month)),
  });

function thinned(lake: Lake, state: LakeState, file: string): UserError {
  const { costMetric } = lake.identity;
  const totals = totalsOf(state, costMetric).map((total) => `${exactText(total)} ${total.currency}`);
  return new UserError('VERSION_THINNED', {
    what: `Version ${state.version} of ${state.committedAt} has been thinned out; of it the totals are kept: ${costMetric} ${totals.join(', ')}`,
    place: { file },
    remedy: 'Name the last version of that day or period, or ask the archive: spendlight archive list',
  });
}

/** What all lines of a version that count add up to, one sum a currency. */
function totalsOf({ loads, exclusions }: LakeState, metric: string): readonly Money[] {
  const signed = [
    ...loads.flatMap(({ totals }) =>
      totals.map((total) => ({
        metric: total.metric,
        currency: total.currency,
        amount: total.amount.loaded,
        sign: 1n,
      })),
    ),
    ...exclusions.flatMap(({ totals }) => totals.map((total) => ({ ...total, sign: -1n }))),
  ].filter((total) => total.metric === metric);
  const currencies = [...new Set(signed.map((total) => total.currency))].sort();
  return currencies.map((code) => {
    const unit = currency(code);
    const amounts = signed
      .filter((total) => total.currency === code)
      .map(({ amount, sign }) => ({ currency: unit, units: money(amount, unit).units * sign }));
    return sum(amounts, unit);
  });
}
