import { createHash } from 'node:crypto';
import { UserError } from '../../core/errors/user-error.ts';
import { headOfMail, pageOfMail } from '../../delivery/message/mail-page.ts';
import { MAILS_PREFIX } from '../../lake/keys.ts';
import { openLakeIfAny } from '../../lake/lake.ts';
import type { ObjectStore } from '../../ports/object-store.ts';

/** Mails that are listed. */
const MAILS_MAX = 200;
const READ_AT_ONCE = 8;

/** The mails of a demo lake, newest run first. @throws UserError `NOT_FOUND` where the costs are real: mails are for those who got them */
export async function mails(store: ObjectStore) {
  const kept = (await mailObjects(store)).slice(0, MAILS_MAX);
  const heads = [];
  for (let at = 0; at < kept.length; at += READ_AT_ONCE) {
    heads.push(
      ...(await Promise.all(kept.slice(at, at + READ_AT_ONCE).map(({ key }) => headAt(store, key)))),
    );
  }
  return { mails: heads.filter((head) => head !== undefined) };
}

/** A mail as a page. @throws UserError `NOT_FOUND` */
export async function mailPage(store: ObjectStore, id: string): Promise<{ readonly html: string }> {
  const found = (await mailObjects(store)).find(({ key }) => idOf(key) === id);
  const raw = found === undefined ? undefined : await store.get(found.key);
  if (raw === undefined) throw notFound('There is no such mail');
  return { html: await pageOfMail(raw) };
}

async function mailObjects(store: ObjectStore) {
  const lake = await openLakeIfAny(store);
  if (lake?.identity.simulated !== true) throw notFound('Only a demo lake shows its mails');
  return [...(await store.list(MAILS_PREFIX))].filter(({ key }) => key.endsWith('.eml')).reverse();
}

async function headAt(store: ObjectStore, key: string) {
  const raw = await store.get(key);
  if (raw === undefined) return undefined;
  const { to, attachments, ...head } = await headOfMail(raw);
  return {
    id: idOf(key),
    ...head,
    to: [...to],
    bytes: raw.byteLength,
    attachments: attachments.map((attachment) => ({ ...attachment })),
  };
}

const idOf = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 16);

const notFound = (what: string): UserError =>
  new UserError('NOT_FOUND', { what, remedy: 'GET /api/v1/outbox lists the mails of a demo lake.' });
