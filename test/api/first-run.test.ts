import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { bill } from '../integration/bills.ts';
import { type ServedLake, serveLake } from './served.ts';

async function emptyServer(): Promise<ServedLake> {
  const folder = await mkdtemp(join(tmpdir(), 'spendlight-first-run-'));
  const server = await serveLake(join(folder, 'lake'));
  onTestFinished(async () => {
    await server.end();
    await rm(folder, { recursive: true, force: true });
  });
  return server;
}

const drop = (server: ServedLake, name: string, bytes: Uint8Array) =>
  fetch(`${server.base}/api/v1/peek?name=${encodeURIComponent(name)}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/octet-stream' },
    body: new Uint8Array(bytes),
  });
const bringIn = (server: ServedLake, upload: string) =>
  fetch(`${server.base}/api/v1/ingest`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ upload }),
  });

it('without a lake there is no figure, and no error that is ours', async () => {
  const server = await emptyServer();
  const overview = await server.get('/api/v1/overview');
  expect([overview.status, await overview.json()]).toMatchObject([404, { code: 'LAKE_EMPTY' }]);
  expect(await server.json('/api/v1/status')).toMatchObject({ lake: null });
  expect((await server.get('/readyz')).status).toBe(200);
  expect((await server.get('/api/v1/outbox')).status).toBe(404);
});

it('takes a real bill, says what it holds, brings it in and answers from it; a second one is for the command line', async () => {
  const server = await emptyServer();
  const name = 'focus12-aws-generated.csv.gz';
  const bytes = await readFile(bill(name));
  const looked = await drop(server, name, bytes);
  const peek = (await looked.json()) as { upload: string; lines: number; totals: { amount: string }[] };
  expect(looked.status).toBe(200);
  expect(peek.lines).toBeGreaterThan(0);

  const begun = await bringIn(server, peek.upload);
  expect(begun.status).toBe(202);
  const { job } = (await begun.json()) as { job: string };
  let state = 'running';
  while (state === 'running') {
    ({ state } = await server.json<{ state: string }>(`/api/v1/ingest/${job}`));
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await server.json(`/api/v1/ingest/${job}`)).toMatchObject({ state: 'done', problem: null });

  const { firstDay, lastDay } = await server.json<{ firstDay: string; lastDay: string }>('/api/v1/choices');
  const { total } = await server.json<{ total: { amount: string } }>(
    `/api/v1/overview?from=${firstDay}&to=${lastDay}&metric=BilledCost`,
  );
  expect(total.amount).toBe(peek.totals[0]?.amount);
  const again = await drop(server, name, bytes);
  expect([again.status, await again.json()]).toMatchObject([409, { code: 'LAKE_IN_USE' }]);
});

it.each([
  ['a picture', 'photo.csv', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]), 422],
  ['nothing', 'empty.csv', new Uint8Array(0), 422],
  ['a table without costs', 'people.csv', new TextEncoder().encode('name,age\nAda,36\n'), 422],
])('refuses %s by name', async (_, name, bytes, status) => {
  const server = await emptyServer();
  const response = await drop(server, name, bytes);
  const problem = (await response.json()) as { code: string; detail: string };
  expect([response.status, /^[A-Z_]+$/.test(problem.code)]).toEqual([status, true]);
  expect(JSON.stringify(problem)).not.toContain(tmpdir());
});

it('says what is the matter when the lake goes away, and answers again when it is back', async () => {
  const server = await emptyServer();
  const bytes = await readFile(bill('focus12-aws-generated.csv.gz'));
  const { upload } = (await (await drop(server, 'a.csv.gz', bytes)).json()) as { upload: string };
  const { job } = (await (await bringIn(server, upload)).json()) as { job: string };
  while ((await server.json<{ state: string }>(`/api/v1/ingest/${job}`)).state === 'running');
  const { rename } = await import('node:fs/promises');
  await rename(server.lake, `${server.lake}-away`);
  const until = async (status: number) => {
    let response = await server.get('/readyz');
    while (response.status !== status) response = await server.get('/readyz');
    return response;
  };
  expect(await (await until(503)).json()).toMatchObject({ code: 'LAKE_GONE' });
  expect((await server.get('/api/v1/overview')).status).toBe(503);
  await rename(`${server.lake}-away`, server.lake);
  await until(200);
  expect((await server.get('/api/v1/choices')).status).toBe(200);
});
