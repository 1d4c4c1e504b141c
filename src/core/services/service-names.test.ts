import { describe, expect, it } from 'vitest';
import { KNOWN_SERVICES, SERVICE_CATEGORY_ROWS, SERVICE_NAME_ROWS } from './service-names.ts';

describe('the table of service names', () => {
  const codeOf = new Map(SERVICE_NAME_ROWS);

  it.each([
    ['AWSLambda', 'AWSLambda', 'CUR product code'],
    ['AWS Lambda', 'AWSLambda', 'FOCUS ServiceName'],
    ['EC2 - Other', 'AmazonEC2', 'Cost Explorer splits EC2'],
    ['Amazon Elastic Compute Cloud - Compute', 'AmazonEC2', 'Cost Explorer'],
    ['Amazon Elastic Container Service for Kubernetes', 'AmazonEKS', 'an older name that bills still use'],
    ['AmazonCloudWatch', 'AmazonCloudWatch', 'a ServiceName without a space'],
    ['AWS Key Management Service', 'awskms', 'a code in lower case'],
    ['Amazon DocumentDB (with MongoDB compatibility)', 'AmazonDocDB', 'brackets'],
  ])('knows %s as %s: %s', (spelling, code) => expect(codeOf.get(spelling.toLowerCase())).toBe(code));

  it('gives each spelling to one service alone', () => {
    expect(codeOf.size).toBe(SERVICE_NAME_ROWS.length);
    expect(new Set(SERVICE_CATEGORY_ROWS.map(([code]) => code)).size).toBe(KNOWN_SERVICES.length);
  });

  it('leaves names alone that other clouds use', () => {
    for (const name of ['compute', 'virtual machines', 'storage', 'network', 'compute engine']) {
      expect(codeOf.has(name)).toBe(false);
    }
  });

  it('knows at least 150 services, all with a category of FOCUS 1.2', () => {
    expect(KNOWN_SERVICES.length).toBeGreaterThan(150);
    expect([...new Set(KNOWN_SERVICES.map(({ category }) => category))].sort()).toEqual([
      'AI and Machine Learning',
      'Analytics',
      'Business Applications',
      'Compute',
      'Databases',
      'Developer Tools',
      'Integration',
      'Internet of Things',
      'Management and Governance',
      'Media',
      'Migration',
      'Mobile',
      'Networking',
      'Other',
      'Security',
      'Storage',
    ]);
  });
});
