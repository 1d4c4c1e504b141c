import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type DragEvent, useEffect, useRef, useState } from 'react';
import type { IngestJob, Peek } from '../../../src/api/schemas/first-run.ts';
import { API, client, read } from '../api/client.ts';
import { jobOf } from '../api/questions.ts';
import { bytesText } from '../format/bytes.ts';
import { rangeName } from '../format/days.ts';
import { count } from '../format/figures.ts';
import { Figure } from '../parts/figure.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';

/** Before there is a lake: takes a bill, shows what is in it, brings it in. */
export function FirstRun() {
  const looking = useMutation({ mutationFn: look });
  const starting = useMutation({
    mutationFn: (upload: string) => read<IngestJob>(client.ingest.$post({ json: { upload } })),
  });
  const job = starting.data?.job;
  return (
    <div className="page first-run">
      <title>Bring a bill in · Spendlight</title>
      <h1 className="say">
        <b>No cost data yet.</b> The lake is empty: bring a bill in, and this page shows it.
      </h1>
      {looking.data === undefined && <Drop busy={looking.isPending} drop={(file) => looking.mutate(file)} />}
      {looking.error !== null && <ProblemNotice error={looking.error} />}
      {looking.data !== undefined && job === undefined && (
        <Found
          found={looking.data}
          busy={starting.isPending}
          take={() => starting.mutate(looking.data.upload)}
          back={() => looking.reset()}
        />
      )}
      {starting.error !== null && <ProblemNotice error={starting.error} />}
      {job !== undefined && <Progress job={job} />}
      <p className="mu small">
        Nothing leaves this machine. A file is looked at first: its format, days, currency and totals are
        shown before it is stored. A folder or a manifest: <code>spendlight ingest PATH</code>. A made-up
        organisation to try: <code>spendlight demo</code>.
      </p>
    </div>
  );
}

const look = (file: File): Promise<Peek> =>
  read<Peek>(
    fetch(`${API}/peek?${new URLSearchParams({ name: file.name })}`, {
      method: 'POST',
      body: file,
      headers: { 'Content-Type': 'application/octet-stream' },
    }),
  );

function Drop({ busy, drop }: { busy: boolean; drop: (file: File) => void }) {
  const picker = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const take = (files: FileList | null) => {
    const file = files?.[0];
    if (file !== undefined) drop(file);
  };
  const dropped = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  return (
    <section
      className="drop"
      aria-label="Drop a cost file"
      data-over={over}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={dropped}
    >
      <b>{busy ? 'Looking at the file …' : 'Drop a cost file here'}</b>
      <span>FOCUS of any cloud, AWS CUR 2.0 and legacy, Azure EA · .csv, .csv.gz, .parquet</span>
      <input
        ref={picker}
        type="file"
        className="vh"
        tabIndex={-1}
        aria-label="Cost file"
        onChange={(event) => take(event.currentTarget.files)}
      />
      <button className="btn p" type="button" disabled={busy} onClick={() => picker.current?.click()}>
        Choose a file
      </button>
    </section>
  );
}

interface FoundOf {
  readonly found: Peek;
  readonly busy: boolean;
  readonly take: () => void;
  readonly back: () => void;
}

/** What the file holds, before it is stored. */
function Found({ found, busy, take, back }: FoundOf) {
  return (
    <section aria-label="What was found">
      <dl className="facts">
        <dt>File</dt>
        <dd>
          <bdi>{found.name}</bdi>, {bytesText(found.bytes)}
        </dd>
        <dt>Format</dt>
        <dd>{found.format}</dd>
        <dt>Lines</dt>
        <dd>
          {count(found.lines)}
          {found.rejects > 0 && `, ${count(found.rejects)} of them cannot be loaded`}
        </dd>
        <dt>Days</dt>
        <dd>
          {found.firstDay === null || found.lastDay === null
            ? 'none'
            : rangeName({ from: found.firstDay, to: found.lastDay })}
        </dd>
        <dt>Accounts, services</dt>
        <dd>
          {count(found.accounts)}, {count(found.services)}
        </dd>
      </dl>
      <table className="tb totals">
        <caption className="vh">Totals of the file</caption>
        <thead>
          <tr>
            <th scope="col">Total</th>
            <th scope="col" className="r">
              Amount
            </th>
          </tr>
        </thead>
        <tbody>
          {found.totals.map(({ currency, metric, amount }) => (
            <tr key={`${currency} ${metric}`}>
              <th scope="row">
                {metric}, {currency}
              </th>
              <td className="r">
                <Figure amount={amount} currency={currency} decimals={2} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {found.notes.length > 0 && (
        <ul className="notes">
          {found.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      <div className="go">
        <button className="btn p" type="button" disabled={busy} onClick={take}>
          Bring it in
        </button>
        <button className="btn" type="button" disabled={busy} onClick={back}>
          Another file
        </button>
      </div>
    </section>
  );
}

/** How far the ingest is; then the overview comes by itself. */
function Progress({ job }: { job: string }) {
  const { data, error } = useQuery(jobOf(job));
  const queries = useQueryClient();
  const done = data?.state === 'done';
  useEffect(() => {
    if (done) void queries.invalidateQueries();
  }, [done, queries]);
  if (error !== null) return <ProblemNotice error={error} />;
  if (data?.problem != null) {
    return (
      <div className="note" role="alert">
        <span />
        <div>
          <p>
            <b>{data.problem.detail}</b>
          </p>
          <p>
            {data.problem.remedy} Code <code>{data.problem.code}</code>
          </p>
        </div>
      </div>
    );
  }
  return (
    <section className="going" aria-live="polite">
      <progress
        max={data?.total || undefined}
        value={data !== undefined && data.total > 0 ? data.done : undefined}
      >
        {data?.step}
      </progress>
      <p>
        {done ? 'It is in. The figures are being drawn.' : (data?.step ?? 'Beginning')}{' '}
        <span className="mu">{data?.note}</span>
      </p>
    </section>
  );
}
