import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRulesFile } from './read-rules.ts';

const settings = { requiredTagKeys: ['Owner'], anomalyThreshold: 0.2, anomalyMinImpact: '10' };
const read = async (text: string, name = 'rules.yaml') => {
  const path = join(await mkdtemp(join(tmpdir(), 'spendlight-rules-')), name);
  await writeFile(path, text);
  return readRulesFile(path, settings);
};

const BUILT_IN = {
  spikes: { threshold: '0.200000', deviations: '3.5', minImpact: '10', minImpactByOu: {} },
  tags: { required: ['Owner'], allowed: {}, placeholders: ['none', 'n/a', 'tbd', 'unknown'] },
  lowValue: { dailyMax: '1', daysMin: 25, monthMin: '10' },
};

describe('a file of rules', () => {
  it('says everything, digit by digit as it is written', async () => {
    const { rows } = await read(`
spikes:
  threshold: 0.10
  deviations: 4
  min_impact: 2.50
  min_impact_by_ou: { Data & Analytics: 100, "0123": 1 }
tags:
  required: [Environment, Cost-Center]
  allowed:
    costcenter: [007, "42"]
  placeholders: [later]
low_value: { daily_max: 0.000001, days_min: 30, month_min: 0 }
`);
    expect(rows).toEqual([
      {
        spikes: {
          threshold: '0.10',
          deviations: '4',
          minImpact: '2.50',
          minImpactByOu: { 'Data & Analytics': '100', '0123': '1' },
        },
        tags: {
          required: ['Environment', 'Cost-Center'],
          allowed: { 'Cost-Center': ['007', '42'] },
          placeholders: ['later'],
        },
        lowValue: { dailyMax: '0.000001', daysMin: 30, monthMin: '0' },
      },
    ]);
  });

  it.each([
    ['', 'rules.yaml', BUILT_IN],
    ['{"tags": {"required": []}}', 'rules.json', { ...BUILT_IN, tags: { ...BUILT_IN.tags, required: [] } }],
    [
      'spikes: { min_impact: 7 }',
      'rules.yml',
      { ...BUILT_IN, spikes: { ...BUILT_IN.spikes, minImpact: '7' } },
    ],
  ])('%j leaves the rest as it is built in', async (text, name, expected) =>
    expect((await read(text, name)).rows).toEqual([expected]),
  );

  it.each([
    ['spikes: { treshold: 0.1 }', 'There is no rule "spikes.treshold"', 1],
    ['tags: {}\nspikes: {}\nlowvalue: {}', 'There is no rule "lowvalue"', 1],
    ['spikes:\n  threshold: 20%', 'spikes.threshold is not a number', 2],
    ['spikes:\n  min_impact: -1', 'spikes.min_impact is not a number', 2],
    ['spikes:\n  min_impact_by_ou:\n    A: 1\n    B: much', 'spikes.min_impact_by_ou.B is not a number', 4],
    ['low_value: { days_min: 31 }', 'low_value.days_min is not a number of days from 1 to 30', 1],
    ['low_value: { days_min: 0 }', 'low_value.days_min is not a number of days from 1 to 30', 1],
    ['tags: { allowed: { Team: [a] } }', 'tags.allowed names "Team", which is no required key', undefined],
    ['tags: { allowed: { Owner: [] } }', 'tags.allowed.Owner allows nothing', 1],
    ['- spikes', 'The file', 1],
    ['tags: [', 'The file cannot be read as YAML or JSON', 1],
  ])('%j is refused: %s', async (text, what, line) =>
    expect(read(text)).rejects.toMatchObject({
      code: 'RULES_INVALID',
      what: expect.stringContaining(what),
      place: { file: expect.stringContaining('rules.yaml'), line },
    }),
  );
});
