// A mapping's life: states, disabling and enabling, what it keeps over a restart, what it refuses.

import {
  CreateEventSourceMappingCommand, DeleteEventSourceMappingCommand, DeleteFunctionCommand,
  GetEventSourceMappingCommand, ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import assert from 'node:assert/strict';

import {
  createFunction, createMapping, createTable, mappingIsIn, noteIds, putNumbered, until,
} from './resources.mjs';
import { startServer, temporaryFolder, test } from './server.mjs';

const numbersIn = async (notes) => (await notes()).flatMap((text) => JSON.parse(text).map(Number));

async function setUp(t, options = {}) {
  const folder = await temporaryFolder(t);
  const server = await startServer(t, options.durable ? { folder } : {});
  const streamArn = await createTable(server);
  const { notes } = await createFunction(server, folder, { files: noteIds });
  return { folder, server, streamArn, notes };
}

test('the reply to creating one has the members of the service, and no others', async (t) => {
  const { server, streamArn } = await setUp(t);
  const { $metadata, ...reply } = await server.lambda.send(new CreateEventSourceMappingCommand(
    { EventSourceArn: streamArn, FunctionName: 'f', StartingPosition: 'TRIM_HORIZON' }));
  assert.equal($metadata.httpStatusCode, 202);
  const { UUID, LastModified, ...rest } = reply;
  assert.ok(LastModified instanceof Date);
  assert.deepEqual(rest, {
    BatchSize: 100,
    BisectBatchOnFunctionError: false,
    DestinationConfig: { OnFailure: {} },
    EventSourceArn: streamArn,
    EventSourceMappingArn: `arn:aws:lambda:us-east-1:000000000000:event-source-mapping:${UUID}`,
    FunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:f',
    FunctionResponseTypes: [],
    LastProcessingResult: 'No records processed',
    MaximumBatchingWindowInSeconds: 0,
    MaximumRecordAgeInSeconds: -1,
    MaximumRetryAttempts: -1,
    ParallelizationFactor: 1,
    StartingPosition: 'TRIM_HORIZON',
    State: 'Creating',
    StateTransitionReason: 'User action',
    TumblingWindowInSeconds: 0,
  });
  const enabled = await mappingIsIn(server, UUID, 'Enabled');
  assert.deepEqual(Object.keys(enabled).sort(), Object.keys({ $metadata, ...reply }).sort());
});

test('disable, write, enable: what was written meanwhile arrives, and nothing twice', async (t) => {
  const { server, streamArn, notes } = await setUp(t);
  const UUID = await createMapping(server, streamArn);
  await putNumbered(server, [1, 2]);
  await server.drain();
  assert.deepEqual(await numbersIn(notes), [1, 2]);

  const disabling = await server.lambda.send(
    new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));
  assert.equal(disabling.State, 'Disabling');
  assert.equal(disabling.LastProcessingResult, 'OK');
  await mappingIsIn(server, UUID, 'Disabled');
  await putNumbered(server, [3, 4, 5]);
  await server.drain();  // A disabled mapping has nothing to wait for.
  assert.deepEqual(await numbersIn(notes), [1, 2]);

  const enabling = await server.lambda.send(
    new UpdateEventSourceMappingCommand({ UUID, Enabled: true }));
  assert.equal(enabling.State, 'Enabling');
  await mappingIsIn(server, UUID, 'Enabled');
  await server.drain();
  assert.deepEqual(await numbersIn(notes), [1, 2, 3, 4, 5]);
});

test('created disabled, it is Disabled at once and calls nothing', async (t) => {
  const { server, streamArn, notes } = await setUp(t);
  const { State, UUID } = await server.lambda.send(new CreateEventSourceMappingCommand({
    EventSourceArn: streamArn, FunctionName: 'f', StartingPosition: 'TRIM_HORIZON', Enabled: false }));
  assert.equal(State, 'Disabled');
  await putNumbered(server, [1]);
  await server.drain();
  assert.deepEqual(await notes(), []);
  await server.lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: true }));
  await mappingIsIn(server, UUID, 'Enabled');
  await server.drain();
  assert.deepEqual(await numbersIn(notes), [1]);
});

test('deleted, it is soon gone; listed by stream and by function until then', async (t) => {
  const { server, streamArn } = await setUp(t);
  const UUID = await createMapping(server, streamArn);
  const listed = async (question) =>
    (await server.lambda.send(new ListEventSourceMappingsCommand(question)))
      .EventSourceMappings.map((mapping) => mapping.UUID);
  assert.deepEqual(await listed({}), [UUID]);
  assert.deepEqual(await listed({ EventSourceArn: streamArn }), [UUID]);
  assert.deepEqual(await listed({ FunctionName: 'f' }), [UUID]);
  assert.deepEqual(await listed({ FunctionName: 'other' }), []);
  const deleting = await server.lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
  assert.equal(deleting.State, 'Deleting');
  await until(async () => (await listed({})).length === 0);
  await assert.rejects(server.lambda.send(new GetEventSourceMappingCommand({ UUID })), {
    name: 'ResourceNotFoundException', message: 'The resource you requested does not exist.' });
});

test('refusals say what the service says', async (t) => {
  const { server, streamArn } = await setUp(t);
  const create = (settings) => server.lambda.send(new CreateEventSourceMappingCommand({
    EventSourceArn: streamArn, FunctionName: 'f', StartingPosition: 'TRIM_HORIZON', ...settings }));
  const message = (name, text) => (error) => {
    assert.equal(error.name, name);
    assert.equal(error.message, text);
    return true;
  };
  await assert.rejects(create({ FunctionName: 'missing' }),
    message('InvalidParameterValueException', 'Function does not exist'));
  await assert.rejects(create({ EventSourceArn: undefined, FunctionName: 'missing' }),
    message('InvalidParameterValueException', 'Unrecognized event source.'));
  await assert.rejects(create({ StartingPosition: 'AT_TIMESTAMP' }), message(
    'InvalidParameterValueException', `Unsupported starting position for arn type: ${streamArn}`));
  const gone = streamArn.replace(/stream\/.*/, 'stream/2020-01-01T00:00:00.000');
  await assert.rejects(create({ EventSourceArn: gone }),
    message('InvalidParameterValueException', `Stream not found: ${gone}`));
  const { UUID } = await create({});
  await assert.rejects(create({}), message('ResourceConflictException',
    `The event source arn (" ${streamArn} ") and function (" f ") provided mapping already exists. ` +
    `Please update or delete the existing mapping with UUID ${UUID}`));
});

test('deleting the function leaves the mapping', async (t) => {
  const { server, streamArn } = await setUp(t);
  const UUID = await createMapping(server, streamArn);
  await mappingIsIn(server, UUID, 'Enabled');
  await server.lambda.send(new DeleteFunctionCommand({ FunctionName: 'f' }));
  const { State } = await server.lambda.send(new GetEventSourceMappingCommand({ UUID }));
  assert.equal(State, 'Enabled');
});

test('function, mapping and checkpoint outlive a restart', async (t) => {
  const { folder, server, streamArn, notes } = await setUp(t, { durable: true });
  const UUID = await createMapping(server, streamArn);
  await putNumbered(server, [1, 2]);
  await server.drain();
  assert.deepEqual(await server.stop(), { status: 0, signal: null });

  const again = await startServer(t, { folder });
  await mappingIsIn(again, UUID, 'Enabled');
  await putNumbered(again, [3]);
  await again.drain();
  assert.deepEqual(await numbersIn(notes), [1, 2, 3]);
});

test('a write wakes the mapping: several tables, one mapping each', async (t) => {
  const folder = await temporaryFolder(t);
  const server = await startServer(t);
  const all = [];
  for (const name of ['One', 'Two', 'Three']) {
    const streamArn = await createTable(server, name);
    const { notes } = await createFunction(server, folder, { name, files: noteIds });
    await createMapping(server, streamArn, { FunctionName: name, BatchSize: 3 });
    all.push({ name, notes });
  }
  const numbers = Array.from({ length: 30 }, (_, number) => number);
  await Promise.all(all.map(({ name }) => putNumbered(server, numbers, [], name)));
  await server.drain();
  for (const { notes } of all) {
    assert.deepEqual((await numbersIn(notes)), numbers);
    assert.ok((await notes()).every((text) => JSON.parse(text).length <= 3));
  }
});
