/** The bar behind an amount: `part` of the largest one in the column, from 0 to 1. Below zero it is grey. */
export function ShareBar({ part, colour }: { part: number; colour?: number | undefined }) {
  if (!Number.isFinite(part) || part === 0) return null;
  const own =
    colour === undefined || colour === 0 ? undefined : `color-mix(in srgb, var(--s${colour}) 24%, var(--bg))`;
  const background = part < 0 ? 'var(--past)' : own;
  return (
    <i
      style={{ width: `calc((100% - 12px) * ${Math.min(1, Math.abs(part)).toFixed(4)})`, background }}
      aria-hidden="true"
    />
  );
}
