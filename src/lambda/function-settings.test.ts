import { describe, expect, it } from 'vitest';
import { functionSettings } from './function-settings.ts';

it('reads where exports lie, and whose they are where names are not enough', () => {
  const EXPORT_LOCATIONS = 's3://lake-1/data-exports/, payer-b=s3://exports.of.b/, ,s3://other';
  expect(functionSettings({ EXPORT_LOCATIONS }).exportLocations).toEqual([
    { uri: 's3://lake-1/data-exports/', source: undefined },
    { uri: 's3://exports.of.b/', source: 'payer-b' },
    { uri: 's3://other', source: undefined },
  ]);
});

it('takes nothing for nothing', () => {
  expect(functionSettings({ ARCHIVE_BUCKET: ' ', SIMULATE_EVENTS: '' })).toEqual({
    exportLocations: [],
    simulateEvents: false,
    inbox: undefined,
    slackWebhookParameter: undefined,
    digestFunction: undefined,
  });
  expect(functionSettings({ ARCHIVE_BUCKET: 'lake-1', SIMULATE_EVENTS: 'TRUE' })).toMatchObject({
    inbox: 's3://lake-1/inbox/events',
    simulateEvents: true,
  });
});

describe('nonsense', () => {
  it.each([
    ['EXPORT_LOCATIONS', 'https://bucket/x'],
    ['EXPORT_LOCATIONS', 's3://a b/'],
    ['EXPORT_LOCATIONS', 's3://bucket-1/,a/b=s3://bucket-2/'],
    ['SIMULATE_EVENTS', 'yes'],
    ['ARCHIVE_BUCKET', 's3://bucket'],
    ['SLACK_WEBHOOK_PARAMETER', 'https://hooks.slack.com/services/x'],
    ['DIGEST_FUNCTION', 'a b'],
  ])('%s=%s is refused by name', (name, value) =>
    expect(() => functionSettings({ [name]: value })).toThrow(
      expect.objectContaining({ code: 'SETTING_INVALID', what: expect.stringContaining(name) }),
    ),
  );
});

it('does not repeat the address of a webhook that stands in the wrong place', () => {
  const wrong = { SLACK_WEBHOOK_PARAMETER: 'https://hooks.slack.com/services/T0/B0/secret' };
  expect(() => functionSettings(wrong)).toThrow(
    expect.not.objectContaining({ message: expect.stringContaining('secret') }),
  );
});
