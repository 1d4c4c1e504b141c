import { UserError } from '../core/errors/user-error.ts';
import type { Exclusion, LakeState, Load } from '../lake/catalog-types.ts';
import { lakeBusy, openLakeIfAny, RACES_MAX } from '../lake/lake.ts';
import { precedence, sameContent } from '../lake/precedence.ts';
import type { FoundDelivery, OpenDelivery } from '../sources/contract.ts';
import { openSource } from '../sources/open.ts';
import { type Decided, importInput } from './imports.ts';
import { committed } from './ingest-commit.ts';
import type { IngestDoors, IngestRequest } from './ingest-doors.ts';
import { CountedEvents, EventsCame } from './ingest-events.ts';
import { type LoadPlan, loadsOf, planned } from './ingest-loads.ts';
import { type Content, checkUnchanged, contentOf, received, statedAge } from './ingest-receive.ts';
import { mendedRows, TooManyRejects, writeRejects } from './ingest-rejects.ts';
import { renewed } from './ingest-renew.ts';
import { type DeliveryReport, periodReport, type RejectsReport } from './ingest-report.ts';
import { lakeFor } from './lake-settings.ts';
import type { Mirror } from './outside/mirror.ts';

/** With the copies of what came from elsewhere. */
export interface Bringing {
  readonly mirror: Mirror;
}

/** Reads and loads one delivery, unless it is in the lake already. */
export async function ingestDelivery(
  doors: IngestDoors & Bringing,
  found: FoundDelivery,
  request: IngestRequest,
  accounts: Decided<'accounts'> | undefined,
): Promise<DeliveryReport> {
  const began = doors.clock.now();
  const content = await contentOf(found);
  const age = statedAge(found, request.deliveredAt);
  const known = await alreadyLoaded(doors, found, content, request.source);
  if (known !== undefined) {
    await renewed(doors, { source: known.source, content: content.sha256, age });
    return known;
  }
  const report = await loadedOnce(doors, { found, content, accounts }, request);
  if (report.outcome === 'unchanged')
    await renewed(doors, { source: report.source, content: content.sha256, age });
  const files = report.files.map(doors.mirror.nameOf);
  return { ...report, files, seconds: (doors.clock.now() - began) / 1000 };
}

/** Reads and loads the delivery; again from the start where events came meanwhile that it may repeat. */
async function loadedOnce(
  doors: IngestDoors & Bringing,
  { found, content, accounts }: Pick<Delivered, 'found' | 'content' | 'accounts'>,
  request: IngestRequest,
): Promise<DeliveryReport> {
  for (let race = 0; race < RACES_MAX; race++) {
    const events = new CountedEvents(doors);
    const opened = await openSource(doors.engine, found, {
      format: request.format,
      scratch: doors.scratch,
      counted: () => events.relation(),
      onProgress: (rows) => doors.progress.step('read', rows, 0),
    });
    try {
      return await loadOpened(doors, { found, content, opened, events, accounts }, request);
    } catch (error) {
      if (!(error instanceof EventsCame)) throw error;
    } finally {
      doors.progress.end();
      await opened.close();
    }
  }
  throw lakeBusy(doors);
}

/** Spares reading what is in the lake already, where the source is known before the files are opened. */
async function alreadyLoaded(
  { store }: IngestDoors,
  found: FoundDelivery,
  content: Content,
  named: string | undefined,
): Promise<DeliveryReport | undefined> {
  const source = named ?? found.suggestedSource;
  const lake = source === undefined ? undefined : await openLakeIfAny(store);
  if (lake === undefined || source === undefined) return undefined;
  if (lake.identity.simulated !== (found.manifest?.simulated ?? false)) return undefined; // refused when it is opened
  const state = await lake.head();
  const loads = sameContent(state, source, content.sha256);
  return loads.length === 0 ? undefined : unchanged(state, found, loads);
}

interface Delivered {
  readonly found: FoundDelivery;
  readonly content: Content;
  readonly opened: OpenDelivery;
  readonly events: CountedEvents;
  readonly accounts: Decided<'accounts'> | undefined;
}

async function loadOpened(
  doors: IngestDoors & Bringing,
  { found, content, opened, events, accounts }: Delivered,
  request: IngestRequest,
): Promise<DeliveryReport> {
  const { engine, store, clock } = doors;
  const mended = await mendedRows(engine, found, opened);
  const source = request.source ?? mended?.source ?? opened.suggestedSource;
  const totals = await opened.sourceTotals();
  const currency = mostRead(totals);
  const lake = await lakeFor(store, doors.settings, { simulated: opened.simulated, currency }, clock);
  // A lake that was only now made has no account map yet; elsewhere this changes nothing.
  if (accounts !== undefined) await importInput(doors, lake, 'accounts', accounts);
  const { version: afterVersion } = await lake.head();
  const reception = { source, afterVersion, format: request.format };
  const delivery = await received(doors, reception, found, content, request.deliveredAt);
  const belongsTo = mended?.deliveryId ?? delivery.id;
  const place = { source, deliveryId: delivery.id, belongsTo };
  const rejects = await rejectsOf(doors, place, opened, request.maxRejects);
  if (opened.periods.length === 0) throw nothingToLoad();
  const plan: LoadPlan = { source, delivery, opened, cameWith: mended?.deliveryId };

  const early = precedence(await lake.head(), planned(plan, found.manifest), { shrink: true });
  if (early.kind === 'repeated') return unchanged(await lake.head(), found, early.loads, opened);
  const written: string[] = [];
  try {
    const loads = await loadsOf(doors, lake, plan, totals, found.manifest, written);
    await checkUnchanged(content);
    const outcome = await committed(doors, lake, loads, { allow: request.allow, events }, written);
    if (outcome.kind === 'repeated') return unchanged(outcome.state, found, outcome.loads, opened);
    const { state, replaced } = outcome;
    return {
      ...described(state, found, outcome.loads, opened),
      outcome: 'loaded',
      periods: outcome.loads.map((load) => periodReport(load, replaced)),
      rejects,
    };
  } catch (error) {
    for (const key of written) await store.discard(key);
    throw error;
  }
}

async function rejectsOf(
  doors: IngestDoors & Bringing,
  place: { readonly source: string; readonly deliveryId: string; readonly belongsTo: string },
  { rejects, rejectedRows, label }: OpenDelivery,
  maxRejects: number,
): Promise<RejectsReport | undefined> {
  const [first] = rejects;
  if (rejectedRows === 0 || first === undefined) return undefined;
  const named = rejects.map((reject) => ({ ...reject, file: doors.mirror.nameOf(reject.file) }));
  const file = await writeRejects(doors, place.source, place, named);
  if (rejectedRows <= maxRejects) return { rows: rejectedRows, file };
  throw new TooManyRejects(label, first, { rows: rejectedRows, file });
}

/** What is told of a delivery that the lake has. */
export const unchanged = (
  state: LakeState,
  found: FoundDelivery,
  loads: readonly Load[],
  opened?: OpenDelivery,
): DeliveryReport => ({
  ...described(state, found, loads, opened),
  outcome: 'unchanged',
  periods: loads.map((load) => periodReport(load, [])),
  rejects: undefined,
});

function described(
  state: LakeState,
  found: FoundDelivery,
  loads: readonly Load[],
  opened: OpenDelivery | undefined,
): Omit<DeliveryReport, 'outcome' | 'periods' | 'rejects'> {
  const [first] = loads;
  if (first === undefined) throw new Error('a delivery without loads');
  const { raw: _, ...delivery } = first.delivery;
  return {
    source: first.source,
    format: first.format,
    label: opened?.label ?? first.format,
    files: found.files,
    delivery,
    exclusions: state.exclusions.filter((exclusion) => concerns(exclusion, loads)),
    unknownColumns: opened?.unknownColumns ?? [],
    notes: opened?.notes ?? [],
    seconds: 0,
  };
}

const concerns = (exclusion: Exclusion, loads: readonly Load[]): boolean =>
  loads.some(
    ({ source, billingPeriod }) =>
      billingPeriod === exclusion.billingPeriod && [exclusion.source, exclusion.insteadOf].includes(source),
  );

/** The currency of most rows; by name where equal. */
function mostRead(
  totals: readonly { readonly currency: string; readonly rows: { readonly read: number } }[],
) {
  const rows = new Map<string, number>();
  for (const total of totals) rows.set(total.currency, (rows.get(total.currency) ?? 0) + total.rows.read);
  const [most] = [...rows].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  if (most === undefined) throw nothingToLoad();
  return most[0];
}

const nothingToLoad = (): UserError =>
  new UserError('LOAD_EMPTY', {
    what: 'The delivery holds no lines that can be loaded',
    remedy: 'Look at the export; an empty month is never loaded over a full one.',
  });
