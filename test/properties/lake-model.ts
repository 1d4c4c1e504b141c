import fc from 'fast-check';
import { currency, exactText, type Money, money, plus, scaled, zero } from '../../src/core/money/money.ts';

/** A line of a bill. */
export interface Charge {
  readonly day: string;
  readonly payer: string;
  readonly account: string;
  readonly service: string;
  readonly cost: string;
  readonly currency: 'USD' | 'EUR';
  readonly owner: boolean;
}

/** What can happen to a lake. `age` is when a delivery was made; equal ages go to who comes last. */
export type Step =
  | {
      readonly kind: 'deliver';
      readonly source: Source;
      readonly month: string;
      readonly age: number;
      readonly charges: readonly Charge[];
    }
  /** One of the deliveries before comes again as a newer one (or an older one), with some lines at another cost or gone. */
  | {
      readonly kind: 'restate';
      readonly which: number;
      readonly age: number;
      readonly costs: readonly (string | undefined)[];
    }
  /** One of the deliveries before comes once more, as it was. */
  | { readonly kind: 'repeat'; readonly which: number }
  | { readonly kind: 'accounts'; readonly ous: readonly string[] }
  | { readonly kind: 'rates'; readonly eur: string }
  | { readonly kind: 'rules'; readonly key: string };

/** `new` is of a newer FOCUS: where both have an account's month, it counts. */
export const SOURCES = ['old', 'new'] as const;
export type Source = (typeof SOURCES)[number];
export type Delivery = Extract<Step, { kind: 'deliver' }>;

export const ACCOUNTS: readonly string[] = ['11', '22', '33'];

/** Changes of less than half a cent, of exactly half a cent, credits, and lines that cost nothing. */
const cost = fc.constantFrom('10', '10.004', '10.005', '10.0001', '-3', '0.5', '0');

const charge = (month: string): fc.Arbitrary<Charge> =>
  fc.record({
    day: fc.constantFrom('01', '02', '03').map((day) => `${month}-${day}`),
    payer: fc.constantFrom('payer-1', 'payer-2'),
    account: fc.constantFrom(...ACCOUNTS),
    service: fc.constantFrom('Alpha', 'Beta'),
    cost,
    currency: fc.constantFrom('USD' as const, 'USD' as const, 'EUR' as const),
    owner: fc.boolean(),
  });

const deliver: fc.Arbitrary<Delivery> = fc.constantFrom('2026-10', '2026-11').chain((month) =>
  fc.record({
    kind: fc.constant('deliver' as const),
    source: fc.constantFrom(...SOURCES),
    month: fc.constant(month),
    age: fc.integer({ min: 1, max: 6 }),
    charges: fc.array(charge(month), { minLength: 1, maxLength: 6 }),
  }),
);

export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { arbitrary: deliver, weight: 4 },
    {
      arbitrary: fc.record({
        kind: fc.constant('restate' as const),
        which: fc.nat(9),
        age: fc.integer({ min: 1, max: 6 }),
        costs: fc.array(fc.option(cost, { nil: undefined, freq: 5 }), { maxLength: 6 }),
      }),
      weight: 5,
    },
    { arbitrary: fc.record({ kind: fc.constant('repeat' as const), which: fc.nat(9) }), weight: 1 },
    {
      arbitrary: fc.record({
        kind: fc.constant('accounts' as const),
        ous: fc.array(fc.constantFrom('Platform', 'Sales', ''), { minLength: 3, maxLength: 3 }),
      }),
      weight: 2,
    },
    {
      arbitrary: fc.record({ kind: fc.constant('rates' as const), eur: fc.constantFrom('1.5', '2') }),
      weight: 1,
    },
    {
      arbitrary: fc.record({ kind: fc.constant('rules' as const), key: fc.constantFrom('Owner', 'Team') }),
      weight: 1,
    },
  ),
  { minLength: 3, maxLength: 7 },
);

/** What a lake must say after these steps, worked out without a lake: from the newest delivery of each source and month. */
export class Model {
  readonly delivered: Delivery[] = [];
  #ous: readonly string[] = [];
  #eur: string | undefined;

  /** Takes a step; gives the delivery that it brings, if it brings one. */
  take(step: Step): Delivery | undefined {
    if (step.kind === 'accounts') this.#ous = step.ous;
    if (step.kind === 'rates') this.#eur = step.eur;
    const delivery = this.#brought(step);
    if (delivery !== undefined) this.delivered.push(delivery);
    return delivery;
  }

  #brought(step: Step): Delivery | undefined {
    if (step.kind === 'deliver') return step;
    if (step.kind !== 'repeat' && step.kind !== 'restate') return undefined;
    const before = this.delivered[step.which % Math.max(1, this.delivered.length)];
    if (before === undefined || step.kind === 'repeat') return before;
    // A line beyond the costs stays as it was; one that is gone leaves at least the first.
    const charges = before.charges.flatMap((charge, i): Charge[] => {
      if (i >= step.costs.length) return [charge];
      const changed = step.costs[i];
      return changed === undefined && i > 0 ? [] : [{ ...charge, cost: changed ?? charge.cost }];
    });
    return { ...before, age: step.age, charges };
  }

  /** `day OU service account` → DailyCost, where it is not zero. */
  breakdown(): Record<string, string> {
    const usd = currency('USD');
    const sums = new Map<string, Money>();
    for (const { day, account, service, cost, currency: code } of this.#counted()) {
      if (code === 'EUR' && this.#eur === undefined) continue;
      const amount = money(cost, usd);
      const converted = code === 'EUR' ? scaled(amount, BigInt(Number(this.#eur) * 10), 10n) : amount;
      const key = `${day} ${this.#ouOf(account)} ${service} ${account}`;
      sums.set(key, plus(sums.get(key) ?? zero(usd), converted));
    }
    return Object.fromEntries(
      [...sums]
        .filter(([, { units }]) => units !== 0n)
        .map(([key, sum]) => [key, exactText(sum)] as const)
        .sort(),
    );
  }

  #ouOf(account: string): string {
    const ou = this.#ous[ACCOUNTS.indexOf(account)];
    return ou === undefined ? 'Unmapped' : ou === '' ? 'Root' : ou;
  }

  /** The lines that count: of the newest deliveries, without account months that the newer FOCUS has, too. */
  #counted(): Charge[] {
    const current = new Map<string, Delivery>();
    for (const delivery of this.delivered) {
      const place = `${delivery.source} ${delivery.month}`;
      if (delivery.age >= (current.get(place)?.age ?? 0)) current.set(place, delivery);
    }
    const claimed = new Set(
      [...current.values()]
        .filter(({ source }) => source === 'new')
        .flatMap(({ month, charges }) => charges.map(({ payer, account }) => `${month} ${payer} ${account}`)),
    );
    return [...current.values()].flatMap(({ source, month, charges }) =>
      charges.filter(
        ({ payer, account }) => source === 'new' || !claimed.has(`${month} ${payer} ${account}`),
      ),
    );
  }
}
