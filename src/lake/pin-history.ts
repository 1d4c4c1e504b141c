import type { Period } from '../core/calendar/billing-date.ts';
import type { Asker, ColumnDef } from '../ports/engine.ts';
import { restatements } from '../sql/restatements/restatements.ts';
import { ARRIVAL_COLUMNS, RESTATED_COLUMNS } from '../sql/schema.ts';
import type { LakeState, LoggedFile } from './catalog-types.ts';
import { filesOf } from './history-log.ts';
import type { Lake } from './lake.ts';

/** What to leave out of the lists of files, because no question will ask for it. */
export interface HistoryOptions {
  /** Only files that can tell about a day in here. */
  readonly days?: Period | undefined;
  /** Only commits after this version. */
  readonly since?: number | undefined;
}

/** Makes the relations `restatements` and `arrivals` as of `state`. */
export async function pinHistory(
  engine: Asker,
  { store }: Pick<Lake, 'store'>,
  { history }: LakeState,
  { days, since = 0 }: HistoryOptions = {},
): Promise<void> {
  const asked = ({ version, firstDate, lastDate }: LoggedFile) =>
    version > since && (days === undefined || (firstDate < days.until && lastDate >= days.from));
  const [restated, arrived] = [
    (await filesOf(store, history.restatements)).filter(asked),
    (await filesOf(store, history.arrivals)).filter(asked),
  ];
  const urisOf = (files: readonly LoggedFile[]) => files.map(({ key }) => store.uri(key));
  await engine.files('restated', urisOf(restated), RESTATED_COLUMNS);
  const commits = new Map([...restated, ...arrived].map((file) => [file.version, file.committedAt]));
  await engine.values(
    'history_commits',
    COMMIT_COLUMNS,
    [...commits].map(([version, at]) => [version, at.slice(0, 23).replace('T', ' ')]),
  );
  await engine.view('restatements', restatements());
  await engine.files('arrivals', urisOf(arrived), ARRIVAL_COLUMNS);
}

const COMMIT_COLUMNS: readonly ColumnDef[] = [
  { name: 'LakeVersion', type: 'bigint' },
  { name: 'CommittedAt', type: 'timestamp' },
];
