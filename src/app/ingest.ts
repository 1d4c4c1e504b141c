import { OutOfTime } from '../core/errors/out-of-time.ts';
import { UserError } from '../core/errors/user-error.ts';
import type { Exclusion, LakeState, Load } from '../lake/catalog-types.ts';
import { lakeBusy, openLakeIfAny, RACES_MAX } from '../lake/lake.ts';
import { precedence, sameContent } from '../lake/precedence.ts';
import type { FoundDelivery, OpenDelivery } from '../sources/contract.ts';
import { discover } from '../sources/discover.ts';
import { openSource } from '../sources/open.ts';
import { beatFeeds } from './heart.ts';
import { readAccountMap } from './import-accounts.ts';
import { type Decided, importInput, rerollStale } from './imports.ts';
import { committed } from './ingest-commit.ts';
import type { IngestDoors, IngestRequest } from './ingest-doors.ts';
import { CountedEvents, EventsCame } from './ingest-events.ts';
import { type LoadPlan, loadsOf, planned } from './ingest-loads.ts';
import { type Content, checkUnchanged, contentOf, received, statedAge } from './ingest-receive.ts';
import { mendedRows, TooManyRejects, writeRejects } from './ingest-rejects.ts';
import { renewed } from './ingest-renew.ts';
import {
  type DeliveryReport,
  type IngestReport,
  periodReport,
  type RefusedDelivery,
  type RejectsReport,
} from './ingest-report.ts';
import { lakeFor } from './lake-settings.ts';
import { foundOutside, isOutside } from './outside/found.ts';
import { Mirror } from './outside/mirror.ts';

/**
 * Brings deliveries in, oldest first, one commit each. One that is refused does not hold up the others; a lake that
 * cannot be written stops all. A process killed at any moment leaves the version before intact.
 * Refusals: `DELIVERY_NOT_READY`, `DELIVERY_OLDER`, `LOAD_SHRINKS`, `REJECTS`, `SOURCES_OVERLAP`, `SIMULATED_AND_REAL`,
 * `CONTROL_TOTALS_DIFFER`, and what `sources` finds wrong with files. @throws OutOfTime before a delivery that there is no
 * time for: those before it are in
 */
export async function ingest(doors: IngestDoors, request: IngestRequest): Promise<IngestReport> {
  refuseOddSource(request.source);
  const accounts = request.accounts === undefined ? undefined : await readAccountMap(request.accounts);
  const before = await openLakeIfAny(doors.store);
  if (accounts !== undefined && before !== undefined) await importInput(doors, before, 'accounts', accounts);
  const taking = new Taking(doors, request, accounts);
  const here = request.paths.filter((path) => !isOutside(path));
  const { deliveries, notReady } = await discover(doors.engine, here);
  taking.refuse(notReady);
  for (const found of deliveries) await taking.take(found);
  await taking.takeOutside(request.paths.filter(isOutside));
  const lake = await openLakeIfAny(doors.store);
  const state = lake === undefined ? undefined : await rerollStale(doors, lake);
  const told = taking.told();
  if (lake !== undefined) await beatFeeds(doors, request.source, told);
  return { lakeVersion: state?.version ?? 0, ...told };
}

/** What is wrong with the lake, its store or our way to it stops all; what is wrong with a delivery, that delivery. */
const STOPS_ALL = /^(LAKE_|DISK_|STORE_|CREDENTIALS_|ENGINE_)/;

/** Takes deliveries one after another, and remembers what became of each. */
class Taking {
  readonly #doors: IngestDoors & Bringing;
  readonly #request: IngestRequest;
  readonly #accounts: Decided<'accounts'> | undefined;
  readonly #mirror: Mirror;
  readonly #reports: DeliveryReport[] = [];
  readonly #refused: RefusedDelivery[] = [];

  constructor(doors: IngestDoors, request: IngestRequest, accounts: Decided<'accounts'> | undefined) {
    this.#mirror = new Mirror(doors.scratch);
    this.#doors = { ...doors, mirror: this.#mirror };
    this.#request = request;
    this.#accounts = accounts;
  }

  told(): Pick<IngestReport, 'deliveries' | 'refused'> {
    return { deliveries: this.#reports, refused: this.#refused };
  }

  refuse(errors: readonly UserError[]): void {
    for (const error of errors) this.#refused.push({ files: [], error, rejects: undefined });
  }

  async take(found: FoundDelivery): Promise<void> {
    if (this.#doors.isTimeUp?.() === true) throw new OutOfTime(`the delivery ${found.files[0]}`);
    return this.#orRefused(found.files, async () => {
      this.#reports.push(await ingestDelivery(this.#doors, found, this.#request, this.#accounts));
    });
  }

  /** Brings deliveries from addresses elsewhere, each only for as long as it is read. */
  async takeOutside(uris: readonly string[]): Promise<void> {
    const outside = uris.length === 0 ? undefined : await this.#doors.outside?.();
    if (outside === undefined) return;
    const { units, known, notReady } = await foundOutside(
      { ...this.#doors, outside },
      uris,
      this.#request.source,
    ).catch((error) => Promise.reject(this.#mirror.told(error)));
    this.refuse(notReady);
    for (const { found, state, loads } of known) this.#reports.push(unchanged(state, found, loads));
    for (const unit of units) {
      if (this.#doors.isTimeUp?.() === true) throw new OutOfTime(`the delivery ${unit.files[0]}`);
      await this.#orRefused(unit.files, async () => {
        const { deliveries } = await discover(this.#doors.engine, await unit.fetch());
        for (const found of deliveries) await this.take(found);
      });
      await unit.clear();
    }
  }

  async #orRefused(files: readonly string[], work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      const error = this.#mirror.told(thrown);
      if (!(error instanceof UserError) || STOPS_ALL.test(error.code)) throw error;
      const names = files.map(this.#mirror.nameOf);
      const rejects = thrown instanceof TooManyRejects ? thrown.rejects : undefined;
      this.#refused.push({ files: names, error, rejects });
      this.#doors.log.warn('delivery.refused', { code: error.code, files: names });
    }
  }
}

/** With the copies of what came from elsewhere. */
interface Bringing {
  readonly mirror: Mirror;
}

async function ingestDelivery(
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
  doors: IngestDoors,
  place: { readonly source: string; readonly deliveryId: string; readonly belongsTo: string },
  { rejects, rejectedRows, label }: OpenDelivery,
  maxRejects: number,
): Promise<RejectsReport | undefined> {
  const [first] = rejects;
  if (rejectedRows === 0 || first === undefined) return undefined;
  const file = await writeRejects(doors, place.source, place, rejects);
  if (rejectedRows <= maxRejects) return { rows: rejectedRows, file };
  throw new TooManyRejects(label, first, { rows: rejectedRows, file });
}

const unchanged = (
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

function refuseOddSource(source: string | undefined): void {
  if (source === undefined || /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/.test(source)) return;
  throw new UserError('USAGE', {
    what: `"${source}" is not a name for a source`,
    remedy: 'Use letters, digits, dashes and underscores, at most 63.',
  });
}
