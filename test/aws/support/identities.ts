// Who calls the emulator. It takes any key; ours tell the recorder on whose behalf a call is made.

/** The roles that `iam/` has policies for, and `bench`: the tests themselves, when they set up or read back. */
export const IDENTITIES = [
  'bench',
  'operator',
  'dashboard',
  'central',
  'member',
  'export-reader',
  'minimal',
  'digest',
  'ingest',
  'process',
  'gap-check',
  'slack-forwarder',
] as const;
export type Identity = (typeof IDENTITIES)[number];

/** Shaped as AWS's access key ids are: AKIA and 16 letters. */
const keyIdOf = (who: Identity): string =>
  `AKIA${who.replaceAll('-', '').toUpperCase().padStart(16, 'TESTSTESTSTESTST')}`.slice(0, 20);

const BY_KEY: ReadonlyMap<string, Identity> = new Map(IDENTITIES.map((who) => [keyIdOf(who), who]));

/** Not a secret: the emulator takes any. */
export const keysOf = (who: Identity) => ({ accessKeyId: keyIdOf(who), secretAccessKey: 'emulated' });

/** The same, as the environment of a program or function. */
export const environmentOf = (who: Identity): Record<string, string> => ({
  AWS_ACCESS_KEY_ID: keyIdOf(who),
  AWS_SECRET_ACCESS_KEY: keysOf(who).secretAccessKey,
});

/** Whose the key is; undefined for one that is nobody's, such as a session's. Numbered keys, which come and go, are a person's. */
export const identityOf = (accessKeyId: string): Identity | undefined =>
  BY_KEY.get(accessKeyId) ?? (/^AKIA\d{12}$/.test(accessKeyId) ? 'operator' : undefined);
