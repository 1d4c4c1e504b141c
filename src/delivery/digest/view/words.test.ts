import { describe, expect, it } from 'vitest';
import { november, usd } from '../../../../test/fixtures/digest/november.ts';
import type { OuLight } from '../../../core/budget/light.ts';
import { ratio } from '../../../core/money/money.ts';
import type { DigestFacts, HeadlineDay } from '../facts.ts';
import { digestView } from './digest-view.ts';

const light = (
  ou: string,
  word: OuLight['light'],
  monthToDate: string,
  forecast: string,
  budget?: string,
): OuLight => ({
  ou,
  light: word,
  monthToDate: usd(monthToDate),
  forecast: usd(forecast),
  budget: budget === undefined ? undefined : usd(budget),
  ofBudget: budget === undefined ? undefined : ratio(usd(forecast), usd(budget)),
  reason: 'no budget',
});
const total = (word: OuLight['light'], forecast: string) =>
  light('Total', word, '138410.45', forecast, '248000');
const rest = light('Platform', 'on plan', '100000', '180000', '200000');

describe('the subject', () => {
  const day = ' · Spendlight, Tue 17 Nov · SIMULATED';
  it.each<readonly [string, Partial<DigestFacts>, string]>([
    [
      'an OU that is heading over',
      {
        lights: [light('Commercial', 'over', '25805', '34720', '31000'), rest],
        totalLight: total('at risk', '241900'),
      },
      `Commercial ■ 25,805 USD, heading 12 % over budget${day}`,
    ],
    [
      'an OU that is over already',
      {
        lights: [light('Commercial', 'over', '31930', '50000', '31000'), rest],
        totalLight: total('over', '300000'),
      },
      `Commercial ■ 31,930 USD, 3 % over budget${day}`,
    ],
    [
      'an OU that has just spent its budget',
      { lights: [light('Commercial', 'over', '31000', '50000', '31000'), rest], totalLight: undefined },
      `Commercial ■ 31,000 USD, at the end of budget${day}`,
    ],
    [
      'the total, where it alone is over',
      {
        lights: [light('Commercial', 'at risk', '25805', '31400', '31000'), rest],
        totalLight: total('over', '300000'),
      },
      `November ■ 138,410 USD, heading 21 % over budget${day}`,
    ],
    [
      'an OU at risk, not yet over',
      {
        lights: [light('Commercial', 'at risk', '25805', '31400', '31000'), rest],
        totalLight: total('on plan', '220000'),
      },
      `Commercial ▲ 25,805 USD, heading for 101.3 % of budget${day}`,
    ],
    [
      'the month, where all is on plan',
      { lights: [rest], totalLight: total('on plan', '220000') },
      `November ● 138,410 USD, heading for 88.7 % of budget${day}`,
    ],
    [
      'the month, where there are no budgets',
      {
        lights: [light('Platform', 'unknown', '100000', '180000')],
        totalLight: light('Total', 'unknown', '138410.45', '241900'),
      },
      `November ○ 138,410 USD, no budget${day}`,
    ],
    [
      'what is missing, and the run where no day is complete',
      { headline: undefined, missingSources: ['focus-main'], simulated: false },
      'No complete day yet · Spendlight, run of 19 Nov · partial: focus-main missing',
    ],
  ])('names %s', (_, change, expected) =>
    expect(digestView({ ...november, ...change }).subject).toBe(expected),
  );
});

describe('the first sentence', () => {
  const said = (change: Partial<NonNullable<DigestFacts['month']>>) =>
    read(digestView({ ...november, month: november.month && { ...november.month, ...change } }).sentence);
  it.each([
    [{}, 'November stands at 138,410 USD, 3.1 % under plan; run-rate forecast 241,900, budget 248,000.'],
    [
      { planToDate: usd('130000') },
      'November stands at 138,410 USD, 6.5 % over plan; run-rate forecast 241,900, budget 248,000.',
    ],
    [
      { planToDate: usd('138450') },
      'November stands at 138,410 USD, on plan; run-rate forecast 241,900, budget 248,000.',
    ],
    [
      { planToDate: undefined, budget: undefined },
      'November stands at 138,410 USD; run-rate forecast 241,900, no budget.',
    ],
    [
      { forecast: undefined },
      'November stands at 138,410 USD, 3.1 % under plan; no forecast yet, budget 248,000.',
    ],
  ])('says where the month stands: %#', (change, expected) => expect(said(change)).toBe(expected));
});

describe('the second sentence', () => {
  const worry = 'Marketing is heading 12 % over its budget, AmazonS3 up most. ';
  const day = (change: Partial<HeadlineDay>): Partial<DigestFacts> => ({
    headline: november.headline && { ...november.headline, ...change },
  });
  const spikes = (excess: string): Partial<DigestFacts> => ({
    spikes: november.spikes && {
      ...november.spikes,
      excess: usd(excess),
      rows: [],
      rest: { count: 1, excess: usd(excess) },
    },
  });
  it.each<readonly [string, Partial<DigestFacts>, string]>([
    [
      'spikes that cover the rise',
      {},
      `${worry}Tue 17 Nov cost 8,420, 4.0 % above a usual Tuesday; two spikes explain it.`,
    ],
    [
      'a spike that covers most of it',
      spikes('200'),
      `${worry}Tue 17 Nov cost 8,420, 4.0 % above a usual Tuesday; one spike explains most of it.`,
    ],
    [
      'a spike that explains little',
      spikes('20'),
      `${worry}Tue 17 Nov cost 8,420, 4.0 % above a usual Tuesday; one spike.`,
    ],
    [
      'no spikes, less than usual',
      { ...spikes('0'), ...day({ comparable: usd('7286.66') }), spikes: undefined },
      `${worry}Tue 17 Nov cost 8,420, 10.0 % below a usual Tuesday.`,
    ],
    [
      'a day as usual',
      { ...day({ comparable: usd('8096.30') }), spikes: undefined },
      `${worry}Tue 17 Nov cost 8,420, as a usual Tuesday.`,
    ],
    [
      'no day to compare with',
      { ...day({ usualWeekday: undefined }), spikes: undefined },
      `${worry}Tue 17 Nov cost 8,420.`,
    ],
    [
      'a day with large charges of its own',
      {
        ...day({ total: usd('8420.46'), comparable: usd('6420.46'), onChargeDate: usd('2000') }),
        spikes: undefined,
      },
      `${worry}Tue 17 Nov cost 8,420, 2,000 of it fees, tax, credits and refunds, its usage 20.7 % below a usual Tuesday.`,
    ],
    [
      'a second OU that is over',
      {
        lights: [light('Mobile', 'over', '10', '20', '5'), light('Apps', 'over', '9', '20', '10')],
        totalLight: undefined,
        spikes: undefined,
      },
      'Mobile is already 100 % over its budget; one more OU is over. Tue 17 Nov cost 8,420, 4.0 % above a usual Tuesday.',
    ],
    ['no worries', { lights: [], spikes: undefined }, 'Tue 17 Nov cost 8,420, 4.0 % above a usual Tuesday.'],
    [
      'no complete day',
      { headline: undefined, trouble: ['No day is complete yet.', 'focus-main is late'] },
      'focus-main is late.',
    ],
  ])('tells of %s', (_, change, expected) =>
    expect(read(digestView({ ...november, ...change }).second)).toBe(expected),
  );
});

const read = (text: string): string => text.replaceAll('\u00a0', ' ');
