import { full, plain, signed } from '../format/figures.ts';

interface Shown {
  /** Exact decimal text; null: unknown. */
  readonly amount: string | null;
  readonly currency: string;
  readonly decimals?: number;
  /** The amount as its whole column was rounded (`together`); by default it is rounded alone. */
  readonly printed?: string | undefined;
  /** A change shows its sign. */
  readonly change?: 'signed';
  /** Why it is unknown. */
  readonly because?: string | undefined;
}

/** An amount, rounded for the eye; all its digits on hover and in `data-exact`. */
export function Figure({ amount, currency, decimals = 0, printed, change, because }: Shown) {
  const shown = asPrinted(amount, printed);
  const text = change === 'signed' ? signed(shown, decimals) : plain(shown, decimals);
  return (
    <span data-exact={amount ?? undefined} title={full(amount, currency) ?? because}>
      {text}
    </span>
  );
}

/** A tiny amount stays itself, so that it reads "< 1" and not 0. */
const asPrinted = (amount: string | null, printed: string | undefined): string | null =>
  printed === undefined || !/[1-9]/.test(printed) ? amount : printed;
