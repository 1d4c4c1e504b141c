import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { diskStore } from '../adapters/disk/disk-store.ts';
import { rawKey } from '../lake/keys.ts';
import { contentOf, received } from './ingest-receive.ts';
import { Mirror } from './outside/mirror.ts';

async function place() {
  const folder = await mkdtemp(join(tmpdir(), 'spendlight-receive-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const [store, path] = [diskStore(join(folder, 'lake')), join(folder, 'bill.csv')];
  await writeFile(path, 'whole');
  const found = { origin: 'files' as const, files: [path], manifest: undefined, suggestedSource: undefined };
  const content = await contentOf(found);
  const clock = { now: () => 0, monotonic: () => 0 };
  const mirror = new Mirror(folder);
  const receive = () =>
    received(
      { store, clock, mirror },
      { source: 'bill', afterVersion: 0, format: 'auto' },
      found,
      content,
      undefined,
    );
  return { store, path, content, receive, key: rawKey('bill', content.deliveryId, 0, 'bill.csv') };
}

it('keeps nothing of a file that was written over while it was read, so that the whole one can come again', async () => {
  const { store, path, content, receive, key } = await place();
  await writeFile(path, 'torn!');
  await expect(receive()).rejects.toMatchObject({ code: 'FILE_UNREADABLE', place: { file: path } });
  expect(await store.get(key)).toBeUndefined();
  await writeFile(path, 'whole');
  expect((await receive()).raw).toMatchObject([{ key, sha256: content.files[0]?.sha256 }]);
});

it('puts the right bytes in the place of wrong ones that a killed process left', async () => {
  const { store, receive, key } = await place();
  await store.put(key, new TextEncoder().encode('torn!'));
  await receive();
  expect(new TextDecoder().decode(await store.get(key))).toBe('whole');
});
