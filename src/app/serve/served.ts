import type { BillingDate } from '../../core/calendar/billing-date.ts';
import { dayOf } from '../../core/calendar/billing-date.ts';
import { type Currency, currency } from '../../core/money/money.ts';
import type { TagRules } from '../../core/rules/rules.ts';
import type { LakeState } from '../../lake/catalog-types.ts';
import type { Lake } from '../../lake/lake.ts';
import { readLedger } from '../../lake/ledger.ts';
import { pinLake } from '../../lake/pin.ts';
import { isEngine, pinCosts, pinLayout, pinLines, pinVerdicts, pinWhole } from '../../lake/pin-scope.ts';
import { tagRules } from '../../lake/rules.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Asker, Engine } from '../../ports/engine.ts';
import { PAGE_LAYOUTS, type PageLayout } from '../../sql/overview/page-costs.ts';
import type { Scope } from '../../sql/scope.ts';
import { type CompleteDays, completeDays } from '../complete-days.ts';
import type { PageFiles, PageFilesMade } from './page-files.ts';
import { Recent } from './recent.ts';

/** Questions that run at one time: a little more than cores, so that none waits for a disk. */
const SESSIONS = 3;
/** Parts of the costs whose facts are remembered. */
const SCOPES_KEPT = 64;

/**
 * What a question reads: `accounts` no region and no tag state of costs, and of verdicts the spikes; `places` region and
 * tag state, too; `rollup` anything of `daily_costs` and `verdicts`; `lines` also `cost_lines`. The less, the quicker.
 */
export type Reads = 'accounts' | 'places' | 'rollup' | 'lines';

export interface ServedOf {
  readonly engine: Asker | Engine;
  readonly lake: Lake;
  readonly state: LakeState;
  readonly clock: Clock;
  readonly requiredTagKeys: readonly string[];
  /** The moment that the lake is asked about, where that is not now; `lake` and `clock` are of that moment, too. */
  readonly asOf?: number;
}

/** One version of the lake, pinned in an engine of its own, ready to be asked by many at once. */
export class Served {
  readonly lake: Lake;
  readonly state: LakeState;
  readonly today: BillingDate;
  readonly complete: CompleteDays;
  readonly ledgerHead: string | undefined;
  /** C2 as in force at this version. */
  readonly tagRules: TagRules;
  /** The moment that it is the lake of, in milliseconds since 1970; undefined: of now. */
  readonly asOf: number | undefined;
  readonly currency: Currency;
  /** What was found out about parts of the costs, by their name. */
  readonly remembered = new Recent<unknown>(SCOPES_KEPT);
  readonly #engine: Asker | Engine;
  readonly #layouts = new Map<PageLayout, PageFilesMade>();
  readonly #readable = new Set<PageLayout>();
  readonly #free: Session[] = [];
  readonly #waiting: ((session: Session) => void)[] = [];
  #opened = 0;
  #asking = 0;
  #whenIdle: (() => void) | undefined;

  private constructor(of: ServedOf, complete: CompleteDays, ledgerHead: string | undefined, rules: TagRules) {
    this.lake = of.lake;
    this.state = of.state;
    this.today = dayOf(of.clock.now());
    this.complete = complete;
    this.ledgerHead = ledgerHead;
    this.asOf = of.asOf;
    this.tagRules = rules;
    this.currency = currency(of.lake.identity.reportingCurrency);
    this.#engine = of.engine;
  }

  /** Pins `state` in `engine`, which is closed with the result. */
  static async open(of: ServedOf): Promise<Served> {
    const { engine, lake, state, clock } = of;
    await pinLake(engine, lake, state);
    await pinWhole(engine, lake, state);
    const complete = await completeDays(engine, state, clock.now());
    const { head, entries } = await readLedger(lake.store);
    const rules = await tagRules(lake, state, of);
    return new Served(of, complete, entries.length === 0 ? undefined : head, rules);
  }

  get version(): number {
    return this.state.version;
  }

  get engineVersion(): string {
    return this.#engine.version;
  }

  /** Keeps this version open until the result is called: for an answer that asks more than once. */
  hold(): () => void {
    this.#asking++;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#letGo();
    };
  }

  /** Lays the rollup out for pages, so that filters answer quickly; questions are answered meanwhile, and the same. */
  async layOut(files: PageFiles, wanted: () => boolean): Promise<void> {
    const engine = this.#engine;
    if (!isEngine(engine)) return; // who only asks keeps no files
    const { lake, state } = this;
    const release = this.hold();
    try {
      for (const layout of PAGE_LAYOUTS) {
        const { costMetric } = lake.identity;
        const session = await engine.session();
        const made = await files
          .make({ session, state, layout, costMetric, wanted })
          .finally(() => session.close());
        if (made === undefined) return;
        this.#layouts.set(layout, made);
        await pinLayout(engine, lake, { layout, uris: made.uris });
        this.#readable.add(layout);
      }
    } finally {
      release();
    }
  }

  /** Lets `work` ask about `scope`, of which it reads no more than `reads`; waits until a session is free. */
  async ask<T>(scope: Scope, work: (session: Asker) => Promise<T>, reads: Reads = 'rollup'): Promise<T> {
    const session = await this.#borrow(scope, reads);
    try {
      return await work(session.engine);
    } finally {
      this.#giveBack(session);
    }
  }

  /** Lets `work` have a session of its own, closed afterwards: for use cases that pin for themselves. */
  async apart<T>(work: (session: Asker) => Promise<T>): Promise<T> {
    const release = this.hold();
    try {
      const session = await this.#engine.session();
      try {
        return await work(session);
      } finally {
        await session.close();
      }
    } finally {
      release();
    }
  }

  /** As `ask`, for answers that come in pieces. */
  async *stream<T>(scope: Scope, work: (session: Asker) => AsyncIterable<T>): AsyncGenerator<T> {
    const session = await this.#borrow(scope, 'rollup');
    try {
      yield* work(session.engine);
    } finally {
      this.#giveBack(session);
    }
  }

  /** Closes the engine once nobody asks any more. */
  async retire(): Promise<void> {
    if (this.#asking > 0) {
      await new Promise<void>((resolve) => {
        this.#whenIdle = resolve;
      });
    }
    for (const { engine } of this.#free) await engine.close();
    await this.#engine.close();
    for (const { release } of this.#layouts.values()) await release();
  }

  async #borrow(scope: Scope, reads: Reads): Promise<Session> {
    this.#asking++;
    const layout = this.#layoutFor(scope, reads);
    const of = JSON.stringify(scope);
    const costs = `${layout ?? 'rollup'} ${of}`;
    const session = await this.#next(costs).catch((error) => {
      this.#letGo();
      throw error;
    });
    const { engine, pinned } = session;
    const pin = async (relation: keyof Session['pinned'], name: string, make: () => Promise<void>) => {
      if (pinned[relation] === name) return;
      pinned[relation] = undefined;
      await make();
      pinned[relation] = name;
    };
    try {
      await pin('costs', costs, () => pinCosts(engine, scope, layout));
      const verdicts = reads === 'lines' || reads === 'rollup' ? 'verdicts' : 'spikes';
      await pin('verdicts', `${verdicts} ${of}`, () => pinVerdicts(engine, scope, verdicts));
      if (reads === 'lines') await pin('lines', of, () => pinLines(engine, scope));
      return session;
    } catch (error) {
      this.#giveBack(session);
      throw error;
    }
  }

  /** Other metrics than the lake's are converted row by row of the rollup itself. */
  #layoutFor(scope: Scope, reads: Reads): PageLayout | undefined {
    const ofPlaces = scope.region !== undefined || scope.tag !== undefined;
    const layout = ofPlaces ? 'places' : 'accounts';
    const fits =
      scope.metric === scope.costMetric && (reads === 'accounts' || (reads === 'places' && ofPlaces));
    return fits && this.#readable.has(layout) ? layout : undefined;
  }

  async #next(costs: string): Promise<Session> {
    const fitting = this.#free.findIndex(({ pinned }) => pinned.costs === costs);
    const [free] = this.#free.splice(Math.max(fitting, 0), 1);
    if (free !== undefined) return free;
    if (this.#opened < SESSIONS) {
      this.#opened++;
      return { engine: await this.#engine.session(), pinned: {} };
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #giveBack(session: Session): void {
    const next = this.#waiting.shift();
    if (next !== undefined) next(session);
    else this.#free.push(session);
    this.#letGo();
  }

  #letGo(): void {
    this.#asking--;
    if (this.#asking === 0) this.#whenIdle?.();
  }
}

interface Session {
  readonly engine: Asker;
  /** What its relations mean now. */
  readonly pinned: { costs?: string | undefined; verdicts?: string | undefined; lines?: string | undefined };
}
