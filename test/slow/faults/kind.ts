import type { Chance } from './chance.ts';
import type { Place } from './process.ts';
import type { Operation, World } from './world.ts';

/** What is done to whom. */
export interface Case {
  readonly world: World;
  readonly operation: Operation;
  readonly place: Place;
  readonly chance: Chance;
}

/** A way to disturb. */
export interface Kind {
  readonly name: string;
  /** How often it is chosen, among the others. */
  readonly weight: number;
  readonly concerns: (operation: Operation) => boolean;
  /** Disturbs an operation, and says in a few words what came of it. */
  readonly disturb: (of: Case) => Promise<string>;
}
