import { UserError } from '../core/errors/user-error.ts';
import type { AtScale } from '../ports/at-scale.ts';
import type { Engine } from '../ports/engine.ts';
import type { OutsideObject } from '../ports/outside.ts';

/** What is to be brought from S3, as far as it matters here. */
interface Offered {
  /** Addresses. */
  readonly files: readonly string[];
  readonly objects: readonly Pick<OutsideObject, 'bytes' | 'isOwn'>[];
  /** What announced them; undefined for loose files. */
  readonly manifest: object | undefined;
}

/** What reads and writes a delivery, and why. */
export interface ChosenEngine {
  readonly kind: 'duckdb' | 'athena';
  readonly reason: string;
}

/** The doors with the engine that all work is asked of. */
export async function withEngine<
  D extends { readonly engine: Engine; readonly atScale?: AtScale | undefined },
>(doors: D): Promise<D> {
  if (doors.atScale?.wish !== 'athena') return doors;
  return { ...doors, engine: (await doors.atScale.open()).engine };
}

/**
 * Which engine takes a delivery from S3: the embedded one as long as one machine does it in time, for it is quicker and
 * costs nothing. @throws UserError `ENGINE_UNFIT` where Athena was asked for and cannot
 */
export function chosenEngine(atScale: AtScale | undefined, unit: Offered): ChosenEngine {
  if (atScale === undefined) return { kind: 'duckdb', reason: 'Athena is not set up, or not asked for' };
  const unfit = whyUnfit(unit);
  if (atScale.wish === 'athena') {
    if (unfit !== undefined) throw unfitFor(unit.files[0], unfit);
    return { kind: 'athena', reason: 'asked for' };
  }
  const bytes = unit.objects.reduce((sum, object) => sum + object.bytes, 0);
  const limit = `${inMegabytes(atScale.fromBytes)}, which one machine does in time`;
  if (bytes <= atScale.fromBytes)
    return { kind: 'duckdb', reason: `${inMegabytes(bytes)} are no more than ${limit}` };
  if (unfit !== undefined) return { kind: 'duckdb', reason: `Athena cannot read it: ${unfit}` };
  return { kind: 'athena', reason: `${inMegabytes(bytes)} are more than ${limit}` };
}

/** The engine that rolls up lines of so many bytes: which one read them before does not matter. */
export async function rollingEngine(
  { engine, atScale }: { readonly engine: Engine; readonly atScale?: AtScale | undefined },
  bytes: number,
): Promise<Engine> {
  const isFor = atScale?.wish === 'athena' || bytes > (atScale?.fromBytes ?? bytes);
  return atScale !== undefined && isFor ? (await atScale.open()).engine : engine;
}

function whyUnfit({ files, objects, manifest }: Offered): string | undefined {
  const odd = files.find((file) => !/\.(parquet|parq|pq)$/i.test(file));
  if (odd !== undefined) return `${odd} is no Parquet`;
  if (objects.some(({ isOwn }) => !isOwn))
    return 'a role of another account reads it, for which S3 copies nothing';
  return manifest === undefined ? 'these files have no manifest' : undefined;
}

/** @throws UserError `ENGINE_UNFIT` for files of this machine where Athena is to do all work */
export function refuseWhatIsHere(atScale: AtScale | undefined, [first]: readonly string[]): void {
  if (atScale?.wish === 'athena' && first !== undefined)
    throw unfitFor(first, 'it lies on this machine, not on S3');
}

const inMegabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`;

const unfitFor = (file: string | undefined, why: string): UserError =>
  new UserError('ENGINE_UNFIT', {
    what: `Athena cannot read this: ${why}`,
    place: { file },
    remedy: 'Use --engine duckdb or auto; Athena takes Parquet exports on S3 by their manifests.',
  });
