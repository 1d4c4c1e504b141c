import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

export interface HashedFile {
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

const CHUNK = 1 << 20;
/** Smaller files are hashed at once: handing them over would take longer. */
const HAND_OVER_BYTES = 8 * CHUNK;

/** Size and sha256 of a file, read piece by piece; large ones beside each other, on a core each. */
export function hashFile(path: string, bytes: number): Promise<HashedFile> {
  if (bytes < CHUNK) return hashWhole(path);
  return bytes < HAND_OVER_BYTES ? hashHere(path) : elsewhere(path);
}

async function hashWhole(path: string): Promise<HashedFile> {
  const content = await readFile(path);
  return { bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
}

/** The same without another thread. */
export async function hashHere(path: string): Promise<HashedFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK })) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Text, because a thread begins with a file, and what is built has no file of its own for it. Reads as `hashHere` does. */
const WORK = `
  const { parentPort } = require('node:worker_threads');
  const { createHash } = require('node:crypto');
  const { closeSync, openSync, readSync } = require('node:fs');
  const buffer = Buffer.allocUnsafe(${CHUNK});
  parentPort.on('message', (path) => {
    try {
      const hash = createHash('sha256');
      const file = openSync(path, 'r');
      let bytes = 0;
      try {
        for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) {
          hash.update(buffer.subarray(0, read));
          bytes += read;
        }
      } finally {
        closeSync(file);
      }
      parentPort.postMessage({ hashed: { bytes, sha256: hash.digest('hex') } });
    } catch (error) {
      parentPort.postMessage({ message: error.message, code: error.code });
    }
  });`;

type Answer =
  | { readonly hashed: HashedFile }
  | { readonly message: string; readonly code: string | undefined };

const THREADS = Math.min(4, availableParallelism());
const idle: Worker[] = [];
const waiting: ((worker: Worker) => void)[] = [];
let begun = 0;

async function elsewhere(path: string): Promise<HashedFile> {
  const worker = await free();
  worker.ref();
  try {
    const answer = await asked(worker, path);
    if ('hashed' in answer) return answer.hashed;
    throw Object.assign(new Error(answer.message), { code: answer.code });
  } finally {
    worker.unref(); // a thread that waits keeps no process alive
    const next = waiting.shift();
    if (next === undefined) idle.push(worker);
    else next(worker);
  }
}

function asked(worker: Worker, path: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => {
      worker.off('message', answered);
      reject(error);
    };
    const answered = (answer: Answer) => {
      worker.off('error', failed);
      resolve(answer);
    };
    worker.once('message', answered);
    worker.once('error', failed);
    worker.postMessage(path);
  });
}

async function free(): Promise<Worker> {
  const worker = idle.pop();
  if (worker !== undefined) return worker;
  if (begun >= THREADS) return new Promise((resolve) => waiting.push(resolve));
  begun += 1;
  return new Worker(WORK, { eval: true });
}
