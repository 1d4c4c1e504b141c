import { createSocket } from 'node:dgram';
import { expect, it, onTestFinished, vi } from 'vitest';
import { traced } from './functions.ts';

const TRACE = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=';

/** What a daemon of X-Ray hears, and the environment that Lambda gives to a function beside it. */
async function daemon() {
  const socket = createSocket('udp4');
  const heard: string[] = [];
  socket.on('message', (message) => heard.push(message.toString()));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  onTestFinished(() => void socket.close());
  const env = {
    AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${socket.address().port}`,
    AWS_EXECUTION_ENV: 'AWS_Lambda',
    LAMBDA_TASK_ROOT: '/',
  };
  return { heard, env };
}

it('makes a part of the trace of what X-Ray samples, and of nothing else', async () => {
  const { heard, env } = await daemon();
  const given = (sampled: string) => ({ ...env, _X_AMZN_TRACE_ID: `${TRACE}${sampled}` });
  for (const [name, value] of Object.entries(given('1'))) vi.stubEnv(name, value); // as the SDK of X-Ray reads it
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(await traced(given('0'), 'unsampled', async () => 1)).toBe(1);
  expect(await traced({ ...given('1'), POWERTOOLS_TRACE_ENABLED: 'false' }, 'off', async () => 2)).toBe(2);
  expect(await traced(given('1'), 'fine', async () => 3)).toBe(3);
  const torn = traced(given('1'), 'torn', () => Promise.reject(new Error('it failed')));
  await expect(torn).rejects.toThrow('it failed');
  await expect.poll(() => heard.length, { timeout: 10_000 }).toBe(2);
  expect(heard.join()).toMatch(/"name":"## fine"[\s\S]+"name":"## torn"[\s\S]+"fault":true/);
});
