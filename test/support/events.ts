/** An event as a meter sends it; `fields` replace what it usually says, undefined takes one away. */
export const event = (id: string, fields: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    event_id: id,
    event_time: '2026-11-20T10:05:00Z',
    account_id: '012345678901',
    service: 'AmazonS3',
    region: 'eu-central-1',
    usage_type: 'EUC1-Requests-Tier1',
    resource_id: 'arn:aws:s3:::logs',
    usage_amount: 1000,
    unblended_cost: '0.25',
    currency: 'USD',
    usage_start: '2026-11-20T09:00:00Z',
    usage_end: '2026-11-20T10:00:00Z',
    tags: { Environment: 'prod', Owner: 'ada' },
    ...fields,
  });

/** Events as a file holds them. */
export const lines = (...events: readonly string[]): string => events.map((one) => `${one}\n`).join('');
