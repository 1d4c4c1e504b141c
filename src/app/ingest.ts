import { known } from '../core/errors/invariant.ts';
import { OutOfTime } from '../core/errors/out-of-time.ts';
import { UserError } from '../core/errors/user-error.ts';
import { toldCost } from '../core/query-cost/query-cost.ts';
import { openLakeIfAny } from '../lake/lake.ts';

import type { Engine } from '../ports/engine.ts';
import type { FoundDelivery } from '../sources/contract.ts';
import { discover } from '../sources/discover.ts';
import { type ChosenEngine, chosenEngine, refuseWhatIsHere, withEngine } from './engine-choice.ts';
import { beatFeeds } from './heart.ts';
import { readAccountMap } from './import-accounts.ts';
import { type Decided, importInput, rerollStale } from './imports.ts';
import { type Bringing, ingestDelivery, unchanged } from './ingest-delivery.ts';
import type { IngestDoors, IngestRequest } from './ingest-doors.ts';
import { TooManyRejects } from './ingest-rejects.ts';
import type { DeliveryReport, IngestReport, RefusedDelivery } from './ingest-report.ts';
import { foundOutside, isOutside, type OutsideUnit } from './outside/found.ts';
import { leftThere } from './outside/left-there.ts';
import { Mirror } from './outside/mirror.ts';

/**
 * Brings deliveries in, oldest first, one commit each. One that is refused does not hold up the others; a lake that
 * cannot be written stops all. A process killed at any moment leaves the version before intact.
 * Refusals: `DELIVERY_NOT_READY`, `DELIVERY_OLDER`, `LOAD_SHRINKS`, `REJECTS`, `SOURCES_OVERLAP`, `SIMULATED_AND_REAL`,
 * `CONTROL_TOTALS_DIFFER`, and what `sources` finds wrong with files. @throws OutOfTime before a delivery that there is no
 * time for: those before it are in
 */
export async function ingest(given: IngestDoors, request: IngestRequest): Promise<IngestReport> {
  refuseOddSource(request.source);
  return given.atScale === undefined
    ? taken(given, request)
    : taken(await withEngine(given), request).finally(given.atScale.close);
}

async function taken(doors: IngestDoors, request: IngestRequest): Promise<IngestReport> {
  const accounts = request.accounts === undefined ? undefined : await readAccountMap(request.accounts);
  const before = await openLakeIfAny(doors.store);
  if (accounts !== undefined && before !== undefined) await importInput(doors, before, 'accounts', accounts);
  const taking = new Taking(doors, request, accounts);
  const here = request.paths.filter((path) => !isOutside(path));
  refuseWhatIsHere(doors.atScale, here);
  const { deliveries, notReady } = await discover(doors.engine, here);
  taking.refuse(notReady);
  for (const found of deliveries) await taking.take(found);
  await taking.takeOutside(request.paths.filter(isOutside));
  const lake = await openLakeIfAny(doors.store);
  const state = lake === undefined ? undefined : await rerollStale(doors, lake);
  const told = { ...taking.told(), ...(await queriesOf(doors)) };
  if (lake !== undefined) await beatFeeds(doors, request.source, told);
  return { lakeVersion: state?.version ?? 0, ...told };
}

/** What the other engine read, where it was opened, and what is billed for it. */
async function queriesOf({ atScale }: IngestDoors): Promise<Pick<IngestReport, 'queries'>> {
  const cost = (await atScale?.opened())?.engine.cost();
  return cost === undefined ? {} : { queries: toldCost(cost) };
}

/** What is wrong with the lake, its store or our way to it stops all; what is wrong with a delivery, that delivery. */
const STOPS_ALL = /^(LAKE_|DISK_|STORE_|CREDENTIALS_|TABLES_|ENGINE_(?!UNFIT))/;

/** What reads and writes a delivery; absent: the engine that does all work. */
interface Choice {
  readonly chosen?: ChosenEngine;
  readonly engine?: Engine;
}

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

  async take(found: FoundDelivery, { chosen, engine }: Choice = {}): Promise<void> {
    if (this.#doors.isTimeUp?.() === true) throw new OutOfTime(`the delivery ${found.files[0]}`);
    return this.#orRefused(found.files, async () => {
      const doors = engine === undefined ? this.#doors : { ...this.#doors, engine };
      const report = await ingestDelivery(doors, found, this.#request, this.#accounts);
      this.#reports.push(chosen === undefined ? report : { ...report, engine: chosen });
    });
  }

  /** Brings deliveries from addresses elsewhere, each only for as long as it is read. */
  async takeOutside(uris: readonly string[]): Promise<void> {
    const outside = uris.length === 0 ? undefined : await this.#doors.outside?.();
    if (outside === undefined) return;
    const {
      units,
      known: there,
      notReady,
    } = await foundOutside({ ...this.#doors, outside }, uris, this.#request.source).catch((error) =>
      Promise.reject(this.#mirror.told(error)),
    );
    this.refuse(notReady);
    for (const { found, state, loads } of there) this.#reports.push(unchanged(state, found, loads));
    for (const unit of units) {
      if (this.#doors.isTimeUp?.() === true) throw new OutOfTime(`the delivery ${unit.files[0]}`);
      await this.#orRefused(unit.files, async () => {
        const engine = chosenEngine(this.#doors.atScale, unit);
        this.#doors.log.info('engine.chosen', { ...engine, files: unit.files.length });
        await (engine.kind === 'athena' ? this.#takeThere(unit, engine) : this.#takeHere(unit, engine));
      });
      await unit.clear();
    }
  }

  async #takeHere(unit: OutsideUnit, chosen: ChosenEngine): Promise<void> {
    const { deliveries } = await discover(this.#doors.engine, await unit.fetch());
    for (const found of deliveries) await this.take(found, { chosen });
  }

  /** Its lines stay on S3: an engine there reads them, and what it writes is taken over by S3 itself. */
  async #takeThere(unit: OutsideUnit, chosen: ChosenEngine): Promise<void> {
    const { engine, work } = await known(this.#doors.atScale, 'an engine at scale').open();
    const found = await leftThere({ work, mirror: this.#mirror, random: this.#doors.random }, unit);
    await this.take(found, { chosen, engine });
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

function refuseOddSource(source: string | undefined): void {
  if (source === undefined || /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/.test(source)) return;
  throw new UserError('USAGE', {
    what: `"${source}" is not a name for a source`,
    remedy: 'Use letters, digits, dashes and underscores, at most 63.',
  });
}
