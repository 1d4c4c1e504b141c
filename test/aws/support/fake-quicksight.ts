// Ingestions of QuickSight over HTTP. No emulator knows how they end; the shapes and the enums are those of the SDK's client.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import {
  CreateIngestion$,
  DescribeIngestion$,
  IngestionErrorType,
  IngestionStatus,
  IngestionType,
} from '@aws-sdk/client-quicksight';
import { memberNames, misfits, type Shape } from './shapes.ts';

/** What becomes of an ingestion, look by look; the last stays. */
export interface Course {
  readonly looks: readonly IngestionStatus[];
  readonly error?: { readonly Type: IngestionErrorType; readonly Message: string };
  readonly rows?: number;
}

/** An answer instead of the work. `after`: the work is done, and the answer lost. */
export type Refusal =
  | { readonly status: number; readonly code: string; readonly message?: string }
  | { readonly lost: 'before' | 'after' };

export interface FakeQuickSight {
  readonly url: string;
  /** `PUT daily-20261119`, `GET …`, in order. */
  readonly asked: readonly string[];
  /** What does not fit the model, of requests and of this fake's own answers. Must stay empty. */
  readonly misfits: readonly string[];
  /** How the next ingestions go. */
  course: Course;
  /** Asked for each request; undefined answers it. */
  refuse: (asked: string) => Refusal | undefined;
  /** An ingestion that somebody began at `created` (ms since 1970). */
  began(id: string, created: number, course: Course): void;
  close(): Promise<void>;
}

export const ACCOUNT = '123456789012';
export const DATA_SET = 'finops-ou-breakdown';

interface Ingestion extends Course {
  readonly created: number;
  looked: number;
}

/** Of operation `[9, …, traits, request, answer]`: method, path and the shapes. */
const operation = (of: Shape) => {
  const [, , name, traits, request, answer] = of as [
    number,
    string,
    string,
    { http: [string, string, number] },
    Shape,
    Shape,
  ];
  const [method, template] = traits.http;
  const path = new RegExp(`^${template.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
  return { name, method, path, request, answer };
};
const OPERATIONS = [CreateIngestion$, DescribeIngestion$].map(operation);

/** @param now  ms since 1970: when ingestions begin, as QuickSight's clock has it */
export async function fakeQuickSight(now: () => number): Promise<FakeQuickSight> {
  const ingestions = new Map<string, Ingestion>();
  const [asked, wrong] = [[] as string[], [] as string[]];
  const fake = {
    asked,
    misfits: wrong,
    course: { looks: ['COMPLETED'] } as Course,
    refuse: (_: string): Refusal | undefined => undefined,
    began: (id: string, created: number, course: Course) =>
      void ingestions.set(id, { ...course, created, looked: 0 }),
  };

  const server = createServer((incoming, answer) => {
    void handle(
      incoming.method ?? '',
      incoming.url ?? '',
      json(incoming).catch(() => undefined),
      answer,
    );
  });

  async function handle(method: string, url: string, body: Promise<unknown>, answer: ServerResponse) {
    const sent = (await body) ?? {};
    const found = OPERATIONS.map((of) => ({ of, labels: of.path.exec(url)?.groups })).find(
      ({ of, labels }) => of.method === method && labels !== undefined,
    );
    if (found?.labels === undefined) {
      wrong.push(`${method} ${url} is no operation of this fake`);
      return refused(answer, 404, 'UnknownOperationException');
    }
    const { of, labels } = found;
    const id = String(labels.IngestionId);
    asked.push(`${method} ${id}`);
    check(of, labels, sent);
    const refusal = fake.refuse(`${method} ${id}`);
    if (refusal !== undefined && 'status' in refusal)
      return refused(answer, refusal.status, refusal.code, refusal.message);
    if (refusal?.lost === 'before') return void answer.destroy();
    const done = carriedOut(of.name, labels, id);
    if (refusal?.lost === 'after') return void answer.destroy();
    if (typeof done === 'string') return refused(answer, done.startsWith('ResourceEx') ? 409 : 404, done);
    const complaints = misfits(of.answer, { ...done, Status: 200 });
    wrong.push(...complaints.map((complaint) => `answer of ${of.name}: ${complaint}`));
    answer.writeHead(of.name === 'CreateIngestion' ? 201 : 200, { 'content-type': 'application/json' });
    answer.end(JSON.stringify(done));
  }

  function check(of: ReturnType<typeof operation>, labels: Record<string, string>, sent: unknown): void {
    const complaints = [
      ...misfits(of.request, { ...labels, ...(sent as object) }),
      ...Object.keys(sent as object)
        .filter((key) => !memberNames(of.request, 'body').includes(key))
        .map((key) => `$.${key} stands in the body`),
      ...(/^[\w-]{1,128}$/.test(String(labels.IngestionId)) ? [] : ['$.IngestionId has other letters']),
      ...oneOf(IngestionType, (sent as { IngestionType?: string }).IngestionType),
    ];
    wrong.push(...complaints.map((complaint) => `request of ${of.name}: ${complaint}`));
  }

  function carriedOut(name: string, { AwsAccountId, DataSetId }: Record<string, string>, id: string) {
    if (AwsAccountId !== ACCOUNT || DataSetId !== DATA_SET) return 'ResourceNotFoundException';
    const Arn = `arn:aws:quicksight:us-east-1:${ACCOUNT}:dataset/${DATA_SET}/ingestion/${id}`;
    const before = ingestions.get(id);
    if (name === 'CreateIngestion') {
      if (before !== undefined) return 'ResourceExistsException';
      ingestions.set(id, { ...fake.course, created: now(), looked: 0 });
      return { Arn, IngestionId: id, IngestionStatus: 'INITIALIZED', RequestId: 'r-1' };
    }
    if (before === undefined) return 'ResourceNotFoundException';
    const status = before.looks[Math.min(before.looked++, before.looks.length - 1)] ?? 'COMPLETED';
    wrong.push(...oneOf(IngestionStatus, status), ...oneOf(IngestionErrorType, before.error?.Type));
    return {
      Ingestion: {
        Arn,
        IngestionId: id,
        IngestionStatus: status,
        CreatedTime: before.created / 1000,
        ...(status === 'FAILED' && before.error !== undefined ? { ErrorInfo: before.error } : {}),
        ...(status === 'COMPLETED' ? { RowInfo: { RowsIngested: before.rows ?? 0, RowsDropped: 0 } } : {}),
      },
      RequestId: 'r-2',
    };
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(fake, {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

const oneOf = (names: Readonly<Record<string, string>>, value: string | undefined): string[] =>
  value === undefined || Object.values(names).includes(value) ? [] : [`"${value}" is not one of its names`];

function refused(answer: ServerResponse, status: number, code: string, message = code): void {
  answer.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': code });
  answer.end(JSON.stringify({ Message: message, RequestId: 'r-3' }));
}
