import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { ThisProcess } from '../../ports/this-process.ts';

/** This process, as the system names it. */
export const thisProcess = (): ThisProcess => ({
  host: hostname(),
  pid: process.pid,
  machine: machine(),
  isAlive,
});

/**
 * Two containers may share a name, a volume and pids and still not see each other: Linux tells them apart by the
 * namespace of their pids. Elsewhere the name has to do. Machines of Lambda may be copies of one snapshot, whose kernels tell
 * the same of themselves; each has a log stream of its own.
 */
function machine(): string {
  const { AWS_LAMBDA_LOG_STREAM_NAME: stream } = process.env;
  if (stream !== undefined) return `lambda/${stream}`;
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return `${process.platform}/${hostname()}`;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0); // signal 0 asks, and does nothing
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'; // EPERM: it runs, and is somebody else's
  }
}
