import type { Hatches, Ink } from './daily-option.ts';

const NAMES = ['accent', 'bg', 'ink', 'line', 'muted', 'over', 'past', 'pastline'] as const;
const SIZE = 7;

/** The page's colours as they are now. */
export function inkOf(element: Element): Ink {
  const style = getComputedStyle(element);
  return Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])) as Ink;
}

/** Patterns of 45°, drawn for this screen's pixels. */
export const hatchesOf = (ink: Ink): Hatches => ({
  complete: hatch({ ground: ink.accent, stroke: ink.bg, width: 1.1, opacity: 0.75 }),
  provisional: hatch({ ground: undefined, stroke: ink.accent, width: 1.5, opacity: 1 }),
  missing: hatch({ ground: undefined, stroke: ink.pastline, width: 1.2, opacity: 1 }),
});

interface HatchOf {
  readonly ground: string | undefined;
  readonly stroke: string;
  readonly width: number;
  readonly opacity: number;
}

function hatch({ ground, stroke, width, opacity }: HatchOf): object {
  const scale = Math.max(1, Math.ceil(devicePixelRatio));
  const image = document.createElement('canvas');
  image.width = SIZE * scale;
  image.height = SIZE * scale;
  const pen = image.getContext('2d');
  if (pen !== null) {
    pen.scale(scale, scale);
    if (ground !== undefined) {
      pen.fillStyle = ground;
      pen.fillRect(0, 0, SIZE, SIZE);
    }
    pen.strokeStyle = stroke;
    pen.globalAlpha = opacity;
    pen.lineWidth = width;
    pen.beginPath();
    for (const shift of [-SIZE, 0, SIZE]) {
      pen.moveTo(shift - 1, SIZE + 1);
      pen.lineTo(shift + SIZE + 1, -1);
    }
    pen.stroke();
  }
  return { image, repeat: 'repeat', scaleX: 1 / scale, scaleY: 1 / scale };
}
