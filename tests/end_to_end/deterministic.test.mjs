// Time and chance belong to the test: a day of a poisoned record in a moment, and the same history
// whenever it is lived again.

import assert from 'node:assert/strict';

import { createFunction, createMapping, createQueue, createTable, noteIds, putNumbered }
  from './resources.mjs';
import { startServer, temporaryFolder, test } from './server.mjs';

// A frozen clock, a poisoned record, and a day: the flight recorder's texts, as they came.
async function live(t, { seed, settings = {}, hours = 24, items = 8 }) {
  const folder = await temporaryFolder(t);
  const server = await startServer(t, { args: ['--seed', seed] });
  await server.control('POST', 'clock', { freeze: true, set: '2030-01-01T00:00:00Z' });
  const streamArn = await createTable(server);
  await createFunction(server, folder, { files: noteIds });
  const failures = await createQueue(server);
  const UUID = await createMapping(server, streamArn, {
    DestinationConfig: { OnFailure: { Destination: failures.arn } }, ...settings });
  await putNumbered(server, Array.from({ length: items }, (_, i) => i), [5]);
  const began = performance.now();
  await server.control('POST', 'clock', { advanceSeconds: hours * 3600 });
  const took = performance.now() - began;
  const history = [];
  for (const list of ['deliveries', 'history']) {
    history.push(JSON.stringify(await server.control('GET', `mappings/${UUID}/${list}?limit=10000`)));
  }
  return { history, took, deliveries: await server.deliveries(UUID) };
}

test('a poisoned record blocks its shard for a day, and is lost with it: 1,443 attempts', async (t) => {
  const { deliveries, took } = await live(t, { seed: '1', hours: 24.1 });
  const failed = deliveries.filter(({ outcome }) => outcome === 'failed');
  // 0.5 s, doubled up to 60 s, each longer by up to a twentieth.
  assert.ok(failed.length > 1370 && failed.length < 1450, `${failed.length} attempts`);
  assert.equal(deliveries.at(-1).outcome, 'discarded');
  assert.equal(deliveries.at(-1).errorType, 'Expired');
  t.diagnostic(`a day took ${took.toFixed(0)} ms`);
});

test('the same seed gives the same history byte for byte, and another seed another', async (t) => {
  const settings = {
    BatchSize: 4, BisectBatchOnFunctionError: true, MaximumRetryAttempts: 6,
    MaximumBatchingWindowInSeconds: 3, MaximumRecordAgeInSeconds: 3600,
  };
  const [first, again, other] =
    [await live(t, { seed: '7', settings, hours: 2 }), await live(t, { seed: '7', settings, hours: 2 }),
      await live(t, { seed: '8', settings, hours: 2 })];
  assert.deepEqual(again.history, first.history);
  assert.notDeepEqual(other.history, first.history);
  assert.ok(first.deliveries.some(({ outcome }) => outcome === 'discarded'));
});
