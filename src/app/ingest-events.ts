import type { LakeState, Load } from '../lake/catalog-types.ts';
import { openLakeIfAny } from '../lake/lake.ts';
import type { Engine } from '../ports/engine.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { EVENT_COLUMNS } from '../sql/schema.ts';

const RELATION = 'counted_events';

const isOfEvents = (load: Load): boolean => load.format === 'events';

/** While a delivery of events was read others were committed: which of its events count has to be found out again. */
export class EventsCame extends Error {}

/** The events that count already when a delivery is read. */
export class CountedEvents {
  readonly #engine: Engine;
  readonly #store: ObjectStore;
  /** Loads the delivery was compared with; undefined where nobody asked, as it holds no events. */
  #compared: ReadonlySet<string> | undefined;

  constructor({ engine, store }: { readonly engine: Engine; readonly store: ObjectStore }) {
    this.#engine = engine;
    this.#store = store;
  }

  /** Makes the relation that `OpenOptions.counted` speaks of. */
  async relation(): Promise<string> {
    const lake = await openLakeIfAny(this.#store);
    const loads = lake === undefined ? [] : (await lake.head()).loads.filter(isOfEvents);
    const uris = loads.flatMap(({ lines }) => lines.map((file) => this.#store.uri(file.key)));
    await this.#engine.files(RELATION, uris, EVENT_COLUMNS);
    this.#compared = new Set(loads.map(({ id }) => id));
    return RELATION;
  }

  /** @throws EventsCame if `state` has events that the delivery was not compared with */
  check({ loads }: LakeState): void {
    const compared = this.#compared;
    if (compared === undefined) return;
    if (loads.some((load) => isOfEvents(load) && !compared.has(load.id))) throw new EventsCame();
  }
}
