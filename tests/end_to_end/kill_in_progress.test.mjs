// kill -9 in the middle of a batch: attempts, halves, lanes and windows go on where they were.

import assert from 'node:assert/strict';

import {
  createFunction, createMapping, createQueue, createTable, noteIds, putItem, putNumbered,
  takeMessages,
} from './resources.mjs';
import { startServer, temporaryFolder, test } from './server.mjs';

const advance = (server, advanceSeconds) => server.control('POST', 'clock', { advanceSeconds });

// Starts it again on what the killed one left, with the clock where it was.
async function restart(t, server, folder) {
  await server.kill();
  return await startServer(t, { folder });
}

test('the attempts of a batch and the halves left to try are not begun anew', async (t) => {
  const folder = await temporaryFolder(t);
  let server = await startServer(t, { folder });
  await server.control('POST', 'clock', { freeze: true });
  const streamArn = await createTable(server);
  const { notes } = await createFunction(server, folder, { files: noteIds });
  const failures = await createQueue(server);
  await putNumbered(server, [1, 2, 3, 4], [1]);
  const UUID = await createMapping(server, streamArn, {
    MaximumRetryAttempts: 3, BisectBatchOnFunctionError: true,
    DestinationConfig: { OnFailure: { Destination: failures.arn } } });
  await advance(server, 0); // [1..4], [1, 2], [1]
  for (const second of [1, 2, 5]) {
    server = await restart(t, server, folder);
    await advance(server, second);
  }
  await server.drain();
  assert.deepEqual((await notes()).map((note) => JSON.parse(note).join()),
    ['1,2,3,4', '1,2', '1', '1', '1', '1', '2', '3,4']);
  const [account] = await takeMessages(server, failures.url);
  assert.equal(account.requestContext.approximateInvokeCount, 4);
  const ids = (await server.deliveries(UUID)).map(({ requestId, outcome }) =>
    outcome !== 'discarded' && requestId).filter(Boolean);
  assert.equal(new Set(ids).size, ids.length, 'every attempt has a request id of its own');
});

test('what a fast lane has done is not done again when a slow one holds the checkpoint', async (t) => {
  const folder = await temporaryFolder(t);
  let server = await startServer(t, { folder });
  await server.control('POST', 'clock', { freeze: true });
  const streamArn = await createTable(server);
  const { notes } = await createFunction(server, folder, { files: noteIds });
  const UUID = await createMapping(server, streamArn,
    { BatchSize: 1, ParallelizationFactor: 10, MaximumRetryAttempts: 3 });
  await putNumbered(server, [...Array(40).keys()], [0]);
  await advance(server, 0);
  const before = (await notes()).map((note) => JSON.parse(note)[0]);
  const { shards: [{ position }] } = await server.control('GET', `mappings/${UUID}`);
  server = await restart(t, server, folder);
  await advance(server, 60);
  await server.drain();
  const ids = (await notes()).map((note) => JSON.parse(note)[0]);
  const good = ids.filter((id) => id !== '0');
  assert.ok(before.length > 20, `${before.length} lanes went on beside the poisoned one`);
  assert.equal(good.length, 39, 'each once');
  assert.equal(new Set(good).size, 39);
  assert.equal(ids.length - good.length, 4);
  const { shards: [after] } = await server.control('GET', `mappings/${UUID}`);
  assert.ok(BigInt(after.position) > BigInt(position));
});

test('the state of a tumbling window and a begun batching window go on', async (t) => {
  const folder = await temporaryFolder(t);
  let server = await startServer(t, { folder });
  await server.control('POST', 'clock', { freeze: true, set: '2030-01-01T00:00:00Z' });
  const streamArn = await createTable(server);
  const { notes } = await createFunction(server, folder, { files: { 'index.js': `
    const { appendFileSync } = require('node:fs');
    exports.handler = async ({ Records, state, window, isFinalInvokeForWindow }) => {
      appendFileSync(process.env.EVENTS, JSON.stringify(
        [Records.length, state, window.start, isFinalInvokeForWindow]) + '\\n');
      return { state: { sum: (state.sum ?? 0) + Records.length } };
    };` } });
  await createMapping(server, streamArn,
    { TumblingWindowInSeconds: 60, MaximumBatchingWindowInSeconds: 10, BatchSize: 10 });
  await putItem(server, { id: { S: 'a' } });
  await advance(server, 10); // The first batch.
  await putItem(server, { id: { S: 'b' } });
  await advance(server, 4);
  assert.equal((await notes()).length, 1);
  server = await restart(t, server, folder);
  await advance(server, 5);
  assert.equal((await notes()).length, 1, 'the batching window has not ended');
  await advance(server, 1);
  server = await restart(t, server, folder);
  await advance(server, 40);
  assert.deepEqual((await notes()).map((note) => JSON.parse(note)), [
    [1, {}, '2030-01-01T00:00:00Z', false],
    [1, { sum: 1 }, '2030-01-01T00:00:00Z', false],
    [0, { sum: 2 }, '2030-01-01T00:00:00Z', true],
  ]);
});
