import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { outbox } from '../../src/adapters/mail/outbox.ts';
import { smtp } from '../../src/adapters/mail/smtp.ts';
import type { Receipt } from '../../src/ports/mailer.ts';
import { mailerContract, message, type OpenMailer } from './mailer.contract.ts';

async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spendlight-outbox-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** A real mail server on loopback that keeps what it takes. `options` make it difficult. */
async function mailServer(options: SMTPServerOptions = {}, query = ''): Promise<OpenMailer> {
  const taken: Uint8Array[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        taken.push(Buffer.concat(parts));
        done();
      });
    },
    ...options,
  });
  server.server.on('connection', (socket: Socket) =>
    plugs.set(socket.remotePort ?? 0, () => socket.destroy()),
  );
  server.on('error', () => undefined); // a client that hangs up is what some tests are about
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const { port } = server.server.address() as AddressInfo;
  return {
    mailer: smtp(`smtp://${query.replace('PORT', `127.0.0.1:${port}`) || `127.0.0.1:${port}`}`),
    arrived: async () => taken,
  };
}

const outcomes = ({ outcomes: all }: Receipt): string[] => Object.values(all).map(({ outcome }) => outcome);
const failing = (code: number, text: string): Error => Object.assign(new Error(text), { responseCode: code });

describe('file outbox', () => {
  mailerContract(async () => {
    const folder = await freshFolder();
    const arrived = async () =>
      Promise.all((await readdir(folder)).sort().map((name) => readFile(join(folder, name))));
    return { mailer: outbox(folder), arrived };
  });

  it('names the file after the key, and leaves no drafts', async () => {
    const folder = await freshFolder();
    const { where } = await outbox(folder).send(message('2026-11-19/daily/finops'));
    expect(where).toBe(join(folder, '2026-11-19_daily_finops.eml'));
    expect(await readdir(folder)).toEqual(['2026-11-19_daily_finops.eml']);
  });

  it('keeps a key with slashes and dots inside its folder', async () => {
    const folder = await freshFolder();
    const { where } = await outbox(folder).send(message('../../etc/passwd'));
    expect(where?.startsWith(join(folder, 'etc_passwd-'))).toBe(true);
  });

  it('says where it cannot write, and what to do', async () => {
    const file = join(await freshFolder(), 'file');
    await writeFile(file, '');
    await expect(outbox(file).send(message('k'))).rejects.toMatchObject({
      code: 'MAIL_NOT_SENT',
      what: expect.stringContaining(file),
    });
  });
});

describe('SMTP', () => {
  mailerContract(mailServer);

  it('tells who was refused, and sends to the others', async () => {
    const { mailer, arrived } = await mailServer({
      onRcptTo: ({ address }, _session, done) =>
        done(address.startsWith('b') ? failing(550, 'no such user') : null),
    });
    const receipt = await mailer.send(message('k', 'a@example.com', 'b@example.com'));
    expect(outcomes(receipt)).toEqual(['sent', 'refused']);
    expect(receipt.outcomes['b@example.com']?.answer).toContain('no such user');
    expect(await arrived()).toHaveLength(1);
  });

  it('calls it refused when all recipients are, with the answer of each', async () => {
    const { mailer, arrived } = await mailServer({
      onRcptTo: ({ address }, _session, done) => done(failing(550, `no ${address}`)),
    });
    const receipt = await mailer.send(message('k', 'a@example.com', 'b@example.com'));
    expect(outcomes(receipt)).toEqual(['refused', 'refused']);
    expect(Object.values(receipt.outcomes).map(({ answer }) => answer)).toEqual([
      expect.stringContaining('no a@example.com'),
      expect.stringContaining('no b@example.com'),
    ]);
    expect(await arrived()).toEqual([]);
  });

  it.each([
    [552, 'too large', 'refused'],
    [451, 'come back later', 'refused'],
  ] as const)(
    'calls it refused when the server answers the message with %i',
    async (code, text, expected) => {
      const { mailer } = await mailServer({
        onData(stream, _session, done) {
          stream.resume().on('end', () => done(failing(code, text)));
        },
      });
      const receipt = await mailer.send(message('k', 'a@example.com'));
      expect(outcomes(receipt)).toEqual([expected]);
      expect(receipt.outcomes['a@example.com']?.answer).toContain(text);
    },
  );

  it('does not know what became of a message when the connection dies before the answer to it', async () => {
    const { mailer, arrived } = await mailServer({ onData: dieAfter('all of it') });
    expect(outcomes(await mailer.send(message('k', 'a@example.com', 'b@example.com')))).toEqual([
      'unknown',
      'unknown',
    ]);
    expect(await arrived()).toEqual([]);
  });

  it('knows that nothing was sent when the connection dies in the middle of a large message', async () => {
    const { mailer } = await mailServer({ onData: dieAfter('its beginning') });
    const large = { ...message('k', 'a@example.com'), raw: new Uint8Array(30_000_000).fill(97) };
    expect(outcomes(await mailer.send(large))).toEqual(['refused']);
  });

  it('knows that nothing was sent when the connection dies before the message', async () => {
    const { mailer } = await mailServer({ onMailFrom: (_address, session) => destroy(session) });
    expect(outcomes(await mailer.send(message('k', 'a@example.com')))).toEqual(['refused']);
  });

  it('knows that nothing was sent when nobody listens', async () => {
    const receipt = await smtp('smtp://127.0.0.1:1').send(message('k', 'a@example.com'));
    expect(outcomes(receipt)).toEqual(['refused']);
    expect(receipt.outcomes['a@example.com']?.answer).toContain('ECONNREFUSED');
  });

  it('logs in over TLS with the user and password of the address', async () => {
    const logins: unknown[] = [];
    const { mailer } = await mailServer(
      {
        authOptional: false,
        disabledCommands: [],
        onAuth({ username, password }, { secure }, done) {
          logins.push({ username, password, secure });
          done(null, { user: username ?? '' });
        },
      },
      'finops%40example.com:p%3Aw@PORT?rejectUnauthorized=false',
    );
    expect(outcomes(await mailer.send(message('k', 'a@example.com')))).toEqual(['sent']);
    expect(logins).toEqual([{ username: 'finops@example.com', password: 'p:w', secure: true }]);
  });

  it('keeps the password from a server without TLS', async () => {
    let asked = false;
    const { mailer } = await mailServer(
      {
        onAuth(_login, _session, done) {
          asked = true;
          done(null, { user: 'u' });
        },
      },
      'u:p@PORT',
    );
    expect(outcomes(await mailer.send(message('k', 'a@example.com')))).toEqual(['refused']);
    expect(asked).toBe(false);
  });

  it.each(['http://mail', 'mail.example.com', 'smtp://'])(
    'refuses %s as an address, without repeating it',
    (url) =>
      expect(() => smtp(url)).toThrow(
        expect.objectContaining({ code: 'SETTING_INVALID', what: expect.not.stringContaining(url) }),
      ),
  );
});

type OnData = NonNullable<SMTPServerOptions['onData']>;
type Session = Parameters<OnData>[1];

/** The servers of the running test, to be cut off like a pulled plug. */
const plugs = new Map<number, () => void>();

const dieAfter =
  (when: 'all of it' | 'its beginning'): OnData =>
  (stream, session) => {
    if (when === 'its beginning') stream.once('data', () => destroy(session));
    else stream.resume().on('end', () => destroy(session));
  };

function destroy(session: Session): void {
  plugs.get(session.remotePort)?.();
}
