import type { LakeState, Load } from '../lake/catalog-types.ts';
import { type Lake, lakeBusy, RACES_MAX } from '../lake/lake.ts';
import { pinInputs } from '../lake/pin.ts';
import { precedence } from '../lake/precedence.ts';
import { commitWithHistory } from '../lake/restatements.ts';
import { tagRules } from '../lake/rules.ts';
import type { IngestDoors, IngestRequest } from './ingest-doors.ts';
import type { CountedEvents } from './ingest-events.ts';
import { rollUp, rollupIdentity } from './rollups.ts';

/** What became of a delivery's loads. */
export type Outcome =
  | { readonly kind: 'repeated'; readonly state: LakeState; readonly loads: readonly Load[] }
  | {
      readonly kind: 'loaded';
      readonly state: LakeState;
      readonly loads: readonly Load[];
      readonly replaced: readonly Load[];
    };

/** Commits `loads`; who loses the race checks everything again at the new head, and rolls up again if inputs changed. @throws EventsCame */
export async function committed(
  doors: IngestDoors,
  lake: Lake,
  loads: readonly Load[],
  { allow, events }: Pick<IngestRequest, 'allow'> & { readonly events: CountedEvents },
  written: string[],
): Promise<Outcome> {
  let added = loads;
  for (let race = 0; race < RACES_MAX; race++) {
    const state = await lake.head();
    added = await rolledFor(doors, lake, state, added, written);
    const decided = precedence(state, added, allow);
    if (decided.kind === 'repeated') {
      for (const key of written) await lake.store.discard(key);
      return { kind: 'repeated', state, loads: decided.loads };
    }
    events.check(state);
    // From then on a version may name the files, also where the commit fails half-way: nobody discards them any more.
    const named: string[] = [];
    const next = await commitWithHistory(doors, lake, state, decided.change, () =>
      named.push(...written.splice(0)),
    );
    if (next === undefined) {
      written.push(...named);
      continue;
    }
    doors.log.info('load.committed', {
      lakeVersion: next.version,
      loads: added.map(({ source, billingPeriod, scope, lines }) => ({
        source,
        billingPeriod,
        scope,
        lines: lines.reduce((rows, file) => rows + file.rows, 0),
      })),
    });
    return { kind: 'loaded', state: next, loads: added, replaced: decided.replaced };
  }
  throw lakeBusy(lake);
}

async function rolledFor(
  doors: IngestDoors,
  lake: Lake,
  state: LakeState,
  loads: readonly Load[],
  written: string[],
): Promise<readonly Load[]> {
  const rules = await tagRules(lake, state, doors.settings);
  const fits = (load: Load) => load.rollup.identity === rollupIdentity(lake, state, rules, load.id);
  if (loads.every(fits)) return loads;
  await pinInputs(doors.engine, lake, state);
  const rolled: Load[] = [];
  for (const load of loads) {
    const rollup = fits(load) ? load.rollup : await rollUp(doors, lake, state, load);
    written.push(...rollup.files.map((file) => file.key));
    rolled.push({ ...load, rollup });
  }
  return rolled;
}
