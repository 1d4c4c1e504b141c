import { full, plain, signed } from '../format/figures.ts';

interface Shown {
  /** Exact decimal text; null: unknown. */
  readonly amount: string | null;
  readonly currency: string;
  readonly decimals?: number;
  /** A change shows its sign. */
  readonly change?: 'signed';
  /** Why it is unknown. */
  readonly because?: string | undefined;
}

/** An amount, rounded for the eye; all its digits on hover and in `data-exact`. */
export function Figure({ amount, currency, decimals = 0, change, because }: Shown) {
  const text = change === 'signed' ? signed(amount, decimals) : plain(amount, decimals);
  return (
    <span data-exact={amount ?? undefined} title={full(amount, currency) ?? because}>
      {text}
    </span>
  );
}
