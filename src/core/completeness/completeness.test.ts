import { describe, expect, it } from 'vitest';
import { billingDate } from '../calendar/billing-date.ts';
import { completeness, passedDay, type SourceArrival, type ThinDay } from './completeness.ts';

const NOW = Date.parse('2026-11-19T07:00:00Z');
const source = (given: Partial<SourceArrival> = {}): SourceArrival => ({
  source: 'focus-main',
  watermark: '2026-11-18 17:00:00',
  deliveredAt: '2026-11-19T05:12:00Z',
  ageFrom: 'manifest',
  lastDate: billingDate('2026-11-18'),
  replaced: false,
  ...given,
});
const thin = (date: string, lastSeen: string, given: Partial<ThinDay> = {}): ThinDay => ({
  source: 'focus-main',
  account: '111111111111',
  date: billingDate(date),
  lines: 0,
  usual: 40,
  lastSeen: billingDate(lastSeen),
  ...given,
});

describe('the last complete day', () => {
  it.each([
    ['lines up to 17:00: the day before', { watermark: '2026-11-18 17:00:00' }, '2026-11-17'],
    ['an hour short of midnight', { watermark: '2026-11-17 23:00:00' }, '2026-11-16'],
    [
      'midnight, and nobody says when it was made',
      { watermark: '2026-11-18 00:00:00', ageFrom: 'arrival' as const },
      '2026-11-17',
    ],
    ['midnight, made 29 h after it', { watermark: '2026-11-18 00:00:00' }, '2026-11-17'],
    [
      'midnight, made 5 h after it: days are this export’s grain',
      { watermark: '2026-11-19 00:00:00' },
      '2026-11-17',
    ],
    ['no usage at all: the newest day', { watermark: undefined }, '2026-11-18'],
    ['a watermark in the future: never today', { watermark: '2026-12-02 01:00:00' }, '2026-11-18'],
  ])('%s', (_, given, expected) => {
    expect(completeness([source(given)], [], NOW).completeTo).toBe(expected);
  });

  it('is none in an empty lake', () => {
    expect(completeness([], [], NOW)).toEqual({ completeTo: undefined, heldBy: [], late: [], ended: [] });
  });

  it('waits for the slowest source that is not late', () => {
    const slow = source({ source: 'azure', watermark: '2026-11-16 10:00:00' });
    expect(completeness([source(), slow], [], NOW)).toMatchObject({ completeTo: '2026-11-15', late: [] });
  });

  it.each([
    // 24 h are usual, 48 h more are borne: 72 h before 19 Nov 07:00 is 16 Nov 07:00.
    ['2026-11-16 07:00:00', '2026-11-15', []],
    ['2026-11-16 06:59:59', '2026-11-17', ['azure']],
  ])('leaves a source whose usage ends %s out at the hour', (watermark, completeTo, late) => {
    expect(completeness([source(), source({ source: 'azure', watermark })], [], NOW)).toMatchObject({
      completeTo,
      late,
    });
  });

  it('lets the newest decide where all are late', () => {
    const old = [
      source({ watermark: '2026-11-10 12:00:00' }),
      source({ source: 'azure', watermark: '2026-11-07 12:00:00' }),
      source({ source: 'gcp', watermark: '2026-11-09 12:00:00' }),
    ];
    expect(completeness(old, [], NOW)).toMatchObject({
      completeTo: '2026-11-08',
      late: ['azure', 'focus-main', 'gcp'],
    });
  });

  it('neither waits for nor accuses a source that ended, or whose accounts go on elsewhere', () => {
    const old = source({ source: 'cur', watermark: '2026-09-01 00:00:00' });
    const replaced = source({ source: 'cur2', watermark: '2026-11-12 00:00:00', replaced: true });
    expect(completeness([source(), old, replaced], [], NOW)).toEqual({
      completeTo: '2026-11-17',
      heldBy: [],
      late: [],
      ended: ['cur', 'cur2'],
    });
  });
});

describe('a thin account', () => {
  it('holds its day and the days after back', () => {
    const days = [thin('2026-11-16', '2026-11-15'), thin('2026-11-17', '2026-11-15')];
    expect(completeness([source()], days, NOW)).toMatchObject({
      completeTo: '2026-11-15',
      heldBy: [days[0]],
    });
  });

  it.each([
    ['2026-11-16', 'the watermark is 41 h after its end', '2026-11-15'],
    ['2026-11-15', 'the watermark is 65 h after its end', '2026-11-17'],
  ])('below half on %s: %s', (date, _, completeTo) => {
    expect(completeness([source()], [thin(date, '2026-11-17', { lines: 5 })], NOW).completeTo).toBe(
      completeTo,
    );
  });

  it('holds nothing back once it has been quiet for 48 h', () => {
    // Last seen on 15 Nov; its first quiet day ended on 17 Nov 00:00; the watermark is 41 h, then 48 h after.
    const days = [thin('2026-11-17', '2026-11-15')];
    expect(completeness([source()], days, NOW).completeTo).toBe('2026-11-16');
    expect(
      completeness([source({ watermark: '2026-11-19 00:00:00', ageFrom: 'arrival' })], days, NOW).completeTo,
    ).toBe('2026-11-18');
  });

  it('holds nothing back where no newer usage is to come: the bill of a month that is over', () => {
    const bill = source({ watermark: '2026-11-15 00:00:00', ageFrom: 'arrival' });
    const days = [thin('2026-11-13', '2026-11-12'), thin('2026-11-14', '2026-11-14', { lines: 3 })];
    expect(completeness([bill], days, NOW).completeTo).toBe('2026-11-14');
  });

  it('of a source that is not waited for, or on a day that has not passed, holds nothing back', () => {
    const days = [thin('2026-11-17', '2026-11-17', { source: 'gone' }), thin('2026-11-18', '2026-11-17')];
    expect(completeness([source()], days, NOW).completeTo).toBe('2026-11-17');
  });
});

it('takes a day without usage to be passed at its newest line', () => {
  expect(passedDay(source({ watermark: undefined, lastDate: undefined }))).toBeUndefined();
});
