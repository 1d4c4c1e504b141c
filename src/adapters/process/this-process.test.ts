import { expect, it, onTestFinished, vi } from 'vitest';
import { thisProcess } from './this-process.ts';

it('is alive, and on one machine as long as it lives', () => {
  const self = thisProcess();
  expect(self.isAlive(self.pid)).toBe(true);
  expect(thisProcess().machine).toBe(self.machine);
});

it('tells functions apart by their log streams, whatever their kernels say', () => {
  onTestFinished(() => void vi.unstubAllEnvs());
  const machines = ['2026/11/21/[$LATEST]a', '2026/11/21/[$LATEST]b'].map((stream) => {
    vi.stubEnv('AWS_LAMBDA_LOG_STREAM_NAME', stream);
    return thisProcess().machine;
  });
  expect(machines).toEqual(['lambda/2026/11/21/[$LATEST]a', 'lambda/2026/11/21/[$LATEST]b']);
});
