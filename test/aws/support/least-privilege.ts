// Holds recorded calls against the policies in `iam/`, both ways: what is done is allowed, what is allowed is done.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { needsOf } from './actions.ts';
import { allowing, policyOf, type Statement, textOf } from './policy.ts';
import type { RecordedCall } from './recorder.ts';

/** Whose policy each file in `iam/` is. */
export const POLICY_OF: Readonly<Record<string, string>> = {
  operator: 'operator-policy.json',
  dashboard: 'dashboard-role-policy.json',
  central: 'central-role-policy.json',
  member: 'member-role-policy.json',
  'export-reader': 'export-reader-policy.json',
  minimal: 'finops-minimal-policy.json',
  digest: 'lambda-digest-policy.json',
  ingest: 'lambda-ingest-policy.json',
  process: 'lambda-process-policy.json',
  'gap-check': 'lambda-gap-check-policy.json',
  'slack-forwarder': 'lambda-slack-forwarder-policy.json',
};

/** Why an action is granted that no recorded call uses. */
export interface Reason {
  /** Files in `iam/`. */
  readonly policies: readonly string[];
  readonly sid: string;
  readonly actions: readonly string[];
  readonly reason: string;
}

export const REASONS: readonly Reason[] = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../../iam/reasons.json', import.meta.url)), 'utf8'),
);

/** The calls in a record; none where nothing was recorded. */
export const callsIn = (file: string): RecordedCall[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line))
    : [];

/** What `calls` do that the policy of `file` does not allow: a line each, sorted, without repetition. */
export function denied(calls: readonly RecordedCall[], file: string, policy: readonly Statement[]): string[] {
  const lines = calls.flatMap((call) =>
    needsOf(call)
      .filter((need) => allowing(policy, need).length === 0)
      .map(
        ({ action, resource }) =>
          `${file} lacks ${action} on ${resource} (${call.service} ${call.operation})`,
      ),
  );
  return [...new Set(lines)].sort();
}

/** Which actions of which statements `calls` make use of, as `Sid action`. */
export const usedOf = (calls: readonly RecordedCall[], policy: readonly Statement[]): string[] =>
  calls.flatMap(needsOf).flatMap((need) => allowing(policy, need).map(({ Sid }) => `${Sid} ${need.action}`));

/**
 * What is wrong with what the policy of `file` grants: actions that are not `used` and that no reason explains, and reasons
 * for what is used or does not stand there.
 */
export function surplus(
  file: string,
  policy: readonly Statement[],
  used: ReadonlySet<string>,
  reasons: readonly Reason[] = REASONS,
): string[] {
  const granted = policy.flatMap(({ Sid, Action }) => Action.map((action) => `${Sid} ${action}`));
  const explained = reasons
    .filter(({ policies }) => policies.includes(file))
    .flatMap(({ sid, actions }) => actions.map((action) => `${sid} ${action}`));
  const of = (some: readonly string[], what: string) => some.map((one) => `${file}: ${one} ${what}`);
  return [
    ...of(
      granted.filter((one) => !used.has(one) && !explained.includes(one)),
      'is used by no recorded call, and iam/reasons.json does not say why it is there',
    ),
    ...of(
      explained.filter((one) => used.has(one)),
      'is used, and needs no reason',
    ),
    ...of(
      explained.filter((one) => !granted.includes(one)),
      'has a reason and is not granted',
    ),
  ];
}

/** A policy whose names stand for all names; a condition on one of them says nothing then. */
const anyNames = (file: string): readonly Statement[] =>
  policyOf(textOf(file), ANYTHING).map((statement) => ({
    ...statement,
    // A lake may also be all that is in its bucket.
    Resource: statement.Resource.map((resource) => resource.replace('*/*/', '*/')),
    Condition: statement.Condition.filter(({ values }) => !values.includes('*')),
  }));

/** Every placeholder of the policies as "anything": for suites whose buckets and names are made up as they run. */
const ANYTHING: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ...[
      'account_id',
      'region',
      'bucket',
      'prefix',
      'export_bucket',
      'kms_key_arn',
      'database',
      'workgroup',
      'topic',
    ],
    ...[
      'queue',
      'dataset',
      'sender',
      'configuration_set',
      'digest_function',
      'prefix_function',
      'central_role_arn',
    ],
    ...['slack_parameter'],
  ].map((name) => [name, '*']),
);

/**
 * What anybody did in `calls` that the policy that is theirs does not allow, whatever the names of buckets and other things.
 * Roles that were assumed and are none of ours are held against the operator's policy.
 */
export function deniedAnywhere(calls: readonly RecordedCall[]): string[] {
  const policies = new Map<string, readonly Statement[]>();
  const lines = calls.flatMap((call) => {
    const files = filesOf(call.who);
    if (files.length === 0)
      return [
        `nobody knows whose ${call.key} is (${call.service} ${call.operation}): take keys from identities.ts`,
      ];
    const name = files.join(' and ');
    const policy = policies.get(name) ?? files.flatMap(anyNames);
    policies.set(name, policy);
    return denied([call], name, policy);
  });
  return [...new Set(lines)].sort();
}

/** The policies that somebody has, by the way in which docs/lake-on-s3.md gives them; roles that are none of ours are operators. */
export function filesOf(who: string): string[] {
  const named = (...names: readonly string[]) => names.flatMap((name) => POLICY_OF[name] ?? []);
  if (who.endsWith(':role/FinOpsMemberReadOnly')) return named('member', 'export-reader');
  if (who.endsWith(':role/FinOpsDashboardReadOnly')) return named('dashboard');
  if (who.endsWith(':role/FinOpsCentral')) return named('central', 'operator');
  return named(who.startsWith('arn:') ? 'operator' : who);
}
