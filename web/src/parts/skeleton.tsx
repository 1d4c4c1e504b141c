/** A grey line in the place of text. */
export const Grey = ({ width, height = 10 }: { width: number | string; height?: number }) => (
  <span className="sk" style={{ width, height }} />
);

/** As tall as the table that follows: its head and so many rows. */
export function TableSkeleton({ rows, label }: { rows: number; label: string }) {
  return (
    <div role="status" aria-label={`Loading ${label}`}>
      {Array.from({ length: rows + 1 }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: grey rows have no other name
        <div className={i === 0 ? 'skr head' : 'skr'} key={i}>
          <Grey width={[130, 96, 150][i % 3] ?? 96} />
          <span className="push" />
          <Grey width={64} />
          <Grey width={56} />
        </div>
      ))}
    </div>
  );
}
