import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { known } from '../../core/errors/invariant.ts';
import { UserError } from '../../core/errors/user-error.ts';
import type { LakeFile, LakeState, Load, LoadAccount } from '../../lake/catalog-types.ts';
import { costLinesKey } from '../../lake/keys.ts';
import { allSealed } from '../../lake/sealed.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import type { FoundDelivery, OpenDelivery } from '../../sources/contract.ts';
import { openSource } from '../../sources/open.ts';
import { LINE_ORDER } from '../../sql/loaded.ts';
import { COST_LINE_COLUMNS, EVENT_COLUMNS } from '../../sql/schema.ts';
import { joined, name, sql } from '../../sql/sql.ts';
import { isMappingFile } from '../ingest-receive.ts';
import { type LinesOf, readBack, writeLines } from '../ingest-write.ts';
import type { RebuiltFiles } from './files.ts';
import type { RebuildDoors } from './rebuild-doors.ts';

/** Makes lost or damaged lines of the loads that a commit brought again, from the delivery's files in raw/. */
export async function remakeLines(
  doors: RebuildDoors,
  files: RebuiltFiles,
  before: LakeState,
  added: readonly Load[],
): Promise<void> {
  for (const load of added) {
    const bad = await files.bad(load.lines);
    await files.remake(load.lines, bad, async (clear) => {
      doors.progress.step('rebuild', 0, 0, `lines of ${load.source} ${load.billingPeriod}`);
      const opened = await openedAgain(doors, before, load);
      try {
        await writtenAgain(doors, load, opened, clear);
      } finally {
        await opened.close();
      }
    });
  }
}

/** The delivery's files opened as they were when they came. @throws UserError `REBUILD_DIFFERS`, `LAKE_DAMAGED` */
async function openedAgain(doors: RebuildDoors, before: LakeState, load: Load): Promise<OpenDelivery> {
  const { engine, store, scratch } = doors;
  const { raw, content, deliveredAt } = load.delivery;
  for (const file of raw) await refuseBad(store, file);
  const paths = new Map<string, string>();
  for (const { key } of raw) paths.set(key, await localPath(store, key, scratch));
  const mapping = raw.find(({ key }) => isMappingFile(key));
  const parts = raw.filter((file) => file !== mapping);
  // The manifest, where there is one, is the last: it is not part of the content by which a delivery counts once.
  const data = contentOf(parts) === content ? parts : parts.slice(0, -1);
  const manifest = parts.length > data.length ? parts.at(-1) : undefined;
  const pathOf = ({ key }: LakeFile): string => known(paths.get(key), key);
  const found: FoundDelivery = {
    origin: manifest === undefined ? 'files' : 'manifest',
    files: data.map(pathOf),
    manifest: manifest && {
      path: pathOf(manifest),
      billingPeriod: load.billingPeriod,
      executionTime: deliveredAt,
      executionId: undefined,
      simulated: load.simulated,
    },
    suggestedSource: load.source,
  };
  return openSource(engine, found, {
    format: mapping === undefined ? 'auto' : `mapping:${pathOf(mapping)}`,
    scratch,
    counted: async () => {
      const events = before.loads.filter(({ format }) => format === 'events');
      const uris = events.flatMap(({ lines }) => lines.map(({ key }) => store.uri(key)));
      await engine.files('counted_events', uris, EVENT_COLUMNS);
      return 'counted_events';
    },
  });
}

async function writtenAgain(
  doors: RebuildDoors,
  load: Load,
  opened: OpenDelivery,
  clear: () => Promise<void>,
): Promise<void> {
  const { source, billingPeriod, id, lines } = load;
  const rows = opened.periods.find(({ period }) => period === billingPeriod)?.rows ?? 0;
  if (opened.format !== load.format)
    throw differs(load, `they are read as ${opened.format}, not ${load.format}`);
  await clear();
  const place = { billingPeriod, source, load: id };
  const of = { select: opened.lines(billingPeriod, source), extraColumns: opened.extraColumns, rows };
  const isOurs = lines.every(({ key }, i) => key === costLinesKey(place, i));
  const written = await (isOurs ? writeLines(doors, place, of, () => undefined) : cutAs(doors, of, lines));
  const { accounts } = await readBack(doors, written);
  const isEqual =
    filesText(written) === filesText(lines) && accountsText(accounts) === accountsText(load.accounts);
  if (isEqual) return;
  for (const { key } of written) await doors.store.discard(key);
  throw differs(load, 'they add up to other rows or sums than before');
}

/** The lines in as many files as an engine made that writes from many machines, each with as many rows as it had. */
async function cutAs(
  { engine, store, scratch, random }: RebuildDoors,
  { select, extraColumns, rows }: LinesOf,
  files: readonly LakeFile[],
): Promise<LakeFile[]> {
  const columns = [...COST_LINE_COLUMNS, ...extraColumns];
  const whole = join(scratch, `lines-${random.id()}.parquet`);
  await engine.write(select, whole, { sorted: { ...LINE_ORDER, rows } });
  await engine.scan('lines_to_cut', { format: 'parquet', files: [whole], places: { file: 'f', row: 'n' } });
  const list = joined(columns.map((column) => name(column.name)));
  const made: LakeFile[] = [];
  let from = 0;
  for (const { key, rows: count } of files) {
    const part = sql`SELECT ${list} FROM lines_to_cut WHERE n >= ${from} AND n < ${from + count}`;
    made.push(...(await allSealed(store, key, await engine.write(part, store.uri(key)))));
    from += count;
  }
  await engine.drop('lines_to_cut');
  await rm(whole, { force: true });
  return made;
}

/** Sums of all four metrics per account and currency, and rows per file: what "the same lines" means. */
const accountsText = (accounts: readonly LoadAccount[]): string =>
  JSON.stringify(
    accounts
      .map(({ billingAccountId, subAccountId, lines, amounts }) => [
        billingAccountId,
        subAccountId,
        lines,
        amounts,
      ])
      .map((account) => JSON.stringify(account))
      .sort(),
  );
const filesText = (files: readonly LakeFile[]): string =>
  JSON.stringify(files.map(({ key, rows }) => [key, rows]));

const contentOf = (files: readonly LakeFile[]): string =>
  createHash('sha256')
    .update(files.map(({ sha256 }) => sha256).join('\n'))
    .digest('hex');

async function refuseBad(store: ObjectStore, { key, sha256 }: LakeFile): Promise<void> {
  const places = await store.hash(key);
  if (places.length > 0 && places.every((place) => place.sha256 === sha256)) return;
  throw new UserError('LAKE_DAMAGED', {
    what: `What it was made from is ${places.length === 0 ? 'gone' : 'not what came'}`,
    place: { file: key },
    remedy: 'Bring this object back from a backup, then run "spendlight rebuild" again.',
  });
}

/** Where this machine can read the object: the store's own file, or a copy of what lies elsewhere. */
async function localPath(store: ObjectStore, key: string, scratch: string): Promise<string> {
  const uri = store.uri(key);
  if (!/^[a-z0-9]+:\/\//i.test(uri)) return uri;
  const path = join(scratch, basename(key));
  await store.copyOut(key, path);
  return path;
}

const differs = (load: Load, why: string): UserError =>
  new UserError('REBUILD_DIFFERS', {
    what: `The files in raw/ do not make ${load.source} ${load.billingPeriod} what it was: ${why}`,
    remedy:
      'Another version of Spendlight wrote it: rebuild with that one, or bring the file back from a backup.',
  });
