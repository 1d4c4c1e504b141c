import { Command } from 'commander';
import { UserError } from '../core/errors/user-error.ts';
import type { Doors } from './doors.ts';

export const PORT = 8501;
const HOST = '127.0.0.1';

interface ServeFlags {
  readonly port: number;
  readonly host: string;
}

/** `serve`: the dashboard and its API, until Ctrl-C. */
export const serveCommand = (doors: Doors): Command =>
  new Command('serve')
    .summary('the dashboard and its API')
    .description(
      'Serves the dashboard and the API of the lake until Ctrl-C. Only this machine can reach it, unless --host says\n' +
        'otherwise, which needs SPENDLIGHT_AUTH=token; without SPENDLIGHT_TOKEN a token is made and a one-time link is printed.',
    )
    .option('--port <port>', 'where to listen; 0 takes any that is free', portNumber, PORT)
    .option('--host <address>', 'which address of this machine to listen on', HOST)
    .action(async (flags: ServeFlags) => {
      await serveUntilStopped(doors, flags, (address) =>
        doors.answer(() => `Spendlight serves at ${address}\nCtrl-C ends it.\n`, { address }),
      );
    });

/** Serves, tells the address, and waits until the process is told to stop. */
export async function serveUntilStopped(
  doors: Doors,
  { port, host }: Partial<ServeFlags>,
  tell: (address: string) => void,
): Promise<void> {
  const server = await doors.serve({ port: port ?? PORT, host: host ?? HOST, store: await doors.store() });
  tell(server.address);
  await doors.stopped();
  await server.stop();
}

export function portNumber(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new UserError('USAGE', {
    what: `"${text}" is not a port`,
    remedy: 'Write a number from 0 to 65535, for example --port 8501.',
  });
}
