import { createHash } from 'node:crypto';
import type { Pause, Random } from '../../ports/clock.ts';
import { fateOf } from './failures.ts';

/** What waiting needs. */
export interface Patience {
  readonly pause: Pause;
  readonly random: Random;
}

/** Attempts of one call; the pauses between them add up to six seconds on average, to thirteen at most. */
const ATTEMPTS = 8;
const FIRST_PAUSE_MS = 100;
/** Failures that were waited out in vain: who made the call as a part of a larger one does not begin again. */
const spent = new WeakSet<object>();

/**
 * Repeats `attempt` while its failure passes by itself: throttling, undecided races, broken connections, 5xx. Pauses
 * double, and each is cut to a random part of itself, so that those who were refused together do not come back together.
 * `onlyRefused`: what may have been carried out is not repeated, for what must never be done twice.
 * `unsure`: an earlier attempt failed without an answer that can be trusted, so it may have been carried out.
 */
export async function retried<T>(
  { pause, random }: Patience,
  attempt: (unsure: boolean) => Promise<T>,
  { onlyRefused = false }: { readonly onlyRefused?: boolean } = {},
): Promise<T> {
  let unsure = false;
  for (let failures = 1; ; failures++) {
    try {
      return await attempt(unsure);
    } catch (error) {
      const fate = fateOf(error);
      if (
        fate === 'final' ||
        (onlyRefused && fate === 'unknown') ||
        failures === ATTEMPTS ||
        isSpent(error)
      ) {
        if (typeof error === 'object' && error !== null) spent.add(error);
        throw error;
      }
      unsure ||= fate === 'unknown';
      await pause(chance(random) * FIRST_PAUSE_MS * 2 ** (failures - 1));
    }
  }
}

const isSpent = (error: unknown): boolean => typeof error === 'object' && error !== null && spent.has(error);

/** At least 0, below 1. */
const chance = (random: Random): number =>
  createHash('sha256').update(random.id()).digest().readUInt32BE() / 2 ** 32;
