import type { BillingDate } from '../core/calendar/billing-date.ts';
import type { WeekName } from './archetypes.ts';
import type { KindName } from './kinds.ts';
import type { OuSketch } from './organisation.ts';
import type { Service } from './services.ts';

/** An account of a simulated organisation. Day numbers count from 1970-01-01. */
export interface SimAccount {
  readonly id: string;
  readonly name: string | null;
  /** OU path below Root; null goes to Unmapped. */
  readonly ou: string | null;
  readonly season: OuSketch['season'];
  readonly region: number;
  readonly usd: number;
  readonly opens: number;
  /** Last day with usage. */
  readonly closes: number;
  readonly environment: 'prod' | 'stage' | 'dev' | 'sandbox';
}

/** A commitment: what it costs and covers. Amounts in 10⁻¹⁰ USD. */
export interface Commitment {
  readonly id: string;
  readonly name: string;
  readonly category: 'Spend' | 'Usage';
  readonly type: 'Savings Plan' | 'Reserved Instance';
  readonly unit: 'USD' | 'Hours';
}

/**
 * A meter of an account in a region: the part of a line that stays the same from day to day. An amount of a day is
 * quantity × price: the quantity in 10⁻ᑫ units, each of the four prices in 10⁻ᵖ USD.
 */
export interface Series {
  readonly account: number;
  readonly service: Service;
  readonly region: number | null;
  readonly kind: KindName;
  /** Place in the plan's commitments. */
  readonly commitment: number | null;
  readonly p: number;
  readonly q: number;
  readonly billed: number;
  readonly effective: number;
  readonly list: number;
  readonly contracted: number;
  /** Quantity of a usual weekday near the end (whole number of 10⁻ᑫ). 0 where days are set one by one. */
  readonly base: number;
  readonly week: WeekName;
  /** Growth in 1/1000 a year; noise in 1/1000 of the level, at most. */
  readonly growth: number;
  readonly noise: number;
  /** Days on which it can have lines, both inclusive, as day numbers. */
  readonly first: number;
  readonly last: number;
  /** Hours of the day in which it runs. */
  readonly startHour: number;
  readonly endHour: number;
  readonly tags: Readonly<Record<string, string>> | null;
}

const DAY_MS = 86_400_000;

/** Days since 1970-01-01. */
export const dayNumber = (date: BillingDate): number => Date.parse(`${date}T00:00:00Z`) / DAY_MS;

const TEN = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15] as const;

/** 10^`exponent`; 0 … 15 only. */
export const ten = (exponent: number): number => TEN[exponent] ?? Number.NaN;
