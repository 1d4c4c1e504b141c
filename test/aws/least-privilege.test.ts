// Least privilege, proved: each role does its work in an account as Terraform makes it, every AWS call is recorded, and held
// against the policies in `iam/`, both ways.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { denied, filesOf, POLICY_OF, REASONS, surplus, usedOf } from './support/least-privilege.ts';
import { POLICY_FILES, policyOf, textOf } from './support/policy.ts';
import type { RecordedCall } from './support/recorder.ts';
import { onLargeDeliveries, onOtherAccounts, onRealBills, onSimulatedEvents } from './support/roles.ts';
import { closeWorlds, type World, world } from './support/world.ts';

/** What was called in an account, and the names that stand for the placeholders there. */
interface Lived {
  readonly calls: readonly RecordedCall[];
  readonly words: Readonly<Record<string, string>>;
}

const accounts: Lived[] = [];

async function lived(live: (at: World) => Promise<void>): Promise<Lived> {
  const at = await world();
  try {
    await live(at);
    return { calls: at.calls(), words: at.account.words };
  } finally {
    await at.close();
  }
}

// Side by side: most of it is waiting for processes to begin.
beforeAll(async () => {
  const all = [onRealBills, onSimulatedEvents, onOtherAccounts, onLargeDeliveries];
  accounts.push(...(await Promise.all(all.map(lived))));
}, 600_000);
afterAll(closeWorlds);

it('is held against every policy that is shipped', () =>
  expect([...new Set(Object.values(POLICY_OF))].sort()).toEqual([...POLICY_FILES].sort()));

/** What anybody did that no policy of theirs allows; `file` is read as `text`. */
const deniedWith = (file?: string, text?: string): string[] => [
  ...new Set(
    accounts.flatMap(({ calls, words }) =>
      calls.flatMap((call) => {
        const files = filesOf(call.who);
        const policy = files.flatMap((one) =>
          policyOf(one === file && text !== undefined ? text : textOf(one), words),
        );
        return denied([call], files.join(' and ') || call.who, policy);
      }),
    ),
  ),
];

/** What is wrong with what `file` grants, read as `text`. */
function surplusOf(file: string, text = textOf(file), reasons = REASONS): string[] {
  const used = accounts.flatMap(({ calls, words }) =>
    usedOf(
      calls.filter(({ who }) => filesOf(who).includes(file)),
      policyOf(text, words),
    ),
  );
  return surplus(file, policyOf(text, accounts[0]?.words ?? {}), new Set(used), reasons);
}

it('allows all that anybody did', () => expect(deniedWith()).toEqual([]));

it.each(Object.values(POLICY_OF))('%s grants nothing that was not used, or says in writing why', (file) =>
  expect(surplusOf(file)).toEqual([]),
);

describe('a mistake in a policy', () => {
  const FILE = 'lambda-digest-policy.json';
  const planted = (from: string, to: string): string => {
    const text = textOf(FILE);
    expect(text).toContain(from);
    return text.replace(from, () => to);
  };

  it('that takes a right away is named', () =>
    expect(deniedWith(FILE, planted('"sns:Publish"', '"sns:GetTopicAttributes"')).join()).toContain(
      `${FILE} lacks sns:Publish`,
    ));
  it('that narrows a place is named', () =>
    expect(deniedWith(FILE, planted('prefix}/*"\n', 'prefix}/raw/*"\n')).join()).toContain(
      `${FILE} lacks s3:PutObject`,
    ));
  it('that grants more than is used is named', () =>
    expect(
      surplusOf(FILE, planted('"s3:PutObject"', '"s3:PutObject",\n"s3:DeleteObjectVersion"')).join(),
    ).toContain(`${FILE}: Lake s3:DeleteObjectVersion is used by no recorded call`));
  it('is no less one for a reason that is none', () => {
    const reason = 'It might be of use one day.';
    const reasons = [
      ...REASONS,
      { policies: [FILE], sid: 'Lake', actions: ['s3:PutObject', 's3:PutObjectAcl'], reason },
    ];
    expect(surplusOf(FILE, textOf(FILE), reasons)).toEqual([
      `${FILE}: Lake s3:PutObject is used, and needs no reason`,
      `${FILE}: Lake s3:PutObjectAcl has a reason and is not granted`,
    ]);
  });
});
