// The fault campaign: `npm run test:faults -- --faults 1000 --seed 7` disturbs what Spendlight does, in as many ways as are
// known, and after recovery by the documented command compares with what an undisturbed world shows.
// `--case 17` plays one case of a seed again, `--keep` leaves what is wrong to be looked at, `--kind` and `--operation` choose. Exit 1: something was lost, doubled or unproved.
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { type Chance, chanceOf } from './chance.ts';
import type { Kind } from './kind.ts';
import { KINDS } from './kinds.ts';
import { differences, outcomeOf } from './outcome.ts';
import { asProcess, type Place } from './process.ts';
import { findings } from './proof.ts';
import { Tally } from './tally.ts';
import { makeWorld, NOW, type Operation, type World } from './world.ts';

const { values } = parseArgs({
  options: {
    faults: { type: 'string', default: '100' },
    seed: { type: 'string' },
    case: { type: 'string' },
    kind: { type: 'string' },
    operation: { type: 'string' },
    verbose: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});

const seed = Number(values.seed ?? Math.floor(Math.random() * 1e9));
/** Every so many cases all sums are added up again. */
const DEEP_EVERY = 10;
const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Chosen by weight among the kinds that concern the operation. */
function kindOf(operation: Operation, chance: Chance): Kind {
  const fitting = KINDS.filter((kind) => kind.concerns(operation));
  const weights = fitting.flatMap((kind) => Array.from({ length: kind.weight }, () => kind));
  return chance.oneOf(weights);
}

/** Plays one case; gives what is wrong after recovery. */
async function play(world: World, index: number, tally: Tally): Promise<readonly string[]> {
  const chance = chanceOf(seed, index);
  const operation = chance.oneOf(world.operations);
  const kind = kindOf(operation, chance);
  if (values.kind !== undefined && kind.name !== values.kind) return [];
  if (values.operation !== undefined && operation.name !== values.operation) return [];
  const place = await world.fresh(operation.from);
  let happened = 'not disturbed';
  const wrong: string[] = [];
  try {
    happened = await kind.disturb({ world, operation, place, chance });
    wrong.push(...(await recovered(operation, place, index % DEEP_EVERY === 0 ? 'deep' : 'usual')));
  } catch (error) {
    wrong.push(`recovery failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
  tally.add(kind.name, operation.name, happened, wrong);
  if (values.verbose) say(`case ${index}: ${kind.name} while ${operation.name}: ${happened}`);
  if (values.case !== undefined || (values.keep && wrong.length > 0))
    say(`       it lies in ${place.folder}`);
  else await world.clear(place);
  return wrong;
}

/** The documented way out of all of this: run it again. Gives what differs from an undisturbed world, or is not proved. */
const recovered = (operation: Operation, place: Place, depth: 'deep' | 'usual'): Promise<string[]> =>
  asProcess(place, { now: NOW, others: 'dead' }, async (process) => {
    await operation.act(process, place);
    const found = await outcomeOf(process, place);
    return [...differences(operation.calm, found), ...(await findings(process, depth))];
  });

async function campaign(): Promise<number> {
  const began = performance.now();
  const world = await makeWorld();
  say(
    `seed ${seed}; ${world.lines} lines; the world was made in ${((performance.now() - began) / 1000).toFixed(1)} s`,
  );
  const tally = new Tally();
  const faults = values.case === undefined ? Number(values.faults) : 1;
  const first = values.case === undefined ? 0 : Number(values.case);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  for (let index = first; index < first + faults && !stop.signal.aborted; index++) {
    for (const what of await play(world, index, tally))
      say(
        `WRONG  case ${index}: ${what}\n       again: npm run test:faults -- --seed ${seed} --case ${index}`,
      );
  }
  if (values.case === undefined && !(values.keep && tally.wrong > 0)) await world.end();
  say(tally.text());
  say(`${((performance.now() - began) / 1000).toFixed(0)} s, seed ${seed}`);
  return tally.wrong === 0 ? 0 : 1;
}

process.exitCode = await campaign();
