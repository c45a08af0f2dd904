// The AWS SDK for JavaScript v3 against the program: tables, items, streams, queues, errors.

import {
  ConditionalCheckFailedException, DeleteItemCommand, DeleteTableCommand, DescribeTableCommand,
  GetItemCommand, ListTablesCommand, PutItemCommand, ResourceNotFoundException, UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand, GetRecordsCommand, GetShardIteratorCommand, ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams';
import {
  DeleteMessageBatchCommand, ListQueuesCommand, QueueDoesNotExist, ReceiveMessageCommand,
  GetQueueUrlCommand, SendMessageBatchCommand, SendMessageCommand,
} from '@aws-sdk/client-sqs';
import assert from 'node:assert/strict';

import { createQueue, createTable, putItem, readStream } from './resources.mjs';
import { startServer, test } from './server.mjs';
import { listShards } from './story.mjs';

test('a table, a write, and its record in the stream', async (t) => {
  const server = await startServer(t);
  const streamArn = await createTable(server);
  assert.match(streamArn,
    /^arn:aws:dynamodb:us-east-1:000000000000:table\/Things\/stream\/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/);

  const item = {
    id: { S: 'a' },
    number: { N: '12.5' },
    bytes: { B: new Uint8Array([0, 1, 254, 255]) },
    yes: { BOOL: true },
    nothing: { NULL: true },
    list: { L: [{ S: 'x' }, { N: '1' }] },
    map: { M: { inner: { SS: ['p', 'q'] } } },
  };
  const before = Math.floor(Date.now() / 1000);
  await putItem(server, item);
  const { Item } = await server.dynamodb.send(
    new GetItemCommand({ TableName: 'Things', Key: { id: { S: 'a' } } }));
  assert.deepEqual(Item, item);

  const { Streams } = await server.streams.send(new ListStreamsCommand({ TableName: 'Things' }));
  assert.deepEqual(Streams.map(({ StreamArn }) => StreamArn), [streamArn]);
  const { StreamDescription } =
    await server.streams.send(new DescribeStreamCommand({ StreamArn: streamArn }));
  assert.equal(StreamDescription.StreamStatus, 'ENABLED');
  assert.equal(StreamDescription.StreamViewType, 'NEW_AND_OLD_IMAGES');

  const [record, ...others] = await readStream(server, streamArn);
  assert.equal(others.length, 0);
  assert.equal(record.eventName, 'INSERT');
  assert.equal(record.eventVersion, '1.1');
  assert.equal(record.eventSource, 'aws:dynamodb');
  assert.equal(record.awsRegion, 'us-east-1');
  assert.match(record.eventID, /^[0-9a-f]{32}$/);
  const { ApproximateCreationDateTime: at, SequenceNumber, SizeBytes, ...rest } = record.dynamodb;
  assert.deepEqual(rest,
    { Keys: { id: { S: 'a' } }, NewImage: item, StreamViewType: 'NEW_AND_OLD_IMAGES' });
  assert.match(SequenceNumber, /^\d{21,40}$/);
  assert.ok(SizeBytes > 40);
  assert.ok(at.getTime() / 1000 >= before && at.getTime() <= Date.now());
});

test('inserted, changed, not changed, removed: three records', async (t) => {
  const server = await startServer(t);
  const streamArn = await createTable(server);
  const Key = { id: { S: 'a' } };
  await putItem(server, { ...Key, n: { N: '1' } });
  const { Attributes } = await server.dynamodb.send(new UpdateItemCommand({
    TableName: 'Things', Key, UpdateExpression: 'ADD n :one', ReturnValues: 'UPDATED_NEW',
    ExpressionAttributeValues: { ':one': { N: '1' } },
  }));
  assert.deepEqual(Attributes, { n: { N: '2' } });
  await putItem(server, { ...Key, n: { N: '2.0' } });
  await server.dynamodb.send(new DeleteItemCommand({ TableName: 'Things', Key }));
  await server.dynamodb.send(new DeleteItemCommand({ TableName: 'Things', Key }));

  const records = await readStream(server, streamArn);
  assert.deepEqual(
    records.map(({ eventName, dynamodb: { OldImage, NewImage } }) =>
      [eventName, OldImage?.n.N, NewImage?.n.N]),
    [['INSERT', undefined, '1'], ['MODIFY', '1', '2'], ['REMOVE', '2', undefined]]);
  const numbers = records.map(({ dynamodb }) => BigInt(dynamodb.SequenceNumber));
  assert.ok(numbers[0] < numbers[1] && numbers[1] < numbers[2]);
});

test('the names that streams give have the forms that AWS gives them', async (t) => {
  const server = await startServer(t, { args: ['--shards-per-stream', '7'] });
  const streamArn = await createTable(server);
  await server.control('POST', 'streams/rollover', { streamArn });
  await putItem(server, { id: { S: 'a' } });
  const shards = await listShards(server, streamArn, { Limit: 5 });
  assert.equal(shards.length, 14);
  const ids = shards.map(({ ShardId }) => ShardId);
  assert.deepEqual(ids, [...new Set(ids)].sort(), 'the order of the ids is that of the list');
  for (const { ShardId, SequenceNumberRange } of shards) {
    assert.match(ShardId, /^shardId-\d{20}-[0-9a-f]{8}$/);
    assert.ok(Math.abs(Number(ShardId.slice(8, 28)) - Date.now()) < 60_000, 'made just now');
    assert.match(SequenceNumberRange.StartingSequenceNumber, /^[1-9]\d{20,39}$/);
  }
  const isIterator = (text) =>
    text.startsWith(`${streamArn}|`) && /^\d\|.+$/.test(text.slice(streamArn.length + 1)) &&
    text.length <= 2048;
  const { ShardIterator } = await server.streams.send(new GetShardIteratorCommand(
    { StreamArn: streamArn, ShardId: ids.at(-1), ShardIteratorType: 'TRIM_HORIZON' }));
  assert.ok(isIterator(ShardIterator), ShardIterator);
  const { NextShardIterator } = await server.streams.send(new GetRecordsCommand({ ShardIterator }));
  assert.ok(isIterator(NextShardIterator), NextShardIterator);

  const [{ eventID, dynamodb: { SequenceNumber } }] = await readStream(server, streamArn);
  assert.match(eventID, /^[0-9a-f]{32}$/);
  assert.match(SequenceNumber, /^[1-9]\d{20,39}$/);
});

test('errors arrive as the classes of the SDK', async (t) => {
  const server = await startServer(t);
  await createTable(server);
  await putItem(server, { id: { S: 'a' } });
  await assert.rejects(
    server.dynamodb.send(new PutItemCommand({
      TableName: 'Things', Item: { id: { S: 'a' } }, ConditionExpression: 'attribute_not_exists(id)',
    })),
    (error) => error instanceof ConditionalCheckFailedException &&
      error.message === 'The conditional request failed' &&
      error.$metadata.httpStatusCode === 400 && error.$metadata.requestId.length > 10);
  await assert.rejects(
    server.dynamodb.send(new DescribeTableCommand({ TableName: 'Elsewhere' })),
    (error) => error instanceof ResourceNotFoundException &&
      error.message === 'Requested resource not found: Table: Elsewhere not found');
  await assert.rejects(server.sqs.send(new GetQueueUrlCommand({ QueueName: 'elsewhere' })),
    QueueDoesNotExist);
});

test('a deleted table is gone, and its stream can still be read', async (t) => {
  const server = await startServer(t);
  const streamArn = await createTable(server);
  await putItem(server, { id: { S: 'a' } });
  await server.dynamodb.send(new DeleteTableCommand({ TableName: 'Things' }));
  const { TableNames } = await server.dynamodb.send(new ListTablesCommand({}));
  assert.deepEqual(TableNames, []);
  assert.deepEqual((await readStream(server, streamArn)).map(({ eventName }) => eventName), ['INSERT']);
});

test('a queue over the JSON protocol: the SDK agrees with every MD5', async (t) => {
  const server = await startServer(t);
  const { url, arn } = await createQueue(server, 'tasks');
  assert.equal(arn, 'arn:aws:sqs:us-east-1:000000000000:tasks');
  const { QueueUrls } = await server.sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'ta' }));
  assert.deepEqual(QueueUrls, [url]);

  const MessageBody = 'one task: ä ☃ "quoted" <&>';
  const MessageAttributes = {
    word: { DataType: 'String', StringValue: 'yes' },
    count: { DataType: 'Number', StringValue: '7' },
    bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2, 3]) },
  };
  await server.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody, MessageAttributes }));
  const { Successful } = await server.sqs.send(new SendMessageBatchCommand({
    QueueUrl: url,
    Entries: ['b', 'c'].map((Id) => ({ Id, MessageBody: `task ${Id}` })),
  }));
  assert.equal(Successful.length, 2);

  const received = [];
  while (received.length < 3) {
    const { Messages = [] } = await server.sqs.send(new ReceiveMessageCommand({
      QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: 5,
      MessageSystemAttributeNames: ['All'], MessageAttributeNames: ['All'],
    }));
    assert.ok(Messages.length > 0);
    received.push(...Messages);
  }
  const first = received.find(({ Body }) => Body === MessageBody);
  assert.equal(first.Attributes.ApproximateReceiveCount, '1');
  assert.deepEqual(Object.keys(first.MessageAttributes).sort(), ['bytes', 'count', 'word']);
  const { Successful: deleted } = await server.sqs.send(new DeleteMessageBatchCommand({
    QueueUrl: url,
    Entries: received.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle })),
  }));
  assert.equal(deleted.length, 3);
});

test('a long poll gets the message that is sent meanwhile', async (t) => {
  const server = await startServer(t);
  const { url } = await createQueue(server);
  const poll = server.sqs.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 15 }));
  const started = Date.now();
  await server.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'late' }));
  const { Messages } = await poll;
  assert.deepEqual(Messages.map(({ Body }) => Body), ['late']);
  assert.ok(Date.now() - started < 10_000);
});
