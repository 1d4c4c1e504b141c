const WIDTH = 84;
const HEIGHT = 18;
/** The common scale: each line against its own mean, a quarter up and down. */
const REACH = 0.25;

/** 90 days as a line. `current` of its last points are the month asked for. */
export function Sparkline({ points, current }: { points: readonly number[]; current: number }) {
  const mean = points.reduce((sum, point) => sum + point, 0) / points.length;
  if (points.length < 2 || !(mean > 0)) return <span className="mu">–</span>;
  const places = points.map((point, i) => [x(i, points.length), y(point / mean - 1)] as const);
  const from = Math.max(0, points.length - current - 1);
  const [endX, endY] = places.at(-1) ?? [0, 0];
  return (
    <svg className="spk" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <path className="p" d={line(places.slice(0, from + 1))} />
      <path className="c" d={line(places.slice(from))} />
      <circle cx={endX} cy={endY} r="1.75" />
    </svg>
  );
}

const x = (i: number, length: number): string => (1 + (i * (WIDTH - 5)) / (length - 1)).toFixed(1);
const y = (change: number): string =>
  (HEIGHT / 2 - (Math.max(-REACH, Math.min(REACH, change)) / REACH) * (HEIGHT / 2 - 1.5)).toFixed(1);
const line = (places: readonly (readonly [string, string])[]): string =>
  places.length === 0 ? '' : `M${places.map(([left, top]) => `${left} ${top}`).join('L')}`;
