import type { Period } from '../core/calendar/billing-date.ts';
import type { LakeState } from '../lake/catalog-types.ts';

/** Why an answer about `period` has no rows, in a sentence; by what the deliveries say of their days. */
export function whyEmpty({ loads }: Pick<LakeState, 'loads'>, { from, until }: Period): string {
  const firsts = loads.flatMap(({ firstDate }) => firstDate ?? []).sort();
  const lasts = loads.flatMap(({ lastDate }) => lastDate ?? []).sort();
  const [first, last] = [firsts[0], lasts.at(-1)];
  if (first === undefined || last === undefined)
    return 'No delivery is in the lake: spendlight ingest <files>';
  if (until <= first) return `These days lie before the first line, which is of ${first}`;
  if (from > last) return `These days have not arrived yet: the newest line is of ${last}`;
  const covered = loads.some(
    ({ firstDate, lastDate }) =>
      firstDate !== undefined && lastDate !== undefined && firstDate < until && lastDate >= from,
  );
  return covered
    ? 'Deliveries reach over these days and have no line on them: truly nothing, or spendlight gaps says what is missing'
    : 'No delivery reaches these days: spendlight gaps says what is missing';
}
