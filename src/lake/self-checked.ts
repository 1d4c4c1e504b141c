import { createHash } from 'node:crypto';
import { invariant } from '../core/errors/invariant.ts';
import { UserError } from '../core/errors/user-error.ts';

/**
 * A JSON object of ours that carries its own hash, as its last member: `…,"ownSha256":"<sha256, hex>"}` and a line feed.
 * The hash is over the same bytes without that member, so `sed 's/,"ownSha256":"[0-9a-f]*"}$/}/' FILE | sha256sum` shows it.
 * `unproved` is what older versions wrote, whole but without a hash.
 */
export type SelfCheck = 'proved' | 'unproved' | 'broken';

const OWN = 'ownSha256';
const BEFORE = `,"${OWN}":"`;
const AFTER = '"}\n';
const HEX = 64;
const SEAL = BEFORE.length + HEX + AFTER.length;
/** As many wrong bytes make a seal a broken one; with more there never was one. */
const WRONG_BYTES_MAX = 4;

/** The bytes of `value`, an object with at least one member, with its own hash in it. */
export function selfChecked(value: object): Uint8Array {
  const text = JSON.stringify(value);
  invariant(text.startsWith('{"'), 'only an object with members can carry its own hash');
  const hash = createHash('sha256').update(`${text}\n`).digest('hex');
  return new TextEncoder().encode(`${text.slice(0, -1)}${BEFORE}${hash}${AFTER}`);
}

/** Whether `bytes` are what `selfChecked` made; one changed bit anywhere in them makes them `broken`. */
export function selfCheck(bytes: Uint8Array): SelfCheck {
  const tail = Buffer.from(bytes.subarray(Math.max(0, bytes.length - SEAL))).toString('latin1');
  const wrong = wrongBytesOf(tail);
  if (wrong === 0) return hashOf(bytes) === tail.slice(BEFORE.length, -AFTER.length) ? 'proved' : 'broken';
  const value = wrong <= WRONG_BYTES_MAX ? undefined : parsed(bytes);
  return value === undefined || OWN in value ? 'broken' : 'unproved';
}

/**
 * What `bytes`, the object under `key`, say. An older one without a hash is read as it is.
 * @throws UserError `LAKE_DAMAGED` naming the object where a bit of it is not as it was written
 */
export function readSelfChecked<T extends object>(bytes: Uint8Array, key: string): T {
  const found = selfCheck(bytes);
  const value = found === 'broken' ? undefined : parsed(bytes);
  if (value === undefined)
    throw damaged(key, 'it is not what was written: its bytes do not have its own hash');
  const { [OWN]: _, ...rest } = value;
  return rest as T;
}

/** An object of the lake is not what was written. */
export const damaged = (place: string, why: string, cause?: unknown): UserError =>
  new UserError(
    'LAKE_DAMAGED',
    {
      what: `An object of the lake is damaged: ${why}`,
      place: { file: place },
      remedy: 'Bring this object back from a backup or from its earlier version; nothing else was changed.',
    },
    { cause },
  );

function hashOf(bytes: Uint8Array): string {
  const text = bytes.subarray(0, bytes.length - SEAL);
  return createHash('sha256').update(text).update('}\n').digest('hex');
}

/** How many bytes of `tail` cannot stand where they stand in a seal. */
function wrongBytesOf(tail: string): number {
  if (tail.length < SEAL) return SEAL;
  const fixed = `${BEFORE}${'h'.repeat(HEX)}${AFTER}`;
  let wrong = 0;
  for (const [i, byte] of [...tail].entries()) {
    const isFine = fixed[i] === 'h' && i >= BEFORE.length ? /[0-9a-f]/.test(byte) : byte === fixed[i];
    if (!isFine) wrong += 1;
  }
  return wrong;
}

function parsed(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
