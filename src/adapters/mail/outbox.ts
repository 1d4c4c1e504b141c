import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../core/errors/user-error.ts';
import type { Mailer, Message, Receipt } from '../../ports/mailer.ts';

/**
 * A folder of `.eml` files that any mail program opens; sent to nobody. A key's file is written whole and once: a second
 * message with the same key leaves the first one as it is.
 */
export function outbox(folder: string): Mailer {
  return {
    kind: 'outbox',
    canLookup: true,
    lookup: (key) => exists(pathOf(folder, key)),
    async send({ key, to, raw }: Message): Promise<Receipt> {
      const path = pathOf(folder, key);
      const isNew = await writeOnce(folder, path, raw).catch(outboxFailed(folder));
      const answer = isNew ? `written to ${path}` : `was in ${path} already`;
      const outcomes = Object.fromEntries(
        to.map((address) => [address, { outcome: 'sent' as const, answer }]),
      );
      return { outcomes, toNobody: true, where: path };
    },
  };
}

/** The file of a key: `2026-11-19_daily_finops.eml`. Different for different keys: what does not map one to one gets a mark. */
function pathOf(folder: string, key: string): string {
  const name = key
    .replaceAll('/', '_')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[._-]+/, '')
    .slice(0, 100);
  const isExact = /^[A-Za-z0-9][A-Za-z0-9./-]{0,99}$/.test(key);
  const mark = isExact ? '' : `-${createHash('sha256').update(key).digest('hex').slice(0, 8)}`;
  return join(folder, `${name}${mark}.eml`);
}

async function writeOnce(folder: string, path: string, raw: Uint8Array): Promise<boolean> {
  await mkdir(folder, { recursive: true });
  if (await exists(path)) return false;
  const draft = join(folder, `.draft-${randomUUID()}`);
  try {
    await writeFile(draft, raw, { flush: true }); // to the disk, not only to the system's cache
    // link, not rename: rename would silently replace what another process wrote a moment ago.
    await link(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (!NO_LINKS.has(codeOf(error))) throw error;
    // A disk without hard links: two processes at once would write the same key's mail one over the other, still once.
    await rename(draft, path);
    return true;
  } finally {
    await unlink(draft).catch(unlessGone);
  }
}

/** What a user can mend, in words; anything else as it is. */
const outboxFailed =
  (folder: string) =>
  (error: unknown): never => {
    const code = codeOf(error);
    if (code === '') throw error;
    const isFull = code === 'ENOSPC' || code === 'EDQUOT';
    throw new UserError(
      isFull ? 'DISK_FULL' : 'MAIL_NOT_SENT',
      {
        what: `The outbox ${folder} cannot be written (${code})`,
        remedy: isFull
          ? 'Free some space, then run again: nothing was lost.'
          : 'Name a folder that this user can write to in OUTBOX_DIR, then run again: nothing was lost.',
      },
      { cause: error },
    );
  };

const NO_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === 'ENOENT') return false;
      throw error;
    },
  );

function unlessGone(error: unknown): void {
  if (codeOf(error) !== 'ENOENT') throw error;
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
