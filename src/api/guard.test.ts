import { expect, it } from 'vitest';
import { guardFor } from './guard.ts';

const none = { auth: { mode: 'none' as const, token: undefined }, publicUrl: undefined };
const token = { auth: { mode: 'token' as const, token: undefined }, publicUrl: undefined };

it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])(
  '%s reaches nobody else, and needs no token',
  (host) => expect(guardFor(none, host, () => 'made')).toMatchObject({ token: undefined, isLoopback: true }),
);

it.each(['0.0.0.0', '::', '192.168.1.7', 'localhost.example', '127.0.0.1.example', ''])(
  '%s is refused without a token',
  (host) =>
    expect(() => guardFor(none, host, () => 'made')).toThrow(
      expect.objectContaining({ code: 'SETTING_INVALID' }),
    ),
);

it('makes the token that is asked for and not set, and takes the one that is', () => {
  expect(guardFor(token, '0.0.0.0', () => 'made')).toMatchObject({ token: 'made', isLoopback: false });
  const set = { ...token, auth: { mode: 'token' as const, token: 'given-by-somebody' } };
  expect(guardFor(set, '0.0.0.0', () => 'made')).toMatchObject({ token: 'given-by-somebody' });
});

it('sends cookies over TLS alone where people come by https, and answers to that name', () =>
  expect(guardFor({ ...token, publicUrl: 'https://costs.example' }, '127.0.0.1', () => 'made')).toMatchObject(
    {
      isSecure: true,
      publicHost: 'costs.example',
    },
  ));
