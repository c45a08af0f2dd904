// Whom a mapping tells of what it gave up: event-source-mapping.md 9, behaviours 61 to 66.

import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { CreateTopicCommand, DeleteTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { DeleteQueueCommand } from '@aws-sdk/client-sqs';
import assert from 'node:assert/strict';

import {
  createFunction, createMapping, createQueue, createTable, noteIds, putNumbered, readStream,
  takeMessages,
} from './resources.mjs';
import { startServer, temporaryFolder, test } from './server.mjs';

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

// A server with a queue, a topic with that queue, and a bucket.
async function setUp(t) {
  const folder = await temporaryFolder(t);
  const server = await startServer(t);
  const queue = await createQueue(server);
  const { TopicArn } = await server.sns.send(new CreateTopicCommand({ Name: 'failures' }));
  await server.sns.send(
    new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queue.arn }));
  await server.s3.send(new CreateBucketCommand({ Bucket: 'failures' }));
  return { folder, server, queue, TopicArn };
}

// A mapping that has given up the second of three records, and told `Destination`. `meanwhile` is
// done when the mapping is made, and before there is a record.
async function giveUp({ folder, server }, Destination, meanwhile = () => {}) {
  const streamArn = await createTable(server);
  const { notes } = await createFunction(server, folder, { files: noteIds });
  const mapping = await createMapping(server, streamArn, {
    BatchSize: 1, MaximumRetryAttempts: 1, DestinationConfig: { OnFailure: { Destination } },
  });
  await meanwhile();
  await putNumbered(server, [1, 2, 3], [2]);
  await server.drain();
  const records = await readStream(server, streamArn);
  const poisoned = records.find(({ dynamodb }) => dynamodb.NewImage.poisoned);
  return { mapping, notes, poisoned, streamArn };
}

// What 5.7 says of that record, with what nobody can know taken from the report itself.
function expected(report, { poisoned, streamArn }) {
  const { SequenceNumber, ApproximateCreationDateTime } = poisoned.dynamodb;
  const arrival = ApproximateCreationDateTime.toISOString().replace('.000Z', 'Z');
  return {
    requestContext: {
      requestId: report.requestContext.requestId,
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:f',
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: 2,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: report.timestamp,
    DDBStreamBatchInfo: {
      shardId: poisoned.ShardId,
      startSequenceNumber: SequenceNumber,
      endSequenceNumber: SequenceNumber,
      approximateArrivalOfFirstRecord: arrival,
      approximateArrivalOfLastRecord: arrival,
      batchSize: 1,
      streamArn,
    },
  };
}

test('[61] [64] [65] a queue is told, in the recorded members, order and formats', async (t) => {
  const world = await setUp(t);
  const outcome = await giveUp(world, world.queue.arn);
  const [report, ...others] = await takeMessages(world.server, world.queue.url);
  assert.deepEqual(others, []);
  // As text: the members stand in the order in which the service writes them; and no payload.
  assert.equal(JSON.stringify(report), JSON.stringify(expected(report, outcome)));
  assert.match(report.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.match(report.DDBStreamBatchInfo.approximateArrivalOfFirstRecord,
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
});

test('[62] a topic is told the same, as the Message of a notification', async (t) => {
  const world = await setUp(t);
  const outcome = await giveUp(world, world.TopicArn);
  const [notification, ...others] = await takeMessages(world.server, world.queue.url);
  assert.deepEqual(others, []);
  const report = JSON.parse(notification.Message);
  assert.equal(notification.Message, JSON.stringify(expected(report, outcome)));
  assert.equal(notification.Type, 'Notification');
  assert.equal(notification.TopicArn, world.TopicArn);
  assert.equal('Subject' in notification, false);
});

test('[63] a bucket keeps the report and the event, under a key of its place and time', async (t) => {
  const world = await setUp(t);
  const outcome = await giveUp(world, 'arn:aws:s3:::failures');
  const { Contents } =
    await world.server.s3.send(new ListObjectsV2Command({ Bucket: 'failures' }));
  assert.equal(Contents.length, 1);
  const [{ Key }] = Contents;
  const { Body } = await world.server.s3.send(new GetObjectCommand({ Bucket: 'failures', Key }));
  const { payload, ...report } = JSON.parse(await Body.transformToString());
  assert.deepEqual(report, expected(report, outcome));

  const event = JSON.parse(payload);
  assert.deepEqual(event.Records.map(({ dynamodb }) => dynamodb.NewImage.id.S), ['2']);
  const day = report.timestamp.slice(0, 10).replaceAll('-', '/');
  const moment = report.timestamp.slice(0, 19).replaceAll(':', '.');
  assert.match(Key, new RegExp(
    `^aws/lambda/${outcome.mapping}/${outcome.poisoned.ShardId}/${day}/${moment}-${uuid}$`));
});

test('[66] a destination that is gone does not hold up the shard, and the failure is told',
  async (t) => {
    const world = await setUp(t);
    const { server } = world;
    const { mapping, notes } = await giveUp(world, world.queue.arn, () =>
      server.sqs.send(new DeleteQueueCommand({ QueueUrl: world.queue.url })));
    assert.deepEqual((await notes()).map((text) => JSON.parse(text)), [['1'], ['2'], ['2'], ['3']]);
    const discarded =
      (await server.deliveries(mapping)).find(({ outcome }) => outcome === 'discarded');
    assert.equal(discarded.destination, world.queue.arn);
    assert.equal(discarded.destinationError, 'The specified queue does not exist.');
    const { counters } = await server.control('GET', `mappings/${mapping}`);
    assert.equal(counters.destinationFailures, 1);
  });

test('[66] nor does a topic that is gone', async (t) => {
  const world = await setUp(t);
  const { server, TopicArn } = world;
  const { mapping, notes } = await giveUp(world, TopicArn, () =>
    server.sns.send(new DeleteTopicCommand({ TopicArn })));
  assert.equal((await notes()).length, 4);
  const { counters } = await server.control('GET', `mappings/${mapping}`);
  assert.equal(counters.destinationFailures, 1);
});
