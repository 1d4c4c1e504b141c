import type { DailyModel, TrendDay } from './daily-model.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where everything is, in pixels of a chart `width` wide. */
export interface Places {
  readonly width: number;
  readonly height: number;
  readonly small: boolean;
  readonly past: Box;
  readonly month: Box;
  /** Of one day at the right: a whole number where there is room. */
  readonly pitch: number;
  readonly y: (box: Box, value: number) => number;
  readonly pastDay: number;
}

const SMALL = 700;

export function placesOf(width: number, { past, month, axis }: DailyModel): Places {
  const small = width < SMALL;
  const left = small ? 34 : 38;
  const days = Math.max(1, month.length);
  const boxOf = small
    ? {
        past: { x: left, y: 16, width: width - left, height: 84 },
        month: { x: left, y: 156, width: width - left - 4, height: 122 },
      }
    : {
        past: { x: left, y: 14, width: width / 2 - 8 - left, height: 154 },
        month: { x: width / 2 + 16, y: 14, width: width / 2 - 16 - 124, height: 154 },
      };
  const pitch = small ? boxOf.month.width / days : Math.floor(boxOf.month.width / days);
  const { min, max } = axis;
  return {
    width,
    height: small ? 306 : 188,
    small,
    past: boxOf.past,
    month: { ...boxOf.month, width: pitch * days },
    pitch,
    y: (box, value) => box.y + box.height - ((value - min) / (max - min || 1)) * box.height,
    pastDay: boxOf.past.width / Math.max(1, past.length),
  };
}

/** The day at a place, if there is one. */
export function dayAt(model: DailyModel, places: Places, x: number, y: number): TrendDay | undefined {
  if (within(places.past, x, y)) return model.past[Math.floor((x - places.past.x) / places.pastDay)];
  if (within(places.month, x, y)) return model.month[Math.floor((x - places.month.x) / places.pitch)];
  return undefined;
}

const within = (box: Box, x: number, y: number): boolean =>
  x >= box.x && x < box.x + box.width && y >= box.y - 14 && y <= box.y + box.height + 20;
