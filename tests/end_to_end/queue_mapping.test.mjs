// Mappings of queues: what a function gets, and what becomes of its messages.

import {
  CreateEventSourceMappingCommand, UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import {
  CreateQueueCommand, DeleteMessageBatchCommand, GetQueueAttributesCommand, PurgeQueueCommand,
  ReceiveMessageCommand, SendMessageBatchCommand, SendMessageCommand,
} from '@aws-sdk/client-sqs';
import assert from 'node:assert/strict';

import { createFunction, mappingIsIn, until } from './resources.mjs';
import { startServer, temporaryFolder, test } from './server.mjs';

const move = (server, request) => server.control('POST', 'clock', request);
const settle = (server) => move(server, { advanceSeconds: 0 });

// Notes what it gets, and does with a message as its body says.
const obedient = {
  'index.js': `
    const { appendFileSync } = require('node:fs');
    exports.handler = async (event) => {
      appendFileSync(process.env.EVENTS, JSON.stringify(event.Records) + '\\n');
      if (event.Records.some(({ body }) => body === 'throw')) throw new Error('as told');
      if (event.Records.some(({ body }) => body === 'hang')) await new Promise(() => {});
      const reply = event.Records.find(({ body }) => body.startsWith('reply '));
      if (reply) return JSON.parse(reply.body.slice(6));
      const failed = event.Records.filter(({ body }) => body.startsWith('fail'));
      return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    };`,
};

async function createQueue(server, QueueName, Attributes = {}) {
  const { QueueUrl } = await server.sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  return { url: QueueUrl, arn: `arn:aws:sqs:us-east-1:000000000000:${QueueName}` };
}

async function map(server, queue, settings = {}) {
  const { UUID } = await server.lambda.send(new CreateEventSourceMappingCommand({
    EventSourceArn: queue.arn, FunctionName: 'f', ...settings }));
  return UUID;
}

async function send(server, queue, bodies, more = () => ({})) {
  const ids = [];
  for (let at = 0; at < bodies.length; at += 10) {
    const { Successful } = await server.sqs.send(new SendMessageBatchCommand({
      QueueUrl: queue.url,
      Entries: bodies.slice(at, at + 10).map((MessageBody, i) =>
        ({ Id: String(i), MessageBody, ...more(at + i) })),
    }));
    ids.push(...Successful.map(({ MessageId }) => MessageId));
  }
  return ids;
}

async function counts(server, queue) {
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'];
  const { Attributes } = await server.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: names }));
  return names.map((name) => Number(Attributes[name]));
}

// All messages that are visible; they are deleted.
async function take(server, queue) {
  const all = [];
  for (;;) {
    const { Messages = [] } = await server.sqs.send(new ReceiveMessageCommand({
      QueueUrl: queue.url, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All'] }));
    if (Messages.length === 0) return all;
    all.push(...Messages);
    await server.sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queue.url,
      Entries: Messages.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle })) }));
  }
}

// A server with a frozen clock, a queue, its dead-letter queue, and a mapping on the obedient function.
async function prepare(t, { attributes = {}, receives, fifo = false, mapping = {}, server: how } = {}) {
  const folder = await temporaryFolder(t);
  const server = await startServer(t, how?.(folder));
  await move(server, { freeze: true, set: '2030-01-01T00:00:00Z' });
  const suffix = fifo ? '.fifo' : '';
  const type = fifo ? { FifoQueue: 'true' } : {};
  const letters = await createQueue(server, `letters${suffix}`, type);
  const redrive = receives && { RedrivePolicy: JSON.stringify(
    { deadLetterTargetArn: letters.arn, maxReceiveCount: receives }) };
  const queue = await createQueue(server, `q${suffix}`, { ...type, ...redrive, ...attributes });
  const { notes } = await createFunction(server, folder, { files: obedient });
  const UUID = await map(server, queue, mapping);
  const events = async () => (await notes()).map((text) => JSON.parse(text));
  return { folder, server, queue, letters, UUID, events,
    bodies: async () => (await events()).map((records) => records.map(({ body }) => body)) };
}

test('[79] a failing message comes back after the visibility timeout, then goes to the dead-letter queue',
  async (t) => {
    const { server, queue, letters, events } = await prepare(t, {
      attributes: { VisibilityTimeout: '30' }, receives: 2 });
    const [id] = await send(server, queue, ['throw']);
    await settle(server);
    const receives = async () =>
      (await events()).map(([{ messageId, attributes }]) => [messageId, attributes.ApproximateReceiveCount]);
    assert.deepEqual(await receives(), [[id, '1']]);

    await move(server, { advanceSeconds: 29.999 });
    assert.deepEqual(await receives(), [[id, '1']]);
    await move(server, { advanceSeconds: 0.001 });
    assert.deepEqual(await receives(), [[id, '1'], [id, '2']]);
    assert.deepEqual(await take(server, letters), []);

    await move(server, { advanceSeconds: 3600 });
    assert.equal((await receives()).length, 2);
    const [letter, ...others] = await take(server, letters);
    assert.equal(letter.MessageId, id);
    assert.equal(letter.Body, 'throw');
    assert.deepEqual(others, []);
    assert.deepEqual(await counts(server, queue), [0, 0]);
  });

test('[80] with partial replies only the listed messages stay', async (t) => {
  const { server, queue, bodies, UUID } = await prepare(t, {
    mapping: { FunctionResponseTypes: ['ReportBatchItemFailures'] } });
  await send(server, queue, ['a', 'fail 1', 'b', 'fail 2']);
  await settle(server);
  assert.deepEqual(await bodies(), [['a', 'fail 1', 'b', 'fail 2']]);
  assert.deepEqual(await counts(server, queue), [0, 2]);
  await move(server, { advanceSeconds: 30 });
  assert.deepEqual((await bodies())[1], ['fail 1', 'fail 2']);
  const [first] = await server.deliveries(UUID);
  assert.equal(first.outcome, 'partiallyFailed');
  assert.equal(first.messageIds.length, 4);
  assert.deepEqual(new Set(first.failedMessageIds),
    new Set([first.messageIds[1], first.messageIds[3]]));
});

test('[80] a reply that is none, or an exception, brings the whole batch back', async (t) => {
  const { server, queue } = await prepare(t, {
    mapping: { FunctionResponseTypes: ['ReportBatchItemFailures'], BatchSize: 2 } });
  const wrong = [
    'reply {"batchItemFailures":[{"foo":"notvalid"}]}', 'reply {"batchItemFailures":[{"itemIdentifier":""}]}',
    'reply {"batchItemFailures":[{"itemIdentifier":null}]}', 'reply "text"',
    'reply {"batchItemFailures":[{"itemIdentifier":"unknown"}]}', 'throw',
  ];
  const right = ['reply {}', 'reply null', 'reply {"batchItemFailures":null}', 'reply {"batchItemFailures":[]}'];
  for (const [bodies, left] of [[wrong, 2], [right, 0]]) {
    for (const body of bodies) {
      await send(server, queue, [body, 'other']);
      await settle(server);
      assert.deepEqual(await counts(server, queue), [0, left], body);
      await move(server, { advanceSeconds: 30 });
      if (left > 0) assert.deepEqual(await counts(server, queue), [0, left], body);
      await server.sqs.send(new PurgeQueueCommand({ QueueUrl: queue.url }));
    }
  }
});

test('[80] filtered messages are deleted, the others delivered', async (t) => {
  const { server, queue, bodies } = await prepare(t, {
    mapping: { FilterCriteria: { Filters: [{ Pattern: '{"body":{"level":[{"numeric":[">",3]}]}}' }] } } });
  await send(server, queue, ['{"level":1}', '{"level":5}', 'no JSON', '{"level":4}']);
  await settle(server);
  assert.deepEqual(await bodies(), [['{"level":5}', '{"level":4}']]);
  assert.deepEqual(await counts(server, queue), [0, 0]);
});

test('a record of a message has the members that AWS was recorded with', async (t) => {
  const { server, queue, events } = await prepare(t);
  const { MessageId } = await server.sqs.send(new SendMessageCommand({
    QueueUrl: queue.url, MessageBody: '{"foo": "bar"}' }));
  await settle(server);
  const [[record]] = await events();
  assert.equal(JSON.stringify(record), JSON.stringify({
    messageId: MessageId,
    receiptHandle: record.receiptHandle,
    body: '{"foo": "bar"}',
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: String(Date.UTC(2030)),
      SenderId: '000000000000',
      ApproximateFirstReceiveTimestamp: String(Date.UTC(2030)),
    },
    messageAttributes: {},
    md5OfBody: '94232c5b8fc9272f6f73a1e36eb68fcf',
    eventSource: 'aws:sqs',
    eventSourceARN: queue.arn,
    awsRegion: 'us-east-1',
  }));

  await server.sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: 'x',
    MessageAttributes: {
      name: { DataType: 'String', StringValue: 'v' },
      bytes: { DataType: 'Binary', BinaryValue: Buffer.from('v') },
    } }));
  await settle(server);
  assert.deepEqual((await events())[1][0].messageAttributes, {
    name: { stringValue: 'v', stringListValues: [], binaryListValues: [], dataType: 'String' },
    bytes: { binaryValue: 'dg==', stringListValues: [], binaryListValues: [], dataType: 'Binary' },
  });
});

test('thirty messages, BatchSize 20, a window, MaximumConcurrency 2: two batches', async (t) => {
  const { server, queue, bodies } = await prepare(t, { mapping: {
    BatchSize: 20, MaximumBatchingWindowInSeconds: 10, ScalingConfig: { MaximumConcurrency: 2 } } });
  await send(server, queue, Array.from({ length: 30 }, (_, i) => `m${i}`));
  await settle(server);
  assert.deepEqual((await bodies()).map(({ length }) => length), [20]);
  await move(server, { advanceSeconds: 10 });
  assert.deepEqual((await bodies()).map(({ length }) => length), [20, 10]);
});

test('a FIFO queue keeps the order of its groups, whatever fails', async (t) => {
  const { server, queue, letters, events } = await prepare(t, { fifo: true, receives: 2,
    mapping: { FunctionResponseTypes: ['ReportBatchItemFailures'] } });
  // As recorded (7.3): four messages, the last fails.
  await send(server, queue, ['a', 'b', 'c', 'fail'],
    (i) => ({ MessageGroupId: 'g', MessageDeduplicationId: String(i) }));
  await settle(server);
  await send(server, queue, ['later'], () => ({ MessageGroupId: 'g', MessageDeduplicationId: 'l' }));
  await settle(server);
  const seen = async () => (await events()).map((records) =>
    records.map(({ body, attributes }) => `${body} ${attributes.ApproximateReceiveCount}`));
  assert.deepEqual(await seen(), [['a 1', 'b 1', 'c 1', 'fail 1']]);
  await move(server, { advanceSeconds: 30 });
  assert.deepEqual(await seen(), [['a 1', 'b 1', 'c 1', 'fail 1'], ['fail 2', 'later 1']]);
  await move(server, { advanceSeconds: 30 });
  assert.deepEqual((await take(server, letters)).map(({ Body }) => Body), ['fail']);

  const [{ attributes }] = (await events())[0];
  assert.equal(attributes.MessageGroupId, 'g');
  assert.equal(attributes.MessageDeduplicationId, '0');
  assert.match(attributes.SequenceNumber, /^\d{20}$/);
});

test('drain and the status tell of messages that are not dealt with', async (t) => {
  const { server, queue, UUID } = await prepare(t);
  await server.drain();
  await send(server, queue, ['throw']);
  await settle(server);
  await assert.rejects(server.drain(0.2), /1 in flight.*visible at 2030-01-01T00:00:30\.000Z.*as told/);
  const status = await server.control('GET', `mappings/${UUID}`);
  assert.equal(status.queue.queueArn, queue.arn);
  assert.equal(status.queue.inFlight, 1);
  assert.equal(status.queue.counters.failures, 1);
  const [delivery] = await server.deliveries(UUID);
  assert.equal(delivery.outcome, 'failed');
  assert.equal(delivery.functionError, 'Unhandled');
  assert.equal(delivery.errorMessage, 'as told');
  assert.equal(delivery.messageIds.length, 1);
  assert.ok(!('shardId' in delivery) && !('checkpoint' in delivery));
});

test('what is in flight in a crash comes back when its visibility ends', async (t) => {
  const { folder, server, queue, UUID } = await prepare(t, { server: (folder) => ({ folder }) });
  await send(server, queue, ['hang']);
  await until(async () =>
    (await server.control('GET', `mappings/${UUID}`)).queue.batchesInFlight > 0);
  await server.kill();

  const again = await startServer(t, { folder });
  await again.sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: 'next' }));
  await settle(again);
  assert.deepEqual(await counts(again, queue), [0, 1]);
  await again.lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));
  await mappingIsIn(again, UUID, 'Disabled');
  await move(again, { advanceSeconds: 30 });
  const [message] = await take(again, queue);
  assert.equal(message.Body, 'hang');
  assert.equal(message.Attributes.ApproximateReceiveCount, '2');
});
