// The function of the cases does what records tell it to, and writes down every call first.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';

let requests = [];
let handler;
const counts = new Map();

// As much of DynamoDB as the function uses.
const server = createServer(async (request, response) => {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += part;
  const input = JSON.parse(text);
  const operation = request.headers['x-amz-target'].split('.')[1];
  requests.push({ operation, input, authorization: request.headers.authorization });
  let answer = {};
  if (input.UpdateExpression?.startsWith('ADD')) {
    const key = input.Key.id.S;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    answer = { Attributes: { seen: { N: String(counts.get(key)) } } };
  } else if (operation === 'GetItem') {
    answer = requests.length > 4 ? { Item: { id: input.Key.id } } : {};
  }
  response.end(JSON.stringify(answer));
});

before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.env.AWS_REGION = 'us-east-1';
  process.env.TRACE_TABLE = 'trace';
  process.env.CONFORMANCE_ENDPOINT = `http://127.0.0.1:${server.address().port}`;
  ({ handler } = createRequire(import.meta.url)('./handler/index.js'));
});
after(() => server.closeAllConnections() ?? server.close());

const streamRecord = (id, action) => ({
  eventSourceARN: 'arn:stream',
  dynamodb: {
    Keys: { pk: { S: 'p' }, sk: { S: id } },
    NewImage: { ...(action && { do: { S: JSON.stringify(action) } }) },
    SequenceNumber: `number ${id}`,
  },
});
const context = { functionName: 'f', awsRequestId: 'request', invokedFunctionArn: 'arn:f' };

async function call(event) {
  requests = [];
  return await handler(event, context);
}
const batch = (...records) => ({ Records: records });
const notes = () =>
  requests
    .filter(({ input }) => input.UpdateExpression?.startsWith('SET calls'))
    .map(({ input }) => JSON.parse(input.ExpressionAttributeValues[':entry'].L[0].S));

test('a call is written down with its event, signed', async () => {
  const event = batch(streamRecord('a'), streamRecord('b'));
  assert.equal(await call(event), undefined);
  assert.equal(requests[0].input.Key.id.S, 'f arn:stream');
  assert.match(
    requests[0].authorization,
    /^AWS4-HMAC-SHA256 Credential=\S+\/\d{8}\/us-east-1\/dynamodb\/aws4_request, /,
  );
  const [{ id, arn, ids, event: told }] = notes();
  assert.deepEqual([id, arn, ids, told], ['request', 'arn:f', ['a', 'b'], event]);
});

test('it is written down also when the call fails, once only', async () => {
  await assert.rejects(call(batch(streamRecord('a', { throw: true }))), /told to throw/);
  assert.equal(notes().length, 1);
});

test('what is to be done a number of times is done so often', async () => {
  const event = batch(streamRecord('t', { throw: true, times: 2 }));
  await assert.rejects(call(event));
  await assert.rejects(call(event));
  await call(event);
});

test('failed records are reported, the last one first', async () => {
  const event = batch(
    streamRecord('a', { fail: true }),
    streamRecord('b'),
    streamRecord('c', { fail: true }),
  );
  assert.deepEqual(await call(event), {
    batchItemFailures: [{ itemIdentifier: 'number c' }, { itemIdentifier: 'number a' }],
  });
});

test('an answer is given as it is, with the identifier in place', async () => {
  assert.deepEqual(await call(batch(streamRecord('a', { answer: '["$ID"]' }))), ['number a']);
  assert.equal(await call(batch(streamRecord('a', { answer: 'null' }))), null);
});

test('in a tumbling window the records so far are the state', async () => {
  const windowed = (state, ...records) => ({
    ...batch(...records),
    window: {},
    state,
    eventSourceARN: 'arn:stream',
  });
  assert.deepEqual(await call(windowed({}, streamRecord('a'))), {
    state: { ids: ['a'] },
    batchItemFailures: [],
  });
  assert.deepEqual((await call(windowed({ ids: ['a'] }, streamRecord('b')))).state, {
    ids: ['a', 'b'],
  });
  assert.deepEqual((await call(windowed({ ids: ['a'] }))).state, { ids: ['a'] });
  assert.equal(await call(windowed({}, streamRecord('a', { state: false }))), undefined);
});

test('a message says what to do in its body, if that is JSON', async () => {
  const message = (body) => ({ eventSourceARN: 'arn:queue', messageId: 'm1', body });
  await assert.rejects(call(batch(message('{"id":"a","do":{"throw":true}}'))));
  await call(batch(message('plain')));
  assert.deepEqual(notes()[0].ids, ['plain']);
  assert.deepEqual(await call(batch(message('{"id":"a","do":{"fail":true}}'))), {
    batchItemFailures: [{ itemIdentifier: 'm1' }],
  });
});

test('a gate holds the call until it is open; the end is written down, too', async () => {
  await call(batch(streamRecord('a', { gate: 'g' })));
  assert.equal(requests.filter(({ operation }) => operation === 'GetItem').length, 4);
  assert.equal(notes().length, 2);
  assert.ok(notes()[1].ended >= notes()[0].at);
});

test('of a large event an outline is kept', async () => {
  const event = batch(
    ...Array.from({ length: 200 }, (_, at) => streamRecord(`r${at}`, { hold: 0 })),
  );
  await call(event);
  const [{ bytes, ids, event: told }] = notes();
  assert.deepEqual(
    [bytes, ids.length, told],
    [Buffer.byteLength(JSON.stringify(event)), 200, undefined],
  );
});
