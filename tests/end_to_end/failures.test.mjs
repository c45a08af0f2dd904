// What becomes of a batch that the function refuses.

import { GetEventSourceMappingCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import assert from 'node:assert/strict';

import {
  createFunction, createMapping, createQueue, createTable, noteIds, putItem, putNumbered, readStream,
  takeMessages, until,
} from './resources.mjs';
import { startServer, temporaryFolder, test } from './server.mjs';

// A mapping over a table that holds `numbers` already, drained; gives what came of it.
async function deliver(t, { numbers = [1], poisoned = [], code = { files: noteIds }, ...settings }) {
  const folder = await temporaryFolder(t);
  const server = await startServer(t);
  const streamArn = await createTable(server);
  await putNumbered(server, numbers, poisoned);
  const { notes } = await createFunction(server, folder, code);
  const queue = await createQueue(server);
  const mapping = await createMapping(server, streamArn,
    { DestinationConfig: { OnFailure: { Destination: queue.arn } }, ...settings });
  await server.drain();
  return {
    server, mapping, streamArn,
    records: await readStream(server, streamArn),
    batches: (await notes()).map((text) => JSON.parse(text).map(Number)),
    failures: await takeMessages(server, queue.url),
    deliveries: await server.deliveries(mapping),
  };
}

test('a poisoned record among eight is isolated and reported, the seven others succeed', async (t) => {
  const { batches, deliveries, failures, mapping, records, server, streamArn } = await deliver(t, {
    numbers: [1, 2, 3, 4, 5, 6, 7, 8], poisoned: [6],
    BatchSize: 8, BisectBatchOnFunctionError: true, MaximumRetryAttempts: 1,
  });
  assert.deepEqual(batches, [
    [1, 2, 3, 4, 5, 6, 7, 8],
    [1, 2, 3, 4],
    [5, 6, 7, 8],
    [5, 6],
    [5],
    [6], [6],
    [7, 8],
  ]);

  const { dynamodb: poisoned, ShardId } = records[5];
  const arrival = poisoned.ApproximateCreationDateTime.toISOString().replace('.000Z', 'Z');
  assert.equal(failures.length, 1);
  const [failure] = failures;
  assert.match(failure.requestContext.requestId, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.match(failure.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  // As text: the members stand in the order in which the service writes them.
  assert.equal(JSON.stringify(failure), JSON.stringify({
    requestContext: {
      requestId: failure.requestContext.requestId,
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:f',
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: 2,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: failure.timestamp,
    DDBStreamBatchInfo: {
      shardId: ShardId,
      startSequenceNumber: poisoned.SequenceNumber,
      endSequenceNumber: poisoned.SequenceNumber,
      approximateArrivalOfFirstRecord: arrival,
      approximateArrivalOfLastRecord: arrival,
      batchSize: 1,
      streamArn,
    },
  }));

  assert.deepEqual(
    deliveries.map(({ batchSize, attempt, outcome }) => [batchSize, attempt, outcome]).slice(0, 6),
    [[8, 1, 'failed'], [4, 1, 'succeeded'], [4, 1, 'failed'], [2, 1, 'failed'], [1, 1, 'succeeded'],
      [1, 1, 'failed']]);
  const succeeded = deliveries.filter(({ outcome }) => outcome === 'succeeded');
  assert.deepEqual(succeeded.map(({ batchSize }) => batchSize), [4, 1, 2]);
  const state = await server.control('GET', `mappings/${mapping}`);
  assert.ok(JSON.stringify(state).includes(records[7].dynamodb.SequenceNumber), JSON.stringify(state));
  assert.equal(
    (await server.lambda.send(new GetEventSourceMappingCommand({ UUID: mapping }))).LastProcessingResult,
    'OK');
});

for (const retries of [0, 1, 3]) {
  test(`MaximumRetryAttempts ${retries} calls ${retries + 1} times`, async (t) => {
    const { batches, deliveries, failures } = await deliver(t,
      { numbers: [1, 2, 3], poisoned: [2], BatchSize: 2, MaximumRetryAttempts: retries });
    assert.deepEqual(batches, [...Array(retries + 1).fill([1, 2]), [3]]);
    assert.equal(failures.length, 1);
    assert.equal(failures[0].requestContext.approximateInvokeCount, retries + 1);
    assert.equal(failures[0].DDBStreamBatchInfo.batchSize, 2);
    const ids = deliveries.map(({ requestId }) => requestId).filter(Boolean);
    assert.ok(new Set(ids).size >= retries + 2, 'each call has a request id of its own');
  });
}

test('bisect with no retries still isolates the poisoned record', async (t) => {
  const { batches, failures, records } = await deliver(t, {
    numbers: [1, 2, 3], poisoned: [3],
    BatchSize: 3, BisectBatchOnFunctionError: true, MaximumRetryAttempts: 0,
  });
  assert.deepEqual(batches, [[1, 2, 3], [1], [2, 3], [2], [3]]);
  assert.deepEqual(
    failures.map(({ DDBStreamBatchInfo }) => DDBStreamBatchInfo.startSequenceNumber),
    [records[2].dynamodb.SequenceNumber]);
});

const brokenHandlers = {
  'a time-out': {
    Timeout: 1,
    code: 'await new Promise(() => setInterval(() => {}, 1000));',
    errorType: 'Sandbox.Timedout',
    errorMessage: /^RequestId: \S+ Error: Task timed out after 1\.00 seconds$/,
  },
  'an exit': {
    code: 'process.exit(3);',
    errorType: 'Runtime.ExitError',
    errorMessage: /^RequestId: \S+ Error: Runtime exited with error: exit status 3$/,
  },
  'a crash': {
    code: 'process.kill(process.pid, "SIGSEGV"); await new Promise(() => setInterval(() => {}, 1000));',
    errorType: 'Runtime.ExitError',
    errorMessage: /^RequestId: \S+ Error: Runtime exited with error: signal: segmentation fault/,
  },
};
for (const [what, { code, errorType, errorMessage, Timeout = 10 }] of Object.entries(brokenHandlers)) {
  test(`${what} of the handler counts as a failure`, async (t) => {
    const { batches, deliveries, failures, server } = await deliver(t, {
      numbers: [1], MaximumRetryAttempts: 1,
      code: { Timeout, files: { 'index.js': `
        const { appendFileSync } = require('node:fs');
        exports.handler = async (event) => {
          if (event.Records) appendFileSync(process.env.EVENTS, '[1]\\n');
          ${code}
        };` } },
    });
    assert.deepEqual(batches, [[1], [1]]);
    assert.equal(failures.length, 1);
    assert.equal(failures[0].requestContext.approximateInvokeCount, 2);
    assert.equal(failures[0].responseContext.functionError, 'Unhandled');
    const failed = deliveries.filter(({ outcome }) => outcome === 'failed');
    assert.equal(failed[0].errorType, errorType);
    assert.match(failed[0].errorMessage, errorMessage);

    const { StatusCode, FunctionError, Payload } =
      await server.lambda.send(new InvokeCommand({ FunctionName: 'f', Payload: '{}' }));
    assert.equal(StatusCode, 200);
    assert.equal(FunctionError, 'Unhandled');
    const answer = JSON.parse(Buffer.from(Payload).toString());
    assert.equal(answer.errorType, errorType);
    assert.match(answer.errorMessage, errorMessage);
  });
}

test('a handler that cannot even be loaded counts as a failure', async (t) => {
  const { failures, deliveries } = await deliver(t, {
    MaximumRetryAttempts: 0,
    code: { files: { 'index.js': 'require("no-such-module");' } },
  });
  assert.equal(failures.length, 1);
  assert.equal(failures[0].requestContext.approximateInvokeCount, 1);
  assert.equal(deliveries[0].errorType, 'Runtime.ImportModuleError');
});

test('with no queue to report to, the batch is dropped and the shard goes on', async (t) => {
  const { batches } = await deliver(t, {
    numbers: [1, 2], poisoned: [1], BatchSize: 1, MaximumRetryAttempts: 0, DestinationConfig: undefined,
  });
  assert.deepEqual(batches, [[1], [2]]);
});

test('one poisoned mapping does not hold up another on the same stream', async (t) => {
  const folder = await temporaryFolder(t);
  const server = await startServer(t);
  const streamArn = await createTable(server);
  const stuck = await createFunction(server, folder, { name: 'stuck', files: noteIds });
  const free = await createFunction(server, folder, { name: 'free', files: {
    'index.js': noteIds['index.js'].replace('if (images', 'if (false && images') } });
  await createMapping(server, streamArn, { FunctionName: 'stuck', BatchSize: 1 });
  const mapping = await createMapping(server, streamArn, { FunctionName: 'free', BatchSize: 1 });
  await putItem(server, { id: { S: '1' }, poisoned: { BOOL: true } });
  await putItem(server, { id: { S: '2' } });
  await until(async () => (await server.deliveries(mapping)).length === 2);
  assert.deepEqual(await free.notes(), ['["1"]', '["2"]']);
  assert.ok((await stuck.notes()).every((note) => note === '["1"]'));
  await assert.rejects(server.drain(1), /409/);
});
