import type { BillingDate } from '../../core/calendar/billing-date.ts';
import { dayOf } from '../../core/calendar/billing-date.ts';
import { type Currency, currency } from '../../core/money/money.ts';
import type { LakeState } from '../../lake/catalog-types.ts';
import type { Lake } from '../../lake/lake.ts';
import { readLedger } from '../../lake/ledger.ts';
import { pinLake } from '../../lake/pin.ts';
import { pinScope, pinWhole } from '../../lake/pin-scope.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Scope } from '../../sql/scope.ts';
import { type CompleteDays, completeDays } from '../complete-days.ts';
import { Recent } from './recent.ts';

/** Questions that run at one time: a little more than cores, so that none waits for a disk. */
const SESSIONS = 3;
/** Parts of the costs whose facts are remembered. */
const SCOPES_KEPT = 64;

export interface ServedOf {
  readonly engine: Engine;
  readonly lake: Lake;
  readonly state: LakeState;
  readonly clock: Clock;
  readonly requiredTagKeys: readonly string[];
}

/** One version of the lake, pinned in an engine of its own, ready to be asked by many at once. */
export class Served {
  readonly lake: Lake;
  readonly state: LakeState;
  readonly today: BillingDate;
  readonly complete: CompleteDays;
  readonly ledgerHead: string | undefined;
  readonly requiredTagKeys: readonly string[];
  readonly currency: Currency;
  /** What was found out about parts of the costs, by their name. */
  readonly remembered = new Recent<unknown>(SCOPES_KEPT);
  readonly #engine: Engine;
  readonly #free: Session[] = [];
  readonly #waiting: ((session: Session) => void)[] = [];
  #opened = 0;
  #asking = 0;
  #whenIdle: (() => void) | undefined;

  private constructor(of: ServedOf, complete: CompleteDays, ledgerHead: string | undefined) {
    this.lake = of.lake;
    this.state = of.state;
    this.today = dayOf(of.clock.now());
    this.complete = complete;
    this.ledgerHead = ledgerHead;
    this.requiredTagKeys = of.requiredTagKeys;
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
    return new Served(of, complete, entries.length === 0 ? undefined : head);
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

  /** Lets `work` ask about `scope`; waits until a session is free. */
  async ask<T>(scope: Scope, work: (session: Engine) => Promise<T>): Promise<T> {
    const session = await this.#borrow(scope);
    try {
      return await work(session.engine);
    } finally {
      this.#giveBack(session);
    }
  }

  /** Lets `work` have a session of its own, closed afterwards: for use cases that pin for themselves. */
  async apart<T>(work: (session: Engine) => Promise<T>): Promise<T> {
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
  async *stream<T>(scope: Scope, work: (session: Engine) => AsyncIterable<T>): AsyncGenerator<T> {
    const session = await this.#borrow(scope);
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
  }

  async #borrow(scope: Scope): Promise<Session> {
    this.#asking++;
    const name = JSON.stringify(scope);
    const session = await this.#next(name).catch((error) => {
      this.#letGo();
      throw error;
    });
    try {
      if (session.scope !== name) {
        session.scope = undefined;
        await pinScope(session.engine, scope);
        session.scope = name;
      }
      return session;
    } catch (error) {
      this.#giveBack(session);
      throw error;
    }
  }

  async #next(scope: string): Promise<Session> {
    const fitting = this.#free.findIndex((session) => session.scope === scope);
    const [free] = this.#free.splice(Math.max(fitting, 0), 1);
    if (free !== undefined) return free;
    if (this.#opened < SESSIONS) {
      this.#opened++;
      return { engine: await this.#engine.session(), scope: undefined };
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
  readonly engine: Engine;
  /** What its relations mean now. */
  scope: string | undefined;
}
