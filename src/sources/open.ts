import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import type { BillingPeriod } from '../core/calendar/billing-period.ts';
import { UserError } from '../core/errors/user-error.ts';
import type { Engine } from '../ports/engine.ts';
import type { FoundDelivery, OpenDelivery, OpenOptions, OpenSource, Reject } from './contract.ts';
import { slug } from './discover.ts';
import { countedOnce } from './events/counted-once.ts';
import { extraColumns, linesOf } from './lines.ts';
import type { Profile } from './profile.ts';
import { withoutExponents } from './reading/exponents.ts';
import { profileOf } from './recognise.ts';
import { rejectsOf } from './rejects.ts';
import { stage } from './stage.ts';
import type { Staged } from './staged.ts';
import { surveyOf } from './survey.ts';
import type { Survey } from './surveyed.ts';
import { refuseWithoutCosts } from './without-costs.ts';

/** A delivery's files as one relation, and what they are. */
export interface Recognised {
  readonly staged: Staged;
  readonly profile: Profile;
}

/** Makes the files readable and says what they are; the rows are not looked at yet. The caller drops the relations. */
export async function recognised(
  engine: Engine,
  found: FoundDelivery,
  options: OpenOptions,
): Promise<Recognised> {
  const staged = await stage(engine, found, options);
  try {
    const profile = await profileOf(engine, staged.table, options.format);
    const plain = await withoutExponents(engine, profile);
    const read =
      plain === undefined
        ? { staged, profile }
        : {
            staged: { ...staged, relations: [plain.relation, ...staged.relations] },
            profile: await profileOf(engine, plain, options.format),
          };
    return profile.events === undefined ? read : await countedOnce(engine, read, options.counted);
  } catch (error) {
    await dropAll(engine, staged);
    throw inFile(error, found.files[0]);
  }
}

/** What is wrong with a whole delivery is told with a file's name, where nothing more exact is known. */
const inFile = (error: unknown, file: string | undefined): unknown =>
  error instanceof UserError && error.place.file === undefined
    ? new UserError(
        error.code,
        { what: error.what, place: { ...error.place, file }, remedy: error.remedy },
        { cause: error },
      )
    : error;

/** Recognises a delivery, reads it once for its totals and unfit rows, and offers it as normalised SQL. */
export const openSource: OpenSource = async (engine, found, options) => {
  const { staged, profile } = await recognised(engine, found, options);
  try {
    const survey = await surveyOf(engine, profile);
    await refuseWithoutCosts(engine, profile, survey);
    const rejects = survey.rejectedRows === 0 ? [] : await rejectsOf(engine, profile, staged);
    return delivered(engine, { found, staged, profile, survey, rejects });
  } catch (error) {
    await dropAll(engine, staged);
    throw inFile(error, found.files[0]);
  }
};

interface Opened {
  readonly found: FoundDelivery;
  readonly staged: Staged;
  readonly profile: Profile;
  readonly survey: Survey;
  readonly rejects: readonly Reject[];
}

const delivered = (engine: Engine, { found, staged, profile, survey, rejects }: Opened): OpenDelivery => ({
  format: profile.format,
  label: profile.label,
  rank: profile.rank,
  // Events of one feed come in many files: what they are called says when they came, not whose they are.
  suggestedSource:
    found.suggestedSource ??
    (profile.events === undefined ? sourceName(found.files[0], profile.format) : profile.format),
  simulated: found.manifest?.simulated ?? profile.simulated ?? false,
  scope: profile.events === undefined ? 'month' : 'part',
  extraColumns: extraColumns(profile),
  unknownColumns: profile.table.unknown(),
  notes: [...staged.notes, ...profile.notes],
  periods: survey.periods,
  rejects,
  rejectedRows: survey.rejectedRows,
  lines: (period: BillingPeriod, sourceId: string) => linesOf(profile, survey, period, sourceId),
  sourceTotals: () => Promise.resolve(survey.totals),
  close: () => dropAll(engine, staged),
});

export async function dropAll(engine: Engine, { relations, written }: Staged): Promise<void> {
  for (const relation of relations) await engine.drop(relation);
  await Promise.all(written.map((file) => rm(file, { force: true })));
}

/** `bill-2026-05-00001.csv.gz` → `bill`: dates and chunk numbers say which delivery it is, not whose. */
export function sourceName(file: string | undefined, format: string): string {
  const stem = basename(file ?? '').replace(/(\.(csv|gz|parquet|parq|pq|snappy|zstd))+$/i, '');
  return (
    slug(slug(stem).replace(/(^|-)(19|20)\d{2}(-?\d{2}){0,2}(?=-|$)|-\d{3,}(?=-|$)/g, '')) || slug(format)
  );
}
