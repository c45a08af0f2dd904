// The behaviours of the API of event source mappings: event-source-mapping.md section 9, 1 to 22.
// The number of a behaviour is in the name of its test.

import {
  CreateEventSourceMappingCommand, DeleteEventSourceMappingCommand, DeleteFunctionCommand,
  GetEventSourceMappingCommand, ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';

import {
  createFunction, createQueue, createTable, mappingIsIn, noteIds, putNumbered,
} from './resources.mjs';
import { startServer, temporaryFolder, test } from './server.mjs';

const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:f';

// A program with a function `f`, a table's stream and a queue, and what the tests ask of them.
class World {
  static async start(t) {
    const world = new World();
    world.folder = await temporaryFolder(t);
    world.server = await startServer(t);
    world.streamArn = await createTable(world.server);
    world.queue = await createQueue(world.server, 'messages');
    world.f = await world.function('f');
    return world;
  }

  function(name) {
    return createFunction(this.server, this.folder, { name, files: noteIds });
  }

  async send(command) {
    const { $metadata, ...reply } = await this.server.lambda.send(command);
    return { status: $metadata.httpStatusCode, reply };
  }

  create(settings = {}) {
    return this.send(new CreateEventSourceMappingCommand({
      EventSourceArn: this.streamArn, FunctionName: 'f', StartingPosition: 'TRIM_HORIZON', ...settings }));
  }

  createOnQueue(settings = {}) {
    return this.create({ EventSourceArn: this.queue.arn, StartingPosition: undefined, ...settings });
  }

  get(UUID) {
    return this.send(new GetEventSourceMappingCommand({ UUID }));
  }

  update(members) {
    return this.send(new UpdateEventSourceMappingCommand(members));
  }

  delete(UUID) {
    return this.send(new DeleteEventSourceMappingCommand({ UUID }));
  }

  async list(question = {}) {
    return (await this.send(new ListEventSourceMappingsCommand(question))).reply;
  }

  // The numbers of the items that `f` has been given, one by one.
  async delivered() {
    return (await this.f.notes()).flatMap((text) => JSON.parse(text).map(Number));
  }

  // A request of our own: the status and the body as it came.
  async raw(method, path, body) {
    const sent = request(`${this.server.url}/2015-03-31/${path}`, { method, headers: {
      authorization: 'AWS4-HMAC-SHA256 Credential=test/20300101/us-east-1/lambda/aws4_request, ' +
        'SignedHeaders=host;x-amz-date, Signature=0',
      'x-amz-date': '20300101T000000Z',
      'content-type': 'application/json',
    } });
    sent.end(body && JSON.stringify(body));
    const [response] = await once(sent, 'response');
    let text = '';
    for await (const part of response.setEncoding('utf8')) text += part;
    return { status: response.statusCode, type: response.headers['x-amzn-errortype'], text };
  }
}

async function refused(answer, status, name, message) {
  await assert.rejects(answer, (error) => {
    assert.equal(error.name, name);
    assert.equal(error.message, message);
    assert.equal(error.$metadata.httpStatusCode, status);
    return true;
  });
}

const invalid = 'InvalidParameterValueException';

// What a stream's mapping shows when nothing but source, function and position is given, without
// the members that differ from one to the next.
const streamDefaults = {
  BatchSize: 100,
  BisectBatchOnFunctionError: false,
  DestinationConfig: { OnFailure: {} },
  FunctionArn: functionArn,
  FunctionResponseTypes: [],
  LastProcessingResult: 'No records processed',
  MaximumBatchingWindowInSeconds: 0,
  MaximumRecordAgeInSeconds: -1,
  MaximumRetryAttempts: -1,
  ParallelizationFactor: 1,
  StartingPosition: 'TRIM_HORIZON',
  StateTransitionReason: 'User action',
  TumblingWindowInSeconds: 0,
};
const memberNames = [...Object.keys(streamDefaults), 'EventSourceArn', 'EventSourceMappingArn',
  'LastModified', 'State', 'UUID'].sort();

test('[1] Create answers 202 with State Creating; then Get shows Enabled', async (t) => {
  const world = await World.start(t);
  const { status, reply } = await world.create();
  assert.equal(status, 202);
  assert.equal(reply.State, 'Creating');
  await mappingIsIn(world.server, reply.UUID, 'Enabled');
  assert.equal((await world.get(reply.UUID)).status, 200);
});

test('[2] a stream\'s mapping has exactly the members of 1.5, and no nulls, in every reply', async (t) => {
  const world = await World.start(t);
  const { text } = await world.raw('POST', 'event-source-mappings',
    { EventSourceArn: world.streamArn, FunctionName: 'f', StartingPosition: 'LATEST', Enabled: false });
  const created = JSON.parse(text);
  assert.deepEqual(Object.keys(created).sort(), memberNames);
  assert.ok(!text.includes('null'), text);
  assert.match(text, /"LastModified":\d+(\.\d+)?,/);
  const { UUID } = created;
  assert.equal(created.EventSourceMappingArn,
    `arn:aws:lambda:us-east-1:000000000000:event-source-mapping:${UUID}`);
  const path = `event-source-mappings/${UUID}`;
  for (const [method, body] of [['GET'], ['PUT', { BatchSize: 1 }], ['DELETE']]) {
    const answer = await world.raw(method, path, body);
    assert.deepEqual(Object.keys(JSON.parse(answer.text)).sort(), memberNames, method);
  }
});

test('[3] a queue\'s mapping has no members of streams', async (t) => {
  const world = await World.start(t);
  const { reply } = await world.createOnQueue();
  const { UUID, LastModified, ...rest } = reply;
  assert.ok(LastModified instanceof Date);
  const expected = {
    BatchSize: 10,
    EventSourceArn: world.queue.arn,
    EventSourceMappingArn: `arn:aws:lambda:us-east-1:000000000000:event-source-mapping:${UUID}`,
    FunctionArn: functionArn,
    FunctionResponseTypes: [],
    MaximumBatchingWindowInSeconds: 0,
    State: 'Creating',
    StateTransitionReason: 'USER_INITIATED',
  };
  assert.deepEqual(rest, expected);
  const enabled = await mappingIsIn(world.server, UUID, 'Enabled');
  assert.deepEqual(Object.keys(enabled).filter((name) => name !== '$metadata').sort(),
    Object.keys(reply).sort());
});

test('[4] the defaults of a mapping on a stream', async (t) => {
  const world = await World.start(t);
  const { EventSourceArn, EventSourceMappingArn, LastModified, State, UUID, ...rest } =
    (await world.create()).reply;
  assert.deepEqual(rest, streamDefaults);
  assert.equal(EventSourceArn, world.streamArn);
});

test('[5] StateTransitionReason is "User action" for streams, "USER_INITIATED" for queues', async (t) => {
  const world = await World.start(t);
  const onStream = (await world.create()).reply;
  const onQueue = (await world.createOnQueue()).reply;
  for (const [{ UUID, StateTransitionReason }, reason] of
    [[onStream, 'User action'], [onQueue, 'USER_INITIATED']]) {
    assert.equal(StateTransitionReason, reason);
    assert.equal((await mappingIsIn(world.server, UUID, 'Enabled')).StateTransitionReason, reason);
    assert.equal((await world.update({ UUID, Enabled: false })).reply.StateTransitionReason, reason);
    await mappingIsIn(world.server, UUID, 'Disabled');
    assert.equal((await world.delete(UUID)).reply.StateTransitionReason, reason);
  }
});

test('[6] created with Enabled false it is Disabled at once and invokes nothing', async (t) => {
  const world = await World.start(t);
  const { State, UUID } = (await world.create({ Enabled: false })).reply;
  assert.equal(State, 'Disabled');
  await putNumbered(world.server, [1, 2]);
  await world.server.drain();
  assert.deepEqual(await world.delivered(), []);
  assert.equal((await world.get(UUID)).reply.State, 'Disabled');
});

test('[7] no StartingPosition: the exact text about null; an unknown one: ValidationException', async (t) => {
  const world = await World.start(t);
  await refused(world.create({ StartingPosition: undefined }), 400, invalid,
    '1 validation error detected: Value null at \'startingPosition\' failed to satisfy ' +
    'constraint: Member must not be null.');
  await refused(world.create({ StartingPosition: 'invalid' }), 400, 'ValidationException',
    '1 validation error detected: Value \'invalid\' at \'startingPosition\' failed to satisfy ' +
    'constraint: Member must satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]');
});

test('[8] AT_TIMESTAMP is refused on a table\'s stream, with its ARN', async (t) => {
  const world = await World.start(t);
  const text = `Unsupported starting position for arn type: ${world.streamArn}`;
  await refused(world.create({ StartingPosition: 'AT_TIMESTAMP' }), 400, invalid, text);
  await refused(world.create({ StartingPosition: 'AT_TIMESTAMP', StartingPositionTimestamp: new Date() }),
    400, invalid, text);
});

test('[9] an unknown function is 400 "Function does not exist"', async (t) => {
  const world = await World.start(t);
  await refused(world.create({ FunctionName: 'missing' }), 400, invalid, 'Function does not exist');
  await refused(world.createOnQueue({ FunctionName: 'missing' }), 400, invalid, 'Function does not exist');
});

test('[10] no EventSourceArn is "Unrecognized event source." even without the function', async (t) => {
  const world = await World.start(t);
  for (const FunctionName of ['f', 'missing']) {
    await refused(world.create({ EventSourceArn: undefined, FunctionName }), 400, invalid,
      'Unrecognized event source.');
  }
});

test('[11] OnSuccess is refused', async (t) => {
  const world = await World.start(t);
  const DestinationConfig = { OnSuccess: { Destination: world.queue.arn } };
  for (const FunctionName of ['f', 'missing']) {
    await refused(world.create({ DestinationConfig, FunctionName }), 400, invalid,
      'Unsupported DestinationConfig parameter for given event source mapping type.');
  }
});

test('[12] a duplicate is 409 with the old UUID; streams and queues have texts of their own', async (t) => {
  const world = await World.start(t);
  const onStream = (await world.create()).reply.UUID;
  await refused(world.create(), 409, 'ResourceConflictException',
    `The event source arn (" ${world.streamArn} ") and function (" f ") provided mapping already exists. ` +
    `Please update or delete the existing mapping with UUID ${onStream}`);
  const onQueue = (await world.createOnQueue()).reply.UUID;
  await refused(world.createOnQueue(), 409, 'ResourceConflictException',
    `An event source mapping with SQS arn (" ${world.queue.arn} ") and function (" f ") already exists. ` +
    `Please update or delete the existing mapping with UUID ${onQueue}`);
});

test('[13] the same stream with a second function: both are given everything', async (t) => {
  const world = await World.start(t);
  const second = await world.function('second');
  await world.create();
  await world.create({ FunctionName: 'second' });
  await putNumbered(world.server, [1, 2, 3]);
  await world.server.drain();
  assert.deepEqual(await world.delivered(), [1, 2, 3]);
  assert.deepEqual((await second.notes()).flatMap((text) => JSON.parse(text).map(Number)), [1, 2, 3]);
});

test('[14] an unknown UUID is 404 with the key Message; other errors have message', async (t) => {
  const world = await World.start(t);
  const path = 'event-source-mappings/00000000-0000-4000-8000-000000000000';
  for (const [method, body] of [['GET'], ['PUT', { BatchSize: 1 }], ['DELETE']]) {
    const { status, type, text } = await world.raw(method, path, body);
    assert.equal(status, 404, method);
    assert.equal(type, 'ResourceNotFoundException');
    assert.deepEqual(JSON.parse(text),
      { Type: 'User', Message: 'The resource you requested does not exist.' });
  }
  const { status, type, text } =
    await world.raw('POST', 'event-source-mappings', { FunctionName: 'f' });
  assert.equal(status, 400);
  assert.equal(type, invalid);
  assert.deepEqual(JSON.parse(text), { Type: 'User', message: 'Unrecognized event source.' });
});

test('[15] an empty list of filters is accepted and not shown', async (t) => {
  const world = await World.start(t);
  const { reply } = await world.create({ FilterCriteria: { Filters: [] } });
  assert.ok(!('FilterCriteria' in reply));
  assert.ok(!('FilterCriteria' in (await world.get(reply.UUID)).reply));
  await putNumbered(world.server, [1]);
  await world.server.drain();
  assert.deepEqual(await world.delivered(), [1]);
  const FilterCriteria = { Filters: [{ Pattern: '{ "eventName": ["REMOVE"] }' }] };
  assert.deepEqual((await world.update({ UUID: reply.UUID, FilterCriteria })).reply.FilterCriteria,
    FilterCriteria);
  assert.ok(!('FilterCriteria' in
    (await world.update({ UUID: reply.UUID, FilterCriteria: {} })).reply));
});

test('[16] FunctionArn keeps the qualifier that was given, and gets none', async (t) => {
  const world = await World.start(t);
  for (const [FunctionName, shown] of [
    ['f', functionArn],
    [functionArn, functionArn],
    ['000000000000:function:f', functionArn],
    ['f:$LATEST', `${functionArn}:$LATEST`],
    [`${functionArn}:$LATEST`, `${functionArn}:$LATEST`],
  ]) {
    const { FunctionArn, UUID } = (await world.create({ FunctionName, Enabled: false })).reply;
    assert.equal(FunctionArn, shown, FunctionName);
    await world.delete(UUID);
  }
});

test('[17] BatchSize 11 with window 0 is refused on a queue, not on a stream', async (t) => {
  const world = await World.start(t);
  const text = 'Maximum batch window in seconds must be greater than 0 if maximum batch size is ' +
    'greater than 10';
  await refused(world.createOnQueue({ BatchSize: 11 }), 400, invalid, text);
  const { UUID } = (await world.createOnQueue({ BatchSize: 10, Enabled: false })).reply;
  await refused(world.update({ UUID, BatchSize: 11 }), 400, invalid, text);
  const both = { BatchSize: 11, MaximumBatchingWindowInSeconds: 1 };
  assert.equal((await world.update({ UUID, ...both })).reply.BatchSize, 11);
  const { BatchSize, MaximumBatchingWindowInSeconds } = (await world.create()).reply;
  assert.deepEqual([BatchSize, MaximumBatchingWindowInSeconds], [100, 0]);
});

test('[18] List with an unknown function or source is an empty list', async (t) => {
  const world = await World.start(t);
  const { UUID } = (await world.create()).reply;
  assert.deepEqual(await world.list({ FunctionName: 'missing' }), { EventSourceMappings: [] });
  assert.deepEqual(await world.list({ EventSourceArn: `${world.streamArn}0` }), { EventSourceMappings: [] });
  const known = await world.list({ FunctionName: 'f', EventSourceArn: world.streamArn });
  assert.deepEqual(known.EventSourceMappings.map((mapping) => mapping.UUID), [UUID]);
});

test('[19] Delete answers 202 with State Deleting, then Get is 404', async (t) => {
  const world = await World.start(t);
  const { UUID } = (await world.create()).reply;
  await putNumbered(world.server, [1]);
  await world.server.drain();
  const { status, reply } = await world.delete(UUID);
  assert.equal(status, 202);
  assert.equal(reply.State, 'Deleting');
  await refused(world.get(UUID), 404, 'ResourceNotFoundException',
    'The resource you requested does not exist.');
  assert.deepEqual((await world.list()).EventSourceMappings, []);
});

test('[20] deleting the function leaves the mapping Enabled', async (t) => {
  const world = await World.start(t);
  const { UUID } = (await world.create()).reply;
  await world.server.lambda.send(new DeleteFunctionCommand({ FunctionName: 'f' }));
  assert.equal((await world.get(UUID)).reply.State, 'Enabled');
  assert.equal((await world.list()).EventSourceMappings[0].State, 'Enabled');
});

test('[21] disabling keeps the checkpoint: what is written meanwhile comes later, nothing twice', async (t) => {
  const world = await World.start(t);
  const { UUID } = (await world.create()).reply;
  await putNumbered(world.server, [1, 2]);
  await world.server.drain();
  assert.equal((await world.update({ UUID, Enabled: false })).reply.State, 'Disabling');
  await mappingIsIn(world.server, UUID, 'Disabled');
  await putNumbered(world.server, [3, 4, 5]);
  await world.server.drain();
  assert.deepEqual(await world.delivered(), [1, 2]);
  assert.equal((await world.update({ UUID, Enabled: true })).reply.State, 'Enabling');
  await mappingIsIn(world.server, UUID, 'Enabled');
  await world.server.drain();
  assert.deepEqual(await world.delivered(), [1, 2, 3, 4, 5]);
});

test('[22] LastProcessingResult: nothing yet, OK, a failure, OK again', async (t) => {
  const world = await World.start(t);
  await world.server.control('POST', 'clock', { freeze: true });
  const { UUID } = (await world.create({ MaximumRetryAttempts: 1 })).reply;
  const result = async () => (await world.get(UUID)).reply.LastProcessingResult;
  assert.equal(await result(), 'No records processed');
  await putNumbered(world.server, [1]);
  await world.server.drain();
  assert.equal(await result(), 'OK');
  await putNumbered(world.server, [2], [2]);
  await world.server.control('POST', 'clock', { advanceSeconds: 60 });  // Both attempts.
  assert.equal(await result(), 'PROBLEM: Function call failed');
  await putNumbered(world.server, [3]);
  await world.server.drain();
  assert.equal(await result(), 'OK');
  assert.deepEqual(await world.delivered(), [1, 2, 2, 3]);
});
