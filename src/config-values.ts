import { UserError } from './core/errors/user-error.ts';

/** The environment as it comes: names → text. */
export type Environment = Readonly<Record<string, string | undefined>>;

// Each gives what a variable says; undefined where it is absent or empty. @throws UserError `SETTING_INVALID` naming it

export function text(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}

export function list(env: Environment, name: string): readonly string[] | undefined {
  const items = text(env, name)
    ?.split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  return items === undefined || items.length === 0 ? undefined : items;
}

export function matching(env: Environment, name: string, shape: RegExp, means: string): string | undefined {
  const value = text(env, name);
  if (value !== undefined && !shape.test(value)) throw settingInvalid(name, value, means);
  return value;
}

/** As `matching`, for what nobody may read in a message. */
export function secret(env: Environment, name: string, shape: RegExp, means: string): string | undefined {
  const value = text(env, name);
  if (value !== undefined && !shape.test(value)) throw settingInvalid(name, undefined, means);
  return value;
}

export function decimal(env: Environment, name: string): string | undefined {
  return matching(env, name, /^\d{1,15}(\.\d{1,15})?$/, 'a number of 0 or more, such as 0.20');
}

export function choice<T extends string>(
  env: Environment,
  name: string,
  choices: readonly T[],
): T | undefined {
  const value = text(env, name);
  const chosen = choices.find((one) => one.toLowerCase() === value?.toLowerCase());
  if (value !== undefined && chosen === undefined)
    throw settingInvalid(name, value, `one of ${choices.join(', ')}`);
  return chosen;
}

export function addresses(env: Environment, name: string): readonly string[] | undefined {
  const found = list(env, name);
  // An address with a line break or a comma would smuggle a second recipient or header into the mail.
  const wrong = found?.find((address) => !/^[^\s<>@,;"]+@[^\s<>@,;"]+$/.test(address));
  if (wrong !== undefined) throw settingInvalid(name, wrong, 'e-mail addresses, parted by commas');
  return found;
}

export function url(env: Environment, name: string, protocols: readonly string[]): string | undefined {
  const value = text(env, name);
  if (value === undefined) return undefined;
  const protocol = URL.canParse(value) ? new URL(value).protocol : '';
  // The value itself is not repeated: it may hold a password or a secret token.
  if (!protocols.includes(protocol))
    throw settingInvalid(name, undefined, `a URL that begins with ${protocols.join(' or ')}//`);
  return value;
}

export function settingInvalid(name: string, value: string | undefined, means: string): UserError {
  return new UserError('SETTING_INVALID', {
    what: value === undefined ? `${name} makes no sense` : `${name} is "${value}", which makes no sense`,
    remedy: `Set ${name} to ${means}, or leave it out. .env.example lists every setting.`,
  });
}
