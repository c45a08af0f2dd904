// Why a record did or did not reach a function, what a mapping did step by step, and replay.

import { UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import assert from 'node:assert/strict';

import {
  createFunction, createMapping, createQueue, createTable, mappingIsIn, noteIds, putNumbered,
  readStream, takeMessages,
} from './resources.mjs';
import { startServer, temporaryFolder, test } from './server.mjs';

async function explain(server, streamArn, sequenceNumber) {
  const query = new URLSearchParams({ streamArn, sequenceNumber });
  return await server.control('GET', `explain?${query}`);
}

async function events(server, UUID) {
  const { steps } = await server.control('GET', `mappings/${UUID}/history`);
  return steps.flatMap(({ events }) => events);
}

async function poisonedStory(t, settings = {}) {
  const folder = await temporaryFolder(t);
  const server = await startServer(t, { args: ['--retry-base', '0'] });
  const streamArn = await createTable(server);
  const { notes } = await createFunction(server, folder, { files: noteIds });
  const failures = await createQueue(server);
  await putNumbered(server, [1, 2, 3, 4], [3]);
  const UUID = await createMapping(server, streamArn, {
    MaximumRetryAttempts: 1, BisectBatchOnFunctionError: true,
    DestinationConfig: { OnFailure: { Destination: failures.arn } }, ...settings });
  await server.drain();
  const records = await readStream(server, streamArn);
  const numberOf = Object.fromEntries(records.map(({ dynamodb }) =>
    [dynamodb.Keys.id.S, dynamodb.SequenceNumber]));
  return { server, streamArn, notes, failures, UUID, numberOf };
}

test('each record of a poisoned batch is explained in words', async (t) => {
  const { server, streamArn, failures, UUID, numberOf } = await poisonedStory(t);

  const good = await explain(server, streamArn, numberOf[4]);
  assert.equal(good.mappings.length, 1);
  assert.equal(good.mappings[0].mappingUuid, UUID);
  assert.equal(good.mappings[0].verdict, 'delivered');
  assert.match(good.mappings[0].explanation, /accepted it in delivery \d+, a batch of 1/);
  assert.match(good.mappings[0].explanation, /4 records, attempt 1.*failed: Error: poisoned/);
  assert.equal(good.mappings[0].deliveries.length, 3);

  const { mappings: [bad] } = await explain(server, streamArn, numberOf[3]);
  assert.equal(bad.verdict, 'discarded');
  assert.match(bad.explanation, /discarded after 2 attempts/);
  assert.ok(bad.explanation.includes(failures.arn));

  await assert.rejects(explain(server, streamArn, '199999999999999999999'), /404/);
  await assert.rejects(explain(server, streamArn, 'x'), /sequenceNumber/);
  await assert.rejects(explain(server, `${streamArn}x`, numberOf[3]), /404/);
});

test('what was filtered, what waits and what was not read is told apart', async (t) => {
  const folder = await temporaryFolder(t);
  const server = await startServer(t);
  await server.control('POST', 'clock', { freeze: true });
  const streamArn = await createTable(server);
  await createFunction(server, folder, { files: noteIds });
  const filtered = await createMapping(server, streamArn, { FilterCriteria: { Filters: [
    { Pattern: JSON.stringify({ dynamodb: { NewImage: { id: { S: ['other'] } } } }) }] } });
  await createFunction(server, folder, { name: 'g', files: noteIds });
  const waiting = await createMapping(server, streamArn,
    { FunctionName: 'g', MaximumBatchingWindowInSeconds: 60, BatchSize: 10 });
  await createFunction(server, folder, { name: 'h', files: noteIds });
  const stopped = await createMapping(server, streamArn, { FunctionName: 'h', Enabled: false });
  await createFunction(server, folder, { name: 'i', files: noteIds });
  const failing = await createMapping(server, streamArn, { FunctionName: 'i' });
  await putNumbered(server, [1], [1]);
  // Everything that can be done at this time is done when a journey of no length is over.
  await server.control('POST', 'clock', { advanceSeconds: 0 });

  const [record] = await readStream(server, streamArn);
  const { mappings } = await explain(server, streamArn, record.dynamodb.SequenceNumber);
  const of = (UUID) => mappings.find(({ mappingUuid }) => mappingUuid === UUID);
  assert.equal(of(filtered).verdict, 'filtered');
  assert.match(of(filtered).explanation, /No filter/);
  assert.equal(of(waiting).verdict, 'waiting');
  assert.match(of(waiting).explanation, /batching window/);
  assert.equal(of(stopped).verdict, 'notRead');
  assert.match(of(stopped).explanation, /Disabled/);
  assert.equal(of(failing).verdict, 'failing');
  assert.match(of(failing).explanation, /poisoned/);

  const verdicts = (await events(server, filtered)).filter(({ event }) => event === 'filter');
  assert.deepEqual(verdicts.map(({ filteredOut, ranges }) => [filteredOut, ranges]),
    [[1, [[record.dynamodb.SequenceNumber, record.dynamodb.SequenceNumber]]]]);
  await server.lambda.send(new UpdateEventSourceMappingCommand({ UUID: stopped, Enabled: true }));
  await mappingIsIn(server, stopped, 'Enabled');
});

test('the history has every read, batch, attempt, split, discard, destination and checkpoint',
  async (t) => {
    const { server, UUID, failures, numberOf } = await poisonedStory(t);
    const told = await events(server, UUID);
    const kinds = told.map(({ event }) => event);
    assert.deepEqual(kinds.filter((kind) => kind !== 'read'), [
      'batch', 'attempt', 'split', // 1..4
      'attempt', 'checkpoint', // 1, 2
      'attempt', 'split', // 3, 4
      'attempt', 'attempt', // 3
      'discard', 'destination', 'checkpoint',
      'attempt', 'checkpoint', // 4
    ]);
    assert.deepEqual(told.find(({ event }) => event === 'split').into.map((part) => part.batchSize),
      [2, 2]);
    const destination = told.find(({ event }) => event === 'destination');
    assert.equal(destination.destination, failures.arn);
    assert.equal(destination.delivered, true);
    assert.equal(told.findLast(({ event }) => event === 'checkpoint').sequenceNumber, numberOf[4]);
    assert.equal(told.filter(({ event }) => event === 'read')
      .reduce((sum, { records }) => sum + records, 0), 4);
  });

test('a delivery is replayed with exactly its batch, and the checkpoint stays', async (t) => {
  const { server, UUID, notes, failures } = await poisonedStory(t);
  const before = await server.control('GET', `mappings/${UUID}`);
  const deliveries = await server.deliveries(UUID);
  const calls = (await notes()).length;

  const whole = await server.control('POST', `mappings/${UUID}/replay`,
    { deliveryId: deliveries[0].deliveryId });
  assert.equal(whole.outcome, 'failed');
  assert.equal(whole.functionError, 'Unhandled');
  assert.equal(whole.batchSize, 4);
  assert.equal(whole.payload.errorMessage, 'poisoned');
  const half = await server.control('POST', `mappings/${UUID}/replay`,
    { deliveryId: deliveries[1].deliveryId });
  assert.equal(half.outcome, 'succeeded');

  // As it came from the queue: as an object, as the text, and as the body itself.
  const [account] = await takeMessages(server, failures.url);
  for (const body of [{ failureRecord: account }, { failureRecord: JSON.stringify(account) }, account]) {
    const poison = await server.control('POST', `mappings/${UUID}/replay`, body);
    assert.equal(poison.outcome, 'failed');
    assert.equal(poison.batchSize, 1);
  }
  assert.deepEqual((await notes()).slice(calls).map((note) => JSON.parse(note)),
    [['1', '2', '3', '4'], ['1', '2'], ['3'], ['3'], ['3']]);

  const after = await server.control('GET', `mappings/${UUID}`);
  assert.deepEqual(after.shards, before.shards);
  assert.equal((await server.deliveries(UUID)).length, deliveries.length);
  assert.equal((await events(server, UUID)).filter(({ event }) => event === 'replay').length, 5);

  for (const [body, problem] of [
    [{ deliveryId: 10_000 }, /404/], [{ deliveryId: 0 }, /deliveryId/], [{}, /deliveryId/],
    [{ deliveryId: 1, other: 2 }, /deliveryId/], [{ failureRecord: 'x' }, /failureRecord/],
    [{ failureRecord: {} }, /DDBStreamBatchInfo/],
  ]) {
    await assert.rejects(server.control('POST', `mappings/${UUID}/replay`, body), problem);
  }
});

test('what is trimmed cannot be replayed, and says so', async (t) => {
  const { server, UUID } = await poisonedStory(t);
  const [{ deliveryId }] = await server.deliveries(UUID);
  await server.control('POST', 'clock', { freeze: true });
  await server.control('POST', 'clock', { advanceSeconds: 25 * 3600 });
  await assert.rejects(server.control('POST', `mappings/${UUID}/replay`, { deliveryId }), /trimmed/);
});
