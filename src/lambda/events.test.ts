import { describe, expect, it } from 'vitest';
import { checkWish, digestWish, landed, marked, told, unmarked } from './events.ts';

const SCHEDULED = {
  id: '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa',
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  time: '2026-11-21T07:00:00Z',
  detail: {},
};
const refusal = (code: string) => expect.objectContaining({ code });

describe('what the digest function is to do', () => {
  it.each<[string, object, string | undefined]>([
    ['the schedule, on the day of its time', SCHEDULED, '2026-11-21'],
    ['a schedule that sends its time alone', { time: '2026-11-20T23:59:59Z' }, '2026-11-20'],
    ['nobody in particular', {}, undefined],
    ['somebody who names another day', { run_date: '2026-11-19' }, '2026-11-19'],
  ])('runs the day for %s', (_, event, runDate) => {
    expect(digestWish({ ...event })).toEqual({ kind: 'daily', runDate });
  });

  it.each<[object, object]>([
    [{ rerun_date: '2025-09-10' }, { from: '2025-09-10', to: '2025-09-10', mail: 'once' }],
    [
      { rerun_date: '2025-09-10', resend: false },
      { from: '2025-09-10', to: '2025-09-10', mail: 'none' },
    ],
    [
      { from: '2025-09-01', to: '2025-09-03' },
      { from: '2025-09-01', to: '2025-09-03', mail: 'none' },
    ],
    [
      { from: '2025-09-01', to: '2025-09-03', resend: true },
      { from: '2025-09-01', to: '2025-09-03', mail: 'once' },
    ],
  ])('makes days again for %j', (event, request) => {
    expect(digestWish({ ...event })).toMatchObject({ kind: 'backfill', request });
  });

  it('tells a retry from a new wish by the id of an event on a bus, else by what it says', () => {
    const asked = (event: object) => {
      const wish = digestWish({ ...event });
      return wish.kind === 'backfill' ? wish.request.event : undefined;
    };
    const onBus = (id: string) => ({ ...SCHEDULED, id, detail: { rerun_date: '2025-09-10' } });
    expect(asked(onBus('a'))).toBe(asked(onBus('a')));
    expect(asked(onBus('a'))).not.toBe(asked(onBus('b')));
    expect(asked({ rerun_date: '2025-09-10' })).toBe(asked({ rerun_date: '2025-09-10' }));
    expect(asked({ rerun_date: '2025-09-10', id: 'a' })).toBe(asked(onBus('a')));
  });

  it.each([
    [{ rerun_dat: '2025-09-10' }, 'EVENT_INVALID'], // no daily run by mistake
    [{ run_date: '2025-09-10', resend: true }, 'EVENT_INVALID'],
    [{ rerun_date: '2025-02-30' }, 'DATE_INVALID'],
    [{ from: '2025-09-01' }, 'EVENT_INVALID'],
  ])('refuses %j', (event, code) => expect(() => digestWish({ ...event })).toThrow(refusal(code)));
});

it('goes on with the very same event, which it marks and counts', () => {
  const event = { rerun_date: '2025-09-10' };
  const handedOn = marked(event, { run: 'r-1', times: 2 });
  expect(unmarked(handedOn)).toEqual({ event, continued: { run: 'r-1', times: 2 } });
  expect(unmarked(JSON.parse(JSON.stringify(handedOn))).event).toEqual(event);
  expect(unmarked(event)).toEqual({ event, continued: undefined });
  expect(unmarked(null)).toEqual({ event: {}, continued: undefined });
});

describe('files that landed', () => {
  const record = (key: string) => ({
    eventSource: 'aws:s3',
    s3: { bucket: { name: 'lake' }, object: { key } },
  });

  it('reads keys as S3 writes them, and all records', () => {
    const event = { Records: [record('inbox/events/a+b%2Bc.jsonl'), record('inbox/events/caf%C3%A9.jsonl')] };
    expect(landed(event)).toEqual([
      { uri: 's3://lake/inbox/events/a b+c.jsonl' },
      { uri: 's3://lake/inbox/events/café.jsonl' },
    ]);
  });

  it('takes a key of EventBridge as it stands', () => {
    const detail = { bucket: { name: 'lake' }, object: { key: 'inbox/events/a+b%2B.jsonl' } };
    expect(landed({ 'detail-type': 'Object Created', detail })).toEqual([
      { uri: 's3://lake/inbox/events/a+b%2B.jsonl' },
    ]);
  });

  it('finds nothing in the event by which S3 tries a notification', () => {
    expect(landed({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'lake' })).toEqual([]);
  });

  it.each([[{}], [{ Records: [{}] }], [{ Records: [record('%E0%A4%A')] }]])('refuses %j', (event) =>
    expect(() => landed(event)).toThrow(refusal('EVENT_INVALID')),
  );
});

it('knows two checks, and messages of a topic', () => {
  expect([checkWish({ check: 'run' }), checkWish({ check: 'gaps' })]).toEqual(['run', 'gaps']);
  expect(() => checkWish({ check: 'gap' })).toThrow(refusal('EVENT_INVALID'));
  const records = [{ Sns: { Subject: 'S', Message: 'M' } }, { Sns: { Subject: null, Message: 'N' } }];
  expect(told({ Records: records })).toEqual([
    { subject: 'S', text: 'M' },
    { subject: undefined, text: 'N' },
  ]);
  expect(() => told({ Records: [{}] })).toThrow(refusal('EVENT_INVALID'));
});
