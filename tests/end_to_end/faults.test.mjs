// Faults on demand: handlers that fail, time out, crash, are throttled or late, and answers that are
// lost; operations of DynamoDB likewise. Every plan strikes as often as it says, and then no more.

import { GetItemCommand, ListTablesCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import assert from 'node:assert/strict';

import { createFunction, createMapping, createTable, noteIds, putItem, until } from './resources.mjs';
import { startServer, temporaryFolder, test } from './server.mjs';

// Notes each call with what the process remembers: how often it was called before.
const countCalls = {
  'index.js': `
    const { appendFileSync } = require('node:fs');
    let before = 0;
    exports.handler = async () => {
      appendFileSync(process.env.EVENTS, String(before) + '\\n');
      return before++;
    };`,
};

async function setUp(t, { files = noteIds, durable = false, ...settings } = {}) {
  const folder = await temporaryFolder(t);
  const server = await startServer(t, durable ? { folder } : {});
  const { notes } = await createFunction(server, folder, { files, ...settings });
  return { folder, server, notes };
}

async function setUpMapping(t, plan) {
  const { server, notes } = await setUp(t);
  const streamArn = await createTable(server);
  const { id } = await server.control('POST', 'faults', plan);
  const mapping = await createMapping(server, streamArn);
  await putItem(server, { id: { S: 'a' } });
  await server.drain();
  const deliveries = await server.deliveries(mapping);
  return { server, id, deliveries, notes: await notes() };
}

const invoke = async (server) => {
  const reply = await server.lambda.send(new InvokeCommand({ FunctionName: 'f', Payload: '{}' }));
  return { ...reply, document: JSON.parse(Buffer.from(reply.Payload).toString()) };
};

const outcomes = (deliveries) => deliveries.map(({ outcome, attempt }) => `${outcome} ${attempt}`);

test('a batch fails as often as planned, and the recorder names the plan', async (t) => {
  const { id, deliveries, notes } = await setUpMapping(t,
    { fault: 'fail', handler: { function: 'f', keys: [{ id: { S: 'a' } }] }, times: 2 });
  assert.deepEqual(outcomes(deliveries), ['failed 1', 'failed 2', 'succeeded 3']);
  assert.deepEqual(deliveries.map(({ fault }) => fault), [id, id, undefined]);
  assert.deepEqual(notes, ['["a"]']);
});

test('a lost answer: the work is done twice, and no attempt is used up', async (t) => {
  const { id, deliveries, notes } = await setUpMapping(t,
    { fault: 'loseAnswer', handler: {}, times: 1 });
  assert.deepEqual(outcomes(deliveries), ['throttled 1', 'succeeded 1']);
  assert.equal(deliveries[0].fault, id);
  assert.deepEqual(notes, ['["a"]', '["a"]']);
});

test('a crash kills the process: what it remembered is gone', async (t) => {
  const { server, notes } = await setUp(t, { files: countCalls });
  assert.equal((await invoke(server)).document, 0);
  assert.equal((await invoke(server)).document, 1);
  await server.control('POST', 'faults', { fault: 'crash', handler: { function: 'f' }, times: 1 });
  const crashed = await invoke(server);
  assert.equal(crashed.FunctionError, 'Unhandled');
  assert.equal(crashed.document.errorType, 'Runtime.ExitError');
  assert.match(crashed.document.errorMessage, /^RequestId: \S+ Error: Runtime exited with error: signal: killed$/);
  assert.equal((await invoke(server)).document, 0);
  assert.deepEqual(await notes(), ['0', '1', '0']);
});

test('a time-out lasts as long as the function may, by the one clock, and kills the process', async (t) => {
  const { server } = await setUp(t, { files: countCalls, Timeout: 900 });
  assert.equal((await invoke(server)).document, 0);
  await server.control('POST', 'clock', { freeze: true });
  await server.control('POST', 'faults', { fault: 'timeout', handler: {}, times: 1 });
  const late = invoke(server);
  await until(async () => (await server.control('GET', 'faults')).faults[0].hasEnded);
  await server.control('POST', 'clock', { advanceSeconds: 900 });
  const { FunctionError, document } = await late;
  assert.equal(FunctionError, 'Unhandled');
  assert.equal(document.errorType, 'Sandbox.Timedout');
  assert.match(document.errorMessage, /^RequestId: \S+ Error: Task timed out after 900\.00 seconds$/);
  assert.equal((await invoke(server)).document, 0);
});

test("clients' own calls: throttled, and an answer lost", async (t) => {
  const { server, notes } = await setUp(t, { files: countCalls });
  await server.control('POST', 'faults', { fault: 'throttle', handler: {}, times: 1 });
  await assert.rejects(invoke(server), { name: 'TooManyRequestsException' });
  await server.control('POST', 'faults', { fault: 'loseAnswer', handler: {}, times: 1 });
  await assert.rejects(invoke(server), { name: 'ServiceException' });
  assert.equal((await invoke(server)).document, 1);
  assert.deepEqual(await notes(), ['0', '1']);
});

test('events that nobody waits for are struck too', async (t) => {
  const { server, notes } = await setUp(t, { files: countCalls });
  await server.control('POST', 'faults', { fault: 'fail', handler: {}, times: 1 });
  const event = { FunctionName: 'f', Payload: '{}', InvocationType: 'Event' };
  await server.lambda.send(new InvokeCommand(event));
  await until(async () => (await server.control('GET', 'faults')).faults[0].hasEnded);
  await server.lambda.send(new InvokeCommand(event));
  await until(async () => (await notes()).length > 0);
  assert.deepEqual(await notes(), ['0']);
});

test('a delay waits for the one clock', async (t) => {
  const { server, notes } = await setUp(t, { files: countCalls });
  await server.control('POST', 'clock', { freeze: true });
  await server.control('POST', 'faults',
    { fault: 'delay', delaySeconds: 3600, handler: {}, times: 1 });
  const late = invoke(server);
  await until(async () => (await server.control('GET', 'faults')).faults[0].hasEnded);
  assert.deepEqual(await notes(), []);
  await server.control('POST', 'clock', { advanceSeconds: 3600 });
  assert.equal((await late).document, 0);
});

test('operations of DynamoDB are throttled, fail, and lose their answers, by table', async (t) => {
  const server = await startServer(t);
  await createTable(server, 'Things');
  await createTable(server, 'Others');
  const dynamodb = { operations: ['PutItem'], tables: ['Things'] };
  const put = (id, table) => putItem(server, { id: { S: id } }, table);
  const get = async (id) => (await server.dynamodb.send(
    new GetItemCommand({ TableName: 'Things', Key: { id: { S: id } } }))).Item;

  await server.control('POST', 'faults', { fault: 'throttle', dynamodb, times: 1 });
  await put('a', 'Others');
  await assert.rejects(put('a'), { name: 'ProvisionedThroughputExceededException' });
  assert.equal(await get('a'), undefined);
  await put('a');

  await server.control('POST', 'faults', { fault: 'fail', dynamodb, times: 1 });
  await assert.rejects(put('b'), (error) =>
    error.name === 'InternalServerError' && error.$metadata.httpStatusCode === 500);
  assert.equal(await get('b'), undefined);

  await server.control('POST', 'faults', { fault: 'loseAnswer', dynamodb, times: 1 });
  await assert.rejects(put('c'));
  assert.deepEqual(await get('c'), { id: { S: 'c' } });
  await server.control('POST', 'faults',
    { fault: 'throttle', dynamodb: { operations: ['ListTables'] }, times: 1 });
  await assert.rejects(server.dynamodb.send(new ListTablesCommand({})),
    { name: 'ThrottlingException' });
});

test('a plan with a seed strikes the same calls again', async (t) => {
  const server = await startServer(t);
  await createTable(server);
  const strikes = async () => {
    const { id } = await server.control('POST', 'faults', { fault: 'throttle',
      dynamodb: { operations: ['PutItem'] }, probability: 0.5, seed: 7, times: 1000 });
    const struck = [];
    for (let call = 0; call < 20; ++call) {
      struck.push(await server.dynamodb.send(
        new PutItemCommand({ TableName: 'Things', Item: { id: { S: 'a' } } }))
        .then(() => false, () => true));
    }
    await server.control('DELETE', `faults/${id}`);
    return struck;
  };
  const first = await strikes();
  assert.deepEqual(await strikes(), first);
  assert.ok(first.includes(true) && first.includes(false));
});

test('plans are listed, removed, and survive a restart', async (t) => {
  const folder = await temporaryFolder(t);
  const server = await startServer(t, { folder });
  const plan = { fault: 'delay', delaySeconds: 0.5, handler: { function: 'f' }, times: 3 };
  const added = await server.control('POST', 'faults', plan);
  assert.deepEqual(added, { ...plan, id: '1', calls: 0, strikes: 0, hasEnded: false });
  await server.control('POST', 'faults', plan);
  await server.control('POST', 'faults', plan);
  assert.deepEqual(await server.control('DELETE', 'faults?id=2'), { removed: ['2'] });
  await server.kill();

  const again = await startServer(t, { folder });
  const { faults } = await again.control('GET', 'faults');
  assert.deepEqual(faults.map(({ id }) => id), ['1', '3']);
  assert.deepEqual(await again.control('GET', 'faults/1'), added);
  await assert.rejects(again.control('GET', 'faults/2'), /404 .*there is no fault plan 2/);
  await assert.rejects(again.control('DELETE', 'faults/2'), /404/);
  assert.deepEqual(await again.control('DELETE', 'faults'), { removed: ['1', '3'] });
  assert.deepEqual(await again.control('GET', 'faults'), { faults: [] });
});

test('what a plan may not say is refused by name', async (t) => {
  const server = await startServer(t);
  const refused = async (plan, words) =>
    await assert.rejects(server.control('POST', 'faults', plan), words);
  await refused({ fault: 'fail', handler: {}, times: 1, colour: 'red' },
    /400 .*there is no member colour/);
  await refused({ fault: 'fail', handler: {} }, /400 .*a plan has an end/);
  await refused({ fault: 'fail', dynamodb: { operations: ['Put'] }, times: 1 },
    /400 .*there is no operation Put/);
  await refused({ fault: 'fail', dynamodb: { operations: ['GetRecords'], tables: ['T'] }, times: 1 },
    /400 .*dynamodb\.tables does not go with GetRecords/);
  await refused({ fault: 'crash', dynamodb: {}, times: 1 }, /400 .*for handler only/);
});
