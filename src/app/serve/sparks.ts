import { addDays, eachDay } from '../../core/calendar/billing-date.ts';
import { type Dimension, partDays } from '../../sql/overview/shares.ts';
import type { Asked } from '../digest/asked.ts';

/** Days of a small line, and of the mean that smooths it. */
const DAYS = 90;
const MEAN_DAYS = 7;

/** Small lines of usage: of each key, of all other values together, of everything. For drawing alone, so plain numbers. */
export interface Sparks {
  of(key: string): number[];
  readonly others: number[];
  readonly total: number[];
}

export async function sparks(
  { engine, judged }: Asked,
  by: Dimension,
  keys: readonly string[],
): Promise<Sparks> {
  const period = { from: addDays(judged, 2 - DAYS - MEAN_DAYS), until: addDays(judged, 1) };
  const days = [...eachDay(period)];
  const byKey = new Map<string, Map<string, number>>();
  for (const [key, day, amount] of await engine.rows(partDays({ by, keys, period, usageOnly: true }))) {
    const name = key === null ? '' : `=${key}`;
    const part = byKey.get(name) ?? new Map<string, number>();
    part.set(String(day), Number(amount));
    byKey.set(name, part);
  }
  const series = (name: string): number[] => days.map((day) => byKey.get(name)?.get(day) ?? 0);
  const total = days.map((_, i) => [...byKey.keys()].reduce((sum, name) => sum + (series(name)[i] ?? 0), 0));
  return { of: (key) => smooth(series(`=${key}`)), others: smooth(series('')), total: smooth(total) };
}

/** Means of seven days, one for each of the last ninety, of six digits: a line of eighteen pixels shows no more. */
const smooth = (amounts: readonly number[]): number[] =>
  amounts.slice(MEAN_DAYS - 1).map((_, i) => {
    const mean = amounts.slice(i, i + MEAN_DAYS).reduce((sum, amount) => sum + amount, 0) / MEAN_DAYS;
    return Number(mean.toPrecision(6));
  });
